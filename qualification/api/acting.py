"""Who acts on a card by API, and how the API says what a room refuses."""

from collections.abc import Iterator
from contextlib import contextmanager

from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from accounts.api_errors import Conflict
from accounts.models import User
from accounts.signed_in import principal
from handoff.handoffs import NotOpen
from handoff.models import Handoff
from qualification import access, gone, reopening, undoing
from qualification.dispositions import NotReady
from qualification.saying_no import judging


def person_for(request: Request, handoff: Handoff) -> User:
    """The person who asks. A key acts in the name of who holds the lead, so that a card always says whose word
    it is; 409 where nobody holds it."""
    who = principal(request)
    if isinstance(who, User):
        return who
    if handoff.owner is None:
        raise Conflict(gone.words(handoff, access.NotYours(None)))
    return handoff.owner


@contextmanager
def refusals(handoff: Handoff) -> Iterator[None]:
    """400 by the field for what is missing, 409 for whoever comes too late."""
    try:
        yield
    except NotReady as refused:
        raise ValidationError(_by_field(refused.problems)) from None
    except (NotOpen, access.NotYours) as error:
        raise Conflict(gone.words(handoff, error)) from None
    except (undoing.CannotUndo, reopening.CannotReopen) as error:
        raise Conflict(str(error)) from None


def _by_field(problems: dict[str, str]) -> dict[str, list[str]]:
    """What is wrong with the true value of a fact stands at the facts, with the name of its criterion."""
    found: dict[str, list[str]] = {}
    for name, text in problems.items():
        if criterion := judging.criterion_of(name):
            found.setdefault("facts", []).append(f"{criterion}: {text}")
        else:
            found[name] = [text]
    return found
