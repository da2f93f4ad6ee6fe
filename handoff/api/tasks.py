"""Doors for machines: what is to be done for a handoff."""

import uuid
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import clock
from accounts.api_idempotency import idempotent
from accounts.signed_in import principal
from handoff import to_do
from handoff.access import handoff_or_404
from handoff.api.handoffs import AlreadyTaken
from handoff.api.working import worked
from handoff.api_paging import NewestFirst
from handoff.models import Task, Touch

OPEN = OpenApiParameter("open", bool, description="Only those that are still to be done.")


class TaskSerializer(serializers.ModelSerializer[Task]):
    by = serializers.EmailField(source="by.email", default=None, allow_null=True)
    done_by = serializers.EmailField(source="done_by.email", default=None, allow_null=True)

    class Meta:
        model = Task
        fields = ["id", "text", "kind", "by", "made_at", "due_at", "done_at", "done_by"]


class TaskWrites(serializers.Serializer[Any]):
    """`kind`: a touch of this kind does the task; left out, only a person does."""

    text = serializers.CharField(max_length=120)
    due_at = serializers.DateTimeField(help_text="To come, and within a year.")
    kind = serializers.ChoiceField(choices=Touch.Kind.choices, required=False)

    def validate_due_at(self, value: datetime) -> datetime:
        if flaw := to_do.flaw_of(value, at=self.context["at"]):
            raise ValidationError(flaw)
        return value


class TasksAsked(serializers.Serializer[Any]):
    open = serializers.BooleanField(required=False)


@extend_schema(parameters=[OPEN])
class HandoffTasks(ListAPIView[Task]):
    """The tasks of a handoff, newest first."""

    serializer_class = TaskSerializer
    pagination_class = NewestFirst

    def get_queryset(self) -> QuerySet[Task]:
        handoff = handoff_or_404(principal(self.request), self.kwargs["public_id"])
        tasks = Task.objects.filter(handoff=handoff).select_related("by", "done_by")
        asked = TasksAsked(data=self.request.query_params.dict())
        asked.is_valid(raise_exception=True)
        if "open" not in asked.validated_data:
            return tasks
        return tasks.filter(done_at__isnull=asked.validated_data["open"])

    @extend_schema(
        operation_id="handoffs_tasks_add",
        request=TaskWrites,
        responses={
            201: TaskSerializer,
            409: OpenApiResponse(description="It has ended, or 20 are open already."),
        },
    )
    @idempotent
    def post(self, request: Request, public_id: uuid.UUID) -> Response:
        """A task by hand; its time moves the handoff up in the queue."""
        handoff, by = worked(request, public_id)
        at = clock.now()
        wanted = TaskWrites(data=request.data, context={"at": at})
        wanted.is_valid(raise_exception=True)
        try:
            made = to_do.add(handoff, by=by, at=at, **wanted.validated_data)
        except to_do.TooLate:
            raise AlreadyTaken(_("This handoff has ended meanwhile."), code="ended") from None
        except to_do.TooMany:
            text = _("It has 20 open tasks: do one first.")
            raise AlreadyTaken(text, code="too_many") from None
        return Response(TaskSerializer(made).data, status=status.HTTP_201_CREATED)


class HandoffTaskDone(APIView):
    @extend_schema(operation_id="handoffs_tasks_done", request=None, responses=TaskSerializer)
    @idempotent
    def post(self, request: Request, public_id: uuid.UUID, number: int) -> Response:
        """Done; a task that was done before stays as it was."""
        handoff, by = worked(request, public_id)
        task = Task.objects.filter(handoff=handoff, pk=number).first()
        if task is None:
            raise NotFound
        to_do.finish(task, by=by, at=clock.now())
        return Response(TaskSerializer(Task.objects.get(pk=number)).data)
