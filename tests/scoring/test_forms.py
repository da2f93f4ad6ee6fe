"""What a form shows of a rule that exists is what it says again when it is saved."""

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leads.vocabulary import lists
from leads.vocabulary.offered import Vocabulary
from leads.vocabulary.typed import typed, without_row
from scoring.catalogue import catalogues
from scoring.definition import Definition, Group, to_json
from scoring.definition.parsing import parse
from scoring.definition.reading import DefinitionError
from scoring.forms.band import BandForm, of_band
from scoring.forms.criterion import CriterionForm, of_criterion
from scoring.forms.rules import DisqualifierForm, VariantForm, of_disqualifier, of_variant
from tests.scoring import crowd, making

pytestmark = pytest.mark.django_db
FROZEN = lists.from_json(making.FROZEN)


def read(data: object) -> Definition:
    fields, kinds = catalogues()
    return parse(data, fields=fields, kinds=kinds, frozen=FROZEN)


@pytest.fixture
def fields(db: None) -> None:
    crowd.store_fields()


@pytest.mark.usefixtures("fields")
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_every_rule_that_can_be_meant_goes_through_its_form_unchanged(data: st.DataObject) -> None:
    try:
        d = read(data.draw(making.models()))
    except DefinitionError:
        return
    words = Vocabulary.read()
    again = to_json(d) | {
        "criteria": [
            CriterionForm(of_criterion(c, words), words, group=c.group).shape() | {"key": c.key}
            for c in d.criteria
        ],
        "bands": [
            BandForm(of_band(b, d), words, definition=d, band=b).shape() | {"key": b.key}
            for b in d.bands
        ],
        "disqualifiers": [
            DisqualifierForm(of_disqualifier(q, words), words).shape() | {"key": q.key}
            for q in d.disqualifiers
        ],
        "variants": [
            VariantForm(of_variant(v, words), words, definition=d).shape() | {"key": v.key}
            for v in d.variants
        ],
    }
    assert read(again) == d


def test_texts_with_commas_are_kept_in_quotes() -> None:
    words = Vocabulary.read()
    values = {"field": ["company_name"], "op": ["one_of"], "value": ['"Acme, Inc.", Bolt\nCog']}
    form = CriterionForm(values | {"asks": ["attribute"]}, words, group=Group.FIT)
    assert form.shape()["condition"]["value"] == ["Acme, Inc.", "Bolt", "Cog"]


def test_rows_are_added_behind_and_taken_away_anywhere() -> None:
    query = QueryDict("step1-kind=a&step2-kind=b&step2-property1-value=x&redraw=%2Bstep")
    assert typed(query)["step3-"] == [""]
    left = without_row(typed(query), "step1")
    assert left == {"step1-kind": ["b"], "step1-property1-value": ["x"], "step2-": [""]}
    assert without_row(left, "step1-property1") == {"step1-kind": ["b"], "step2-": [""]}


def test_a_new_row_takes_the_focus() -> None:
    words = Vocabulary.read()
    values = {"asks": ["sequence"], "step1-kind": ["page"], "step2-kind": ["page"], "step3-": [""]}
    form = CriterionForm(values, words, group=Group.ENGAGEMENT)
    focused = [n for n, f in form.fields.items() if "autofocus" in f.widget.attrs]
    assert focused == ["step3-kind"]


def test_only_stages_that_no_score_brings_about_are_offered() -> None:
    words = Vocabulary.read()
    assert [key for key, _label in words.choices["stage"]] == ["opportunity", "customer", "lost"]
    assert [op for op, _label in words.operators("stage")] == ["is", "one_of"]
