"""How a card, its facts and its decision look to machines."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.response import Response

from handoff.models import Handoff
from qualification import scorecards, sheets
from qualification.known import Known
from qualification.models import Disposition, FactVerdict
from qualification.saying_no.facts import Fact, facts_of


class KnownSerializer(serializers.Serializer[Known]):
    """What is known without asking; it counts once it is confirmed by an answer with these words."""

    level = serializers.IntegerField()
    words = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    at = serializers.DateTimeField(allow_null=True)


class ElementSerializer(serializers.Serializer[sheets.Line]):
    element = serializers.CharField(source="element.key")
    name = serializers.CharField(source="element.name")
    question = serializers.CharField(source="element.question")
    weight = serializers.IntegerField()
    least = serializers.IntegerField(help_text="The level that the gate asks for; 0 for none.")
    level = serializers.IntegerField(
        allow_null=True, help_text="0 unknown, 1 assumed, 2 stated, 3 proven; null: not asked yet."
    )
    asked_in_vain = serializers.BooleanField(source="answer.asked_in_vain", default=False)
    evidence = serializers.CharField(source="answer.evidence", default="")
    by = serializers.EmailField(source="answer.by.email", default=None, allow_null=True)
    at = serializers.DateTimeField(source="answer.at", default=None, allow_null=True)
    known = KnownSerializer(allow_null=True)


class FactSerializer(serializers.Serializer[Fact]):
    """A fact that made the lead an MQL, which a no can call wrong or outdated."""

    criterion = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    points = serializers.IntegerField()
    about = serializers.CharField(help_text="What it says something about.")
    text = serializers.CharField(help_text="What stands there now, in words.")
    field = serializers.CharField(
        source="field.key", default=None, allow_null=True, help_text="What can be corrected."
    )


class VerdictSerializer(serializers.ModelSerializer[FactVerdict]):
    old = serializers.SerializerMethodField(help_text="What stood there before it was corrected.")
    new = serializers.SerializerMethodField(help_text="What stands there since.")

    class Meta:
        model = FactVerdict
        fields = ["criterion", "label", "points", "verdict", "fact", "corrected", "old", "new"]

    @extend_schema_field({})
    def get_old(self, verdict: FactVerdict) -> Any:
        return verdict.old

    @extend_schema_field({})
    def get_new(self, verdict: FactVerdict) -> Any:
        return verdict.new


class DecisionSerializer(serializers.ModelSerializer[Disposition]):
    reason = serializers.CharField(source="reason.key", default=None, allow_null=True)
    until = serializers.DateField(source="recycle_on", allow_null=True)
    by = serializers.EmailField(source="by.email", default=None, allow_null=True)
    facts = VerdictSerializer(source="verdicts", many=True)

    class Meta:
        model = Disposition
        fields = [
            "result", "reason", "note", "until", "signal", "day", "competitor", "below_gate", "by",
            "at", "facts",
        ]  # fmt: skip


class CardSerializer(serializers.Serializer[Any]):
    handoff = serializers.UUIDField(source="handoff.public_id")
    state = serializers.ChoiceField(source="handoff.state", choices=Handoff.State.choices)
    owner = serializers.EmailField(source="handoff.owner.email", default=None, allow_null=True)
    lead = serializers.UUIDField(source="handoff.lead.public_id")
    lead_name = serializers.CharField(source="handoff.lead.name")
    stage = serializers.CharField(source="handoff.lead.stage")
    rests_until = serializers.DateTimeField(
        source="handoff.lead.score.armed_from", default=None, allow_null=True,
        help_text="The day of the recycling, or the end of the model's cooling if that is later.",
    )  # fmt: skip
    framework = serializers.CharField(source="sheet.framework.key")
    framework_name = serializers.CharField(source="sheet.framework.name")
    chosen_by = serializers.CharField(
        source="sheet.card.chosen_by", default="", help_text="Why it is this framework."
    )
    decides_later = serializers.CharField(
        source="sheet.then.key", default=None, allow_null=True,
        help_text="The framework that decides after this one.",
    )  # fmt: skip
    elements = ElementSerializer(source="sheet.lines", many=True)
    sum = serializers.IntegerField(source="sheet.total")
    most = serializers.IntegerField(source="sheet.framework.most")
    gate = serializers.CharField(source="sheet.framework.gate_in_words")
    below = serializers.ListField(
        source="sheet.below", child=serializers.CharField(),
        help_text="What the gate asks for and the card does not show.",
    )  # fmt: skip
    facts = FactSerializer(many=True)
    decision = DecisionSerializer(allow_null=True)


def card_now(handoff: Handoff) -> Response:
    """The whole card as it stands. Raises Http404 where no framework is left to ask by."""
    fresh = Handoff.objects.select_related("lead__score", "owner").get(pk=handoff.pk)
    sheet = sheets.sheet(scorecards.latest(fresh))
    if sheet is None:
        raise Http404
    decided = Disposition.objects.filter(handoff=fresh).select_related("reason", "by")
    shown = {
        "handoff": fresh,
        "sheet": sheet,
        "facts": facts_of(fresh),
        "decision": decided.prefetch_related("verdicts").first(),
    }
    return Response(CardSerializer(shown).data)
