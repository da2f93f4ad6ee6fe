"""Doors for machines: the leads."""

import uuid
from collections import Counter
from typing import Any

from django.db import transaction
from django.http import QueryDict
from drf_spectacular.utils import (
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    inline_serializer,
)
from rest_framework import serializers, status
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import clock
from accounts.api_idempotency import idempotent
from accounts.models import User
from accounts.signed_in import principal
from leads import access, adding, bands, editing, fields, paging, queries
from leads.api.lead_shapes import (
    BulkAnswer,
    LeadPage,
    LeadSerializer,
    LeadWrites,
    NewLead,
    cleaned,
    emptied,
    new_lead,
)
from leads.capturing.capture import New
from leads.filters import LeadFilter
from leads.identity.joining import Joined, Result
from leads.models import Lead
from leads.stages import Stage

MOST_AT_ONCE, A_PAGE, MOST_A_PAGE = 1000, 100, 1000
NEWEST = "newest"
OF_THE_PAGE = {"sort", "limit", "after", "before", "format"}
PARAMETERS = [
    OpenApiParameter("q", str, description="Words of a name, e-mail, company or external id."),
    OpenApiParameter("stage", str, enum=Stage.values),
    OpenApiParameter("band", str, description="The key of a band of the live model."),
    OpenApiParameter("score_from", int),
    OpenApiParameter("score_to", int),
    OpenApiParameter("source", str, description="The first touch."),
    OpenApiParameter("owner", str, description="The id of a person, “nobody”, or “me” for people."),
    OpenApiParameter("active_since", {"type": "string", "format": "date"}),
    OpenApiParameter("sort", str, enum=list(queries.ORDERS), description="newest, if left out."),
    OpenApiParameter("limit", {"type": "integer", "minimum": 1, "maximum": MOST_A_PAGE}),
    OpenApiParameter("after", str, description="A cursor out of “next”."),
    OpenApiParameter("before", str, description="A cursor out of “previous”."),
]


class NotYours(APIException):
    status_code = status.HTTP_409_CONFLICT
    default_code = "conflict"
    default_detail = "Another team works with the lead that has this e-mail or external id."


