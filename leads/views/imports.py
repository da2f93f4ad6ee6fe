"""Importing leads: the list, the upload, and one page that follows the state of an import."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import clock
from accounts.signed_in import person
from leads import fields
from leads.importing import access, counting, names, results, staging, starting, undoing
from leads.importing.forms import MappingForm, UploadForm
from leads.models import Import

PAGE = 30
PREVIEW = 10
STEPS = [Import.State.UPLOADED, Import.State.STAGED, Import.State.RUNNING, Import.State.DONE]
BUSY = {
    Import.State.UPLOADED, Import.State.TRYING, Import.State.RUNNING, Import.State.WEIGHING,
    Import.State.UNDOING,
}  # fmt: skip
# Where else an import may be, and the step that shows it.
STEP_OF = {
    Import.State.TRYING: Import.State.STAGED,
    Import.State.WEIGHING: Import.State.DONE,
    Import.State.UNDOING: Import.State.DONE,
    Import.State.UNDONE: Import.State.DONE,
}


@require_safe
def list_imports(request: HttpRequest) -> HttpResponse:
    before = request.GET.get("before", "")
    imports = access.visible(person(request)).select_related("by")
    if before.isdecimal() and len(before) < 19:
        imports = imports.filter(pk__lt=int(before))
    shown = list(imports[: PAGE + 1])
    more = shown[PAGE - 1].pk if len(shown) > PAGE else None
    context = {"imports": shown[:PAGE], "more": more, "paged": bool(before), "now": clock.now()}
    return render(request, "leads/imports.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_valid():
        imported = staging.upload(form.cleaned_data["file"], by=person(request), at=clock.now())
        return redirect("leads:import", imported.public_id)
    status = 422 if form.is_bound else 200
    return render(request, "leads/import_upload.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    imported = _import(request, public_id)
    if imported.state == Import.State.STAGED:
        return _map(request, imported)
    if request.method == "POST":
        return redirect("leads:import", public_id)
    return render(request, "leads/import.html", _standing(imported))


def _import(request: HttpRequest, public_id: uuid.UUID) -> Import:
    mine = access.visible(person(request)).select_related("by")
    return get_object_or_404(mine, public_id=public_id)


def _map(request: HttpRequest, imported: Import) -> HttpResponse:
    catalogue = fields.catalogue()
    asked = request.POST if request.method == "POST" else request.GET
    kinds = access.kinds_of(person(request))
    what, kept = asked.get("what", ""), asked.get("kept", "")[:80].replace("\0", "")
    plan = starting.proposal(imported, catalogue, what=what if what in kinds else "", kept=kept)
    if plan.what not in kinds:
        plan = starting.proposal(imported, catalogue, what=kinds[0])
    form = MappingForm(
        request.POST if request.method == "POST" else None,
        header=imported.header,
        rows=starting.sample(imported),
        plan=plan,
        catalogue=catalogue,
        source=_("Import"),
    )
    if form.is_valid():
        _decided(request, imported, form)
        return redirect("leads:import", imported.public_id)
    context = {
        **_standing(imported),
        "form": form,
        "plan": plan,
        "kinds": [(what.value, what.label, what == plan.what) for what in kinds],
        "kept_mappings": starting.kept_mappings().filter(what__in=kinds),
        "kept": kept,
        "preset": names.preset_of(imported.header),
        "tried": results.tried(imported),
        "left_out": form.left_out(),
        "preview": imported.lines.order_by("row")[:PREVIEW],
        "problems": imported.problem.splitlines(),
    }
    return render(request, "leads/import_map.html", context, status=422 if form.is_bound else 200)


def _decided(request: HttpRequest, imported: Import, form: MappingForm) -> None:
    """Tries the plan out, or starts the import."""
    plan, answers = form.plan(), form.cleaned_data
    opens, name = answers.get("opens_handoffs", False), answers["keep_as"]
    if name:
        starting.keep_mapping(
            name, plan, imported.header, by=person(request), at=clock.now()
        )  # fmt: skip
    if "try" in request.POST:
        starting.try_out(imported, plan, opens_handoffs=opens)
    else:
        starting.start(imported, plan, opens_handoffs=opens, at=clock.now())


def _standing(imported: Import) -> dict[str, Any]:
    """How far the import is. It is at work until its leads are scored, too."""
    done = imported.state == Import.State.DONE
    scored = done and counting.is_scored(imported)
    read = imported.next_row - 1
    if imported.state in (Import.State.WEIGHING, Import.State.UNDOING):
        read = imported.rows - read
    return {
        "imported": imported,
        "now": clock.now(),
        "steps": _steps(imported),
        "read": read,
        "percent": 100 * read // imported.rows if imported.rows else 0,
        "working": imported.state in BUSY or (done and not scored),
        "held": counting.held(imported).count() if scored else 0,
        "weighed": results.undoable(imported.weighed) if scored else None,
        "undone": results.undoable(imported.undone),
        "may_undo": undoing.is_possible(imported),
    }


def _steps(imported: Import) -> list[dict[str, Any]]:
    if imported.state == Import.State.REFUSED:
        return []
    labels = [_("Read"), _("Match columns"), _("Import"), _("Done")]
    state = Import.State(imported.state)
    here = STEPS.index(STEP_OF.get(state, state))
    return [
        {"label": label, "done": n < here or here == len(STEPS) - 1, "current": n == here}
        for n, label in enumerate(labels)
    ]


@require_safe
def progress(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The part of the page that is looked at anew while workers are busy."""
    imported = _import(request, public_id)
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("leads:import", public_id)
    if imported.state == Import.State.STAGED:
        answer = HttpResponse()
        answer["HX-Redirect"] = reverse("leads:import", args=[public_id])
        return answer
    return render(request, "leads/import.html#standing", _standing(imported))


@require_safe
def rejected(request: HttpRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """The rejected rows as CSV; with ?left_out=1 the rows that were taken without one of their values."""
    imported = _import(request, public_id)
    left_out = bool(request.GET.get("left_out"))
    lines = results.left_out(imported) if left_out else results.rejected(imported)
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    name = "left-out" if left_out else "rejected"
    answer["Content-Disposition"] = f'attachment; filename="{name}-import-{imported.pk}.csv"'
    return answer


@require_POST
def open_handoffs(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    imported = _import(request, public_id)
    opened = counting.open_handoffs(imported, by=person(request), at=clock.now())
    told = ngettext("%(n)d handoff opens now.", "%(n)d handoffs open now.", opened)
    messages.success(request, told % {"n": opened} if opened else _("There is nothing held back."))
    return redirect("leads:import", public_id)


@require_POST
def undo(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Asks what could be undone; with `do`, sent from the answer, undoes it."""
    imported = _import(request, public_id)
    begun = undoing.undo(imported) if request.POST.get("do") else undoing.weigh(imported)
    if not begun:
        messages.error(request, _("This import cannot be undone just now."))
    return redirect("leads:import", public_id)
