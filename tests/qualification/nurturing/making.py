"""Sequences for tests."""

from typing import Any

from qualification.models import Sequence
from qualification.nurturing import editing
from tests import factories

LINK = "https://firm.example/prices"


def sequence(*texts: str, audience: str = "nobody", waits: int = 0, **more: Any) -> Sequence:
    """A sequence that is on, with an e-mail for each text; the first at once and each next `waits` days later."""
    steps: dict[str, Any] = {key: more.pop(key) for key in ("asks", "subject") if key in more}
    values = {"name": f"Sequence {Sequence.objects.count()}", "audience": audience, **more}
    made = editing.make(values, by=None, at=factories.now())
    for number, text in enumerate(texts or ("Hello {first_name|there}",)):
        told: dict[str, Any] = {"subject": "For {company|you}", "asks": "", **steps}
        editing.add_step(made, {"wait_days": waits if number else 0, "body": text, **told})
    editing.change(made, {"is_on": True})
    made.refresh_from_db()
    return made
