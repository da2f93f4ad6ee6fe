"""What the demo's two sides agreed: terms of each team, a signed agreement, and reviews with minutes."""

from datetime import datetime, timedelta

from accounts.models import Team
from insights import periods
from leadhub.demo.setting import Setting
from qualification.agreement import content, reviews, signing, terms
from qualification.disputes import settling
from qualification.models import FactVerdict, Review

MINUTES = (
    "We looked at 20 MQLs that sales sent back. Webinar leads are rarely decision makers; case-study "
    "downloads bring people without a need.\n\nMarketing asks for the job title on the webinar form."
)
WORD = "Over three months it did bring SQLs. Let us look at it in the monthly review."
SETTLED = 9


def agree(stage: Setting, *, at: datetime) -> None:
    """The data review of last month was held, the model's is late, and both sides signed what is in force."""
    ana, ines = stage.people["marketer"], stage.people["manager"]
    for team, mqls, accepted in ((stage.worldwide, 30, 35), (stage.europe, 24, 35)):
        _promise(team, mqls, accepted)
    today = periods.today(at, periods.zone())
    held = reviews.plan(Review.Kind.DATA, owner=ines, due_on=today - timedelta(days=20))
    reviews.hold(held, minutes=MINUTES, by=ines, at=at - timedelta(days=19), today=held.due_on)
    reviews.plan(Review.Kind.MODEL, owner=ana, due_on=today - timedelta(days=3))
    digest = content.in_force().digest
    for by, ago in ((ana, 18), (ines, 17)):
        signing.sign(digest, by=by, at=at - timedelta(days=ago))


def settle(stage: Setting) -> None:
    """What sales disputed first is settled; the rest waits in the inbox."""
    ana = stage.people["marketer"]
    first = FactVerdict.objects.exclude(verdict=FactVerdict.Verdict.RIGHT).order_by("id")
    for dispute in first.select_related("disposition__handoff__lead")[:SETTLED]:
        at = dispute.at + timedelta(days=2)
        if dispute.corrected:
            lead = dispute.disposition.handoff.lead
            settling.fix(dispute, lead.title, word="", by=ana, at=at)
        else:
            settling.disagree(dispute, word=WORD, by=ana, at=at)


def _promise(team: Team, mqls: int, accepted: int) -> None:
    promised = {"mqls_a_month": mqls, "accepted_percent": accepted, "complete_percent": 60}
    fields = ["email", "company_name", "title", "phone"]
    terms.put(team, {**promised, "complete_fields": fields, "kept_percent": 85})