class LeadList(APIView):
    @extend_schema(operation_id="leads_list", parameters=PARAMETERS, responses=LeadPage)
    def get(self, request: Request) -> Response:
        """Leads by the filters of the lead list, a page at a time. Each custom field is a filter, too, called
        “custom.” and its key."""
        query = request.query_params
        filters = _filters(request)
        order = queries.ORDERS[_one_of(query, "sort", list(queries.ORDERS), NEWEST)]
        after, before = query.get("after", ""), query.get("before", "")
        for name, cursor in (("after", after), ("before", before)):
            if cursor and not paging.means(cursor, order):
                raise ValidationError({name: ["This cursor names no place in this order."]})
        limit = _limit(query)
        try:
            with queries.patiently():
                page = paging.page(filters.qs, order, after=after, before=before, size=limit)
        except queries.TooBroad:
            raise ValidationError(filters.too_broad) from None
        return Response(
            {
                "next": _address(request, after=page.after),
                "previous": _address(request, before=page.before),
                "results": LeadSerializer(page.leads, many=True).data,
            }
        )

    @extend_schema(
        operation_id="leads_create",
        request=NewLead,
        responses={201: LeadSerializer, 200: LeadSerializer, 409: OpenApiResponse()},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Adds a lead, or updates the one with the same e-mail or external id."""
        new = new_lead(request.data, fields.catalogue())
        joined = _add(request, [new])[0]
        made = status.HTTP_201_CREATED if joined.result is Result.CREATED else status.HTTP_200_OK
        return Response(LeadSerializer(_whole(joined.lead_id)).data, status=made)


class LeadBulk(APIView):
    @extend_schema(
        operation_id="leads_bulk",
        request=inline_serializer(
            "NewLeads", {"leads": serializers.ListField(child=NewLead, max_length=MOST_AT_ONCE)}
        ),
        responses={200: BulkAnswer, 409: OpenApiResponse()},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Adds or updates up to 1,000 leads. One that is refused spoils no other; two that are the same person
        become one lead."""
        sent = request.data.get("leads") if isinstance(request.data, dict) else None
        if not isinstance(sent, list) or not 0 < len(sent) <= MOST_AT_ONCE:
            raise ValidationError({"leads": ["Send a list of 1 to 1,000 leads."]})
        catalogue = fields.catalogue()
        read = [_read(data, catalogue) for data in sent]
        joined = iter(_add(request, [one for one in read if isinstance(one, New)]))
        told = [next(joined) if isinstance(one, New) else one for one in read]
        ids = _public_ids([one.lead_id for one in told if isinstance(one, Joined)])
        results = [_result(index, one, ids) for index, one in enumerate(told)]
        counts = Counter(result["result"] for result in results)
        names = (*(str(result) for result in Result), "refused")
        return Response({**{name: counts[name] for name in names}, "results": results})


class LeadDetail(APIView):
    @extend_schema(operation_id="leads_retrieve", responses=LeadSerializer)
    def get(self, request: Request, public_id: uuid.UUID) -> Response:
        return Response(LeadSerializer(access.lead_or_404(principal(request), public_id)).data)

    @extend_schema(operation_id="leads_update", request=LeadWrites, responses=LeadSerializer)
    @idempotent
    def patch(self, request: Request, public_id: uuid.UUID) -> Response:
        """Writes the given fields; null or an empty text empties a field."""
        lead = access.lead_or_404(principal(request), public_id, "lead.edit")
        values = cleaned(request.data, fields.catalogue()) | emptied(request.data)
        by = request.user if isinstance(request.user, User) else None
        try:
            editing.edit(lead, values, by=by, at=clock.now(), source="API")
        except editing.AddressTaken as error:
            raise ValidationError({"email": [str(error)]}) from None
        return Response(LeadSerializer(_whole(lead.pk)).data)


def _filters(request: Request) -> LeadFilter:
    who = principal(request)
    query = request.query_params
    filters = LeadFilter(query, queries.listed(who), user=who, known=bands.bands())
    unknown = sorted(set(query) - set(filters.filters) - OF_THE_PAGE)
    if unknown:
        raise ValidationError({name[:80]: ["There is no such filter."] for name in unknown[:20]})
    if not filters.is_valid():
        raise ValidationError(filters.errors)
    return filters


def _one_of(query: QueryDict, name: str, known: list[str], otherwise: str) -> str:
    value = query.get(name, otherwise)
    if value not in known:
        raise ValidationError({name: [f"Choose one of {', '.join(known)}."]})
    return value


def _limit(query: QueryDict) -> int:
    text = query.get("limit", str(A_PAGE))
    if not text.isascii() or not text.isdecimal() or not 0 < int(text[:9]) <= MOST_A_PAGE:
        raise ValidationError({"limit": [f"Give a number from 1 to {MOST_A_PAGE}."]})
    return int(text)


def _address(request: Request, **cursor: str) -> str | None:
    """This list, from another place on; None without a cursor."""
    if not all(cursor.values()):
        return None
    query = request.query_params.copy()
    query.pop("after", None)
    query.pop("before", None)
    for name, value in cursor.items():
        query[name] = value
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")


def _read(data: Any, catalogue: dict[str, Any]) -> New | ValidationError:
    try:
        return new_lead(data, catalogue)
    except ValidationError as error:
        return error


def _add(request: Request, people: list[New]) -> list[Joined]:
    """Adds them, unless one is a lead that the person who asks may not see: then nothing is written."""
    who = principal(request)
    with transaction.atomic():
        joined = adding.add_all(people, by=who, at=clock.now())
        ids = {one.lead_id for one in joined}
        if access.visible(who).filter(pk__in=ids).count() != len(ids):
            raise NotYours
    return joined


def _public_ids(lead_ids: list[int]) -> dict[int, uuid.UUID]:
    return dict(Lead.objects.filter(pk__in=lead_ids).values_list("pk", "public_id"))


def _result(
    index: int, told: Joined | ValidationError, ids: dict[int, uuid.UUID]
) -> dict[str, Any]:
    if isinstance(told, Joined):
        result: str = told.result
        return {"index": index, "result": result, "id": ids[told.lead_id], "errors": {}}
    detail = told.detail if isinstance(told.detail, dict) else {"lead": told.detail}
    return {"index": index, "result": "refused", "id": None, "errors": detail}


def _whole(lead_id: int) -> Lead:
    return Lead.objects.select_related("score", "owner").get(pk=lead_id)
