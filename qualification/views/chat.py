"""The chat as a visitor sees it: a page for each step, alone or in a frame on another site."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from accounts import clock
from accounts.rate_limit import client_address, client_key, take
from accounts.strangers import framed, word_of_link
from leads import fields
from leads.capturing import spam
from leads.models import ConsentText
from leads.privacy import consents
from qualification.chatting import pages, steps, talking
from qualification.chatting.pages import Page, SaidForm
from qualification.chatting.steps import EMAIL, Step
from qualification.chatting.talking import Visit
from qualification.models import Chat

# Answers from one address; an office may share it.
A_MINUTE, AT_ONCE = 60, 60


# Nobody is logged in here, and in a frame on another site there is no cookie: the signed page stands in.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def chat(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Chat, slug=slug)
    if not found.is_live:
        return framed(render(request, "qualification/chat_off.html", status=404), found.embed_hosts)
    return framed(Turn(request, found).answer(), found.embed_hosts)


class Turn:
    """One request of a visitor: what was said, and what is asked now."""

    def __init__(self, request: HttpRequest, found: Chat) -> None:
        self.request, self.chat, self.at = request, found, clock.now()
        self.sent = request.POST if request.method == "POST" else None
        self.steps = steps.read(found.steps)
        self.known = fields.catalogue()
        self.text = _text_of(found)
        page = pages.page_of(self.sent.get("page", ""), at=self.at) if self.sent else None
        self.is_lost = self.sent is not None and page is None
        self.page: Page = page or pages.first(self.at)

    def answer(self) -> HttpResponse:
        done, step = steps.path(self.steps, self.page.said)
        if self.sent is None or self.is_lost or step is None:
            return self._shown()
        if "back" in self.sent:
            return self._go_back(done)
        if "answer" in self.sent or "skip" in self.sent:
            return self._say(step)
        return self._shown()

    def _go_back(self, done: list[Step]) -> HttpResponse:
        """Takes the last answer back, as long as nothing is stored."""
        if done and not self._is_kept(done):
            self.page = self.page.without(done[-1])
        return self._shown()

    def _is_kept(self, done: list[Step]) -> bool:
        return any(step.field == EMAIL and self.page.said[step.key] for step in done)

    def _say(self, step: Step) -> HttpResponse:
        assert self.sent is not None
        sent = self.sent.copy()
        if "skip" in sent:
            sent["answer"] = ""
        form = self._form(step, sent)
        if not form.is_valid():
            return self._shown(form, status=422)
        verdict = take(f"chat:{client_key(self.request)}", rate_per_minute=A_MINUTE, burst=AT_ONCE)
        if not verdict.allowed:
            form.add_error(
                None, _("Too many answers came from your network. Please wait a little.")
            )
            answer = self._shown(form, status=429)
            answer["Retry-After"] = str(verdict.retry_after_s)
            return answer
        agreed = self.text.pk if self.text and form.cleaned_data.get("agree") else None
        self.page = self.page.saying(step, form.cleaned_data["answer"], agreed)
        self._keep(trapped=bool(form.cleaned_data["homepage"]))
        return self._shown()

    def _form(self, step: Step, sent: Any = None) -> SaidForm:
        return SaidForm(step, self.known, sent, agree=self.text.text if self.text else "")

    def _keep(self, *, trapped: bool) -> None:
        done, following = steps.path(self.steps, self.page.said)
        talk = pages.talk(self.page, done, is_done=following is None, known=self.known)
        if not talk.values.get(EMAIL):
            return
        took = self.at - self.page.began
        marks = spam.marks(trapped=trapped, took=took, least_seconds=self.chat.least_seconds)
        talking.keep(self.chat, talk, self._visit(), marks=marks, at=self.at)

    def _visit(self) -> Visit:
        agent = self.request.headers.get("User-Agent", "")
        address = client_address(self.request)
        return Visit(
            anonymous_id=word_of_link(self.request, "aid", limit=100),
            path=word_of_link(self.request, "page", limit=400) or self.request.path,
            campaign=word_of_link(self.request, "utm_campaign", limit=120),
            text=self.page.text,
            proof=consents.proof(address=address, agent=agent, chat=self.chat.slug),
        )

    def _shown(self, form: SaidForm | None = None, status: int = 200) -> HttpResponse:
        done, step = steps.path(self.steps, self.page.said)
        context = {
            "chat": self.chat,
            "lines": [(one.ask, self.page.said[one.key]) for one in done],
            "step": step,
            "form": form or (self._form(step) if step else None),
            "page": self.page.signed(),
            "is_lost": self.is_lost,
            # The site's next page brought it here: who reads there keeps the focus.
            "is_resumed": self.sent is not None and not {"answer", "skip", "back"} & set(self.sent),
            "is_kept": self._is_kept(done),
            "embedded": "embed" in self.request.GET,
        }
        return render(self.request, "qualification/chat.html", context, status=status)


def _text_of(found: Chat) -> ConsentText | None:
    return consents.current_texts().get(found.purpose) if found.purpose else None


@cache_control(max_age=60)
@require_safe
def when(request: HttpRequest, slug: str) -> HttpResponse:
    """What static/js/chat.js asks before it shows anything: whether, where and when. It holds no secret."""
    found = get_object_or_404(Chat, slug=slug)
    told = {"live": found.is_live, "name": found.name, "pages": found.pages, "after": found.after_s}
    answer = JsonResponse(told)
    answer["Access-Control-Allow-Origin"] = "*"
    return answer
