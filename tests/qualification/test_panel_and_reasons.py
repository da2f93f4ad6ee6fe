"""The card on the lead's page, and the list of reasons."""

import pytest
from django.test import Client

from accounts.models import User
from qualification import dispositions, reasons
from qualification.models import DispositionReason
from scoring.models import ModelVersion
from tests import factories
from tests.qualification.facts import answer, answer_all, claimed

pytestmark = pytest.mark.django_db
REASONS = "/qualification/reasons/"


def test_the_panel_shows_the_card_and_opens_it(
    live_model: ModelVersion, client: Client, sdr: User
) -> None:
    handoff = claimed(sdr)
    answer(handoff, "need", by=sdr, level=3, evidence="They showed the case.")
    client.force_login(sdr)
    page = client.get(f"/qualification/lead/{handoff.lead.public_id}/").content.decode()
    assert "1 of 4 known" in page
    assert "They showed the case." in page
    assert f"/qualification/{handoff.public_id}/card" in page


def test_the_panel_keeps_how_it_was_decided(
    live_model: ModelVersion, client: Client, sdr: User, marketer: User
) -> None:
    handoff = claimed(sdr)
    answer_all(handoff, by=sdr)
    dispositions.accept(handoff, by=sdr, at=factories.now())
    client.force_login(marketer)
    page = client.get(f"/qualification/lead/{handoff.lead.public_id}/").content.decode()
    assert "Accepted as SQL by Rui Rep" in page
    assert "Read the card" in page


def test_a_lead_without_a_handoff_says_so(db: None, client: Client, marketer: User) -> None:
    client.force_login(marketer)
    page = client.get(f"/qualification/lead/{factories.make_lead().public_id}/").content.decode()
    assert "No card yet" in page


def sent(**changes: str) -> dict[str, object]:
    """The list as a browser sends it back."""
    there = list(DispositionReason.objects.all())
    data: dict[str, object] = {"form": "list", "order": [reason.pk for reason in there]}
    for reason in there:
        name = f"reason-{reason.pk}"
        data |= {f"{name}-label": reason.label, f"{name}-advice": reason.advice}
        data |= {f"{name}-is_active": "on"} if reason.is_active else {}
    return data | changes


def test_reasons_are_renamed_ordered_and_taken_out_of_use(client: Client, marketer: User) -> None:
    client.force_login(marketer)
    first, *_others, last = DispositionReason.objects.all()
    data = sent(**{f"reason-{first.pk}-label": "No need at all"})
    order = data["order"]
    assert isinstance(order, list)
    data["order"] = list(reversed(order))
    del data[f"reason-{last.pk}-is_active"]
    assert client.post(REASONS, data)["Location"] == REASONS
    first.refresh_from_db()
    last.refresh_from_db()
    assert (first.label, first.key, first.order) == ("No need at all", "no_need", 8)
    assert (last.order, last.is_active) == (1, False)


def test_a_ninth_reason_waits_out_of_use(client: Client, marketer: User) -> None:
    client.force_login(marketer)
    client.post(REASONS, {"form": "new", "label": "Too  large", "advice": ""})
    added = DispositionReason.objects.get(label="Too large")
    assert (added.key, added.is_active, added.order) == ("too_large", False, 9)
    response = client.post(REASONS, sent(**{f"reason-{added.pk}-is_active": "on"}))
    assert response.status_code == 422
    assert "At most 8 reasons can be in use; here are 9." in response.content.decode()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"label": ""}, "This field is required"),
        ({"label": "No budget"}, "Two reasons have the same name"),
        ({"advice": "x" * 301}, "at most 300"),
    ],
)
def test_a_wrong_list_is_shown_again(
    client: Client, marketer: User, changes: dict[str, str], words: str
) -> None:
    client.force_login(marketer)
    first = DispositionReason.objects.all()[0]
    data = sent(**{f"reason-{first.pk}-{name}": value for name, value in changes.items()})
    response = client.post(REASONS, data)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert DispositionReason.objects.get(pk=first.pk).label == first.label


def test_one_reason_has_one_name(db: None) -> None:
    with pytest.raises(reasons.Refused, match="already"):
        reasons.add(label="no BUDGET", advice="")
    assert reasons.add(label="無", advice="").key == "reason"
    assert reasons.add(label="無い", advice="").key == "reason_2"
