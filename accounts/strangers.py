"""What pages for strangers have in common: words of the link that led there, and frames on other sites."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse

from accounts.text import TextError, clean_text


def word_of_link(request: HttpRequest, name: str, *, limit: int) -> str:
    """A parameter of the address; one that cannot be kept is as good as none."""
    try:
        return clean_text(request.GET.get(name, ""), limit=limit).strip()
    except TextError:
        return ""


def framed(
    answer: HttpResponse, hosts: Sequence[str], *, goes_on_to: Sequence[str] = ()
) -> HttpResponse:
    """Lets pages on these hosts show the answer in a frame, and its form lead to these origins as well."""
    replaced: dict[str, Sequence[str]] = {"form-action": ["'self'", *goes_on_to]}
    if hosts:
        answer.xframe_options_exempt = True
        replaced["frame-ancestors"] = hosts
    answer._csp_replace = replaced  # type: ignore[attr-defined]
    return answer
