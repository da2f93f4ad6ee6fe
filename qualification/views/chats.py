"""The pages where chats are made and changed."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import clock
from accounts.signed_in import person
from leads import fields
from leads.capturing import spam
from leads.privacy import consents
from qualification import catalogue
from qualification.chatting import editing, steps, talking
from qualification.chatting.forms import ChatForm, StepForm, as_typed, order_of, problem_of
from qualification.models import Chat


@require_safe
def list_chats(request: HttpRequest) -> HttpResponse:
    return render(request, "qualification/chats.html", {"chats": editing.listed()})


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    return _editor(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    return _editor(request, get_object_or_404(Chat, slug=slug))


def _editor(request: HttpRequest, found: Chat | None) -> HttpResponse:
    texts = consents.current_texts()
    if request.method != "POST":
        return _page(request, found, ChatForm(texts, chat=found), _kept_steps(request, found))
    if "more" in request.POST or "less" in request.POST:
        form, asked = ChatForm(texts, chat=found), _sent_steps(request.POST, are_bound=False)
        for one in (form, *asked):
            as_typed(one, request.POST)
        return _page(request, found, form, asked)
    form, asked = ChatForm(texts, request.POST, chat=found), _sent_steps(request.POST)
    # Each is asked, so that each shows what is wrong with it.
    are_valid = all([form.is_valid(), *[step.is_valid() for step in asked]])
    problem = problem_of([step.step() for step in asked]) if are_valid else ""
    answer = None if problem or not are_valid else _save(request, found, form, asked)
    return answer or _page(request, found, form, asked, problem=problem, status=422)


def _page(
    request: HttpRequest,
    found: Chat | None,
    form: ChatForm,
    asked: list[StepForm],
    *,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {"form": form, "steps": asked, "problem": problem, **_beside(found)}
    return render(request, "qualification/chat_editor.html", context, status=status)


def _save(
    request: HttpRequest, found: Chat | None, form: ChatForm, asked: list[StepForm]
) -> HttpResponse | None:
    values = {**form.cleaned_data, "steps": steps.written([step.step() for step in asked])}
    try:
        saved = editing.save(found, values, by=person(request), at=clock.now())
    except editing.SlugTaken:
        form.add_error("slug", _("Another chat has this address."))
        return None
    messages.success(request, _("The chat is saved."))
    return redirect("qualification:chat", saved.slug)


def _kept_steps(request: HttpRequest, found: Chat | None) -> list[StepForm]:
    """Those that are kept, or those that a new chat begins with."""
    kept = steps.read(found.steps) if found else _first(request)
    subjects = editing.subjects(fields.catalogue())
    order = [step.key for step in kept]
    return [StepForm(step.key, step=step, subjects=subjects, others=order) for step in kept]


def _sent_steps(sent: QueryDict, *, are_bound: bool = True) -> list[StepForm]:
    subjects, order = editing.subjects(fields.catalogue()), order_of(sent)
    data = sent if are_bound else None
    return [StepForm(key, data, subjects=subjects, others=order) for key in order]


def _first(request: HttpRequest) -> tuple[steps.Step, ...]:
    known = {one.key: one for one in catalogue.frameworks()}
    asked = known.get(request.GET.get("framework", "")) or next(iter(known.values()), None)
    return tuple(editing.begin(asked)) if asked else ()


def _beside(found: Chat | None) -> dict[str, Any]:
    """What the editor shows beside the form."""
    if found is None:
        return {"chat": None, "frameworks": catalogue.frameworks()}
    # A refused change has left its marks on the object.
    slug = Chat.objects.values_list("slug", flat=True).get(pk=found.pk)
    home, path = settings.SITE_URL, reverse("chat", args=[slug])
    script = f'<script async src="{home}{static("js/chat.js")}" data-chat="{slug}"></script>'
    talks = [(row, [spam.MARKS[m] for m in row.marks]) for row in editing.conversations(found)]
    return {"chat": found, "slug": slug, "path": path, "link": home + path, "code": script,
            "conversations": talks, "now": clock.now()}  # fmt: skip


@require_POST
def decide(request: HttpRequest, slug: str, conversation: uuid.UUID) -> HttpResponse:
    """A conversation that waits is released, or left out."""
    if "release" in request.POST:
        done, text = talking.release(conversation, at=clock.now()), _("It makes a lead now.")
    else:
        done, text = talking.leave_out(conversation), _("It is left out.")
    if not done:
        raise Http404
    messages.success(request, text)
    return redirect("qualification:chat", slug)
