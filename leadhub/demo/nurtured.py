"""Two sequences of the demo, with leads that went through them in the last weeks: some answered, some clicked, most are
under way."""

from datetime import datetime, timedelta
from random import Random

from accounts.models import User
from leadhub.demo.setting import Setting
from leads.models import Event, Lead
from leads.stages import Stage
from qualification.models import Enrolment, Sequence, SequenceMail
from qualification.nurturing import composing, editing, enrolling, following, leaving, sending

DAYS, AT_MOST = 18, 40
BACK = [
    (0, "Something that may help, {first_name|there}",
     "Hello {first_name|there},\n\nit was too early when we spoke. Until then, here is how others began:\n"
     "https://www.example.com/customers\n\n{owner|Your team at} {organisation}"),
    (7, "What a team like yours saved",
     "Hello {first_name|there},\n\nforty spreadsheets became one queue: https://www.example.com/forty-spreadsheets\n\n"
     "{organisation}"),
    (14, "Is it time, {first_name|there}?",
     "Hello {first_name|there},\n\nan answer in a word is enough: now, later, or never.\n\n{organisation}"),
]  # fmt: skip
QUESTIONS = [
    (0, "A few questions for {company|you}",
     "Hello {first_name|there},\n\na few answers tell us whether we can help:\n{questions}\n\n{organisation}"),
    (5, "Shall we talk, {first_name|there}?",
     "Hello {first_name|there},\n\nthe questions are still open:\n{questions}\n\n{organisation}"),
]  # fmt: skip


def nurture(stage: Setting, *, at: datetime) -> None:
    """Recycled leads go through the first; the second waits for whom routing nurtures."""
    by = stage.people["marketer"]
    back = _sequence("Back again", "recycled", BACK, "", by=by, at=at - timedelta(days=90))
    _sequence(
        "Middle tier: the questions", "routed", QUESTIONS, "bant", by=by, at=at - timedelta(days=90)
    )
    resting = Lead.objects.filter(stage=Stage.RECYCLED).order_by("-pk")
    ids = list(resting.values_list("pk", flat=True)[:AT_MOST])
    for number, lead_id in enumerate(ids):
        enrolling.enrol(back, [lead_id], at=at - timedelta(days=DAYS - number % DAYS))
    for day in range(DAYS, 0, -1):
        while sending.advance(at - timedelta(days=day - 1, hours=3)):
            pass
    _answers(at)


def _sequence(
    name: str,
    audience: str,
    texts: list[tuple[int, str, str]],
    asks: str,
    *,
    by: User,
    at: datetime,
) -> Sequence:
    values = {"name": name, "audience": audience, "after_days": 14}
    made = editing.make(values, by=by, at=at)
    for wait, subject, body in texts:
        told = {"wait_days": wait, "subject": subject, "body": body, "asks": asks}
        editing.add_step(made, told)
    editing.change(made, {"is_on": True})
    return made


def _answers(at: datetime) -> None:
    """A fifth follows a link, a tenth replies: a random of each lead's own."""
    for mail in SequenceMail.objects.select_related("enrolment").order_by("pk"):
        own = Random(mail.pk)
        later = min(mail.posted_at + timedelta(hours=own.randint(1, 60)), at - timedelta(minutes=1))
        if mail.links and own.random() < 0.2:
            place = composing.Place(mail, mail.links[0])
            following.follow(place, trust=Event.Trust.HUMAN, at=later)
        elif own.random() < 0.1:
            leaving.leave([mail.enrolment.lead_id], Enrolment.End.REPLIED, at=later)
