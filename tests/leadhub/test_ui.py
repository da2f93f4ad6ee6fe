"""Tags and filters: what they say, and that nothing a lead wrote gets out of its text."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.conf import settings
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from leadhub import charts
from leadhub.clockface import duration, face
from leadhub.score_tags import band_axis, gauge
from leadhub.templatetags import ui

NOW = datetime(2026, 11, 19, 10, 42, tzinfo=UTC)
HOSTILE = "<img src=x onerror=alert(1)>\"'&{{ 7|add:1 }}"


@dataclass
class Timer:
    state: str = "running"
    due_at: datetime | None = NOW + timedelta(hours=1)
    started_at: datetime | None = NOW - timedelta(hours=1)
    closed_at: datetime | None = None


def drawn(source: str, **context: Any) -> str:
    return Template(source).render(Context({"now": NOW, **context}))


@pytest.mark.parametrize(
    "source",
    [
        "{% avatar text %}",
        "{{ text|initials }}",
        "{{ text|thousands }}",
        "{{ text|signed }}",
        "{% icon text text text %}",
        "{% band_chip text text text %}",
        "{% stage_chip text text %}",
        "{% score_bar text text text %}",
        "{% criteria named text %}",
        "{% meter text text text text %}",
        "{% bar_chart rows %}",
        "{% column_chart rows text %}",
        "{% stacked_bar rows text %}",
        "{% step_chart rows rows text %}",
        "{% band_axis rows text %}",
        "{% gauge text text text text %}",
        "{% range_bar text text text text %}",
        "{% rate_bar text text %}",
        "{% include 'ui/empty.html' with title=text text=text action_url=text action_label=text %}",
        "{% include 'ui/tabs.html' with items=rows label=text %}",
        "{% include 'ui/pager.html' with next_url=text prev_url=text shown=text total=text %}",
    ],
)
def test_hostile_text_stays_text(source: str) -> None:
    row = {"label": HOSTILE, "value": 3, "url": HOSTILE, "tone": HOSTILE, "at": 1, "text": HOSTILE}
    named = [{"group": HOSTILE, "label": HOSTILE, "points": HOSTILE}]
    html = drawn(source, text=HOSTILE, named=named, rows=[row, {**row, "value": HOSTILE}])
    assert "<img" not in html
    assert "onerror=alert(1)>" not in html
    assert "\"'" not in html


def test_points_carry_their_sign_with_a_real_minus() -> None:
    said = [ui.signed(value) for value in (15, -8, 0, 7.5, Decimal("-0.25"), 1200, "x", None)]
    assert said == ["+15", "−8", "0", "+7.5", "−0.3", "+1,200", "x", "None"]


@given(st.integers(min_value=-(10**9), max_value=10**9))
def test_whole_points_read_back_as_the_same_number(points: int) -> None:
    assert int(ui.signed(points).replace("−", "-").replace(",", "")) == points


def test_numbers_are_grouped_by_thousands() -> None:
    assert [ui.thousands(value) for value in (0, 4812, 1234567, None, "many")] == [
        "0",
        "4,812",
        "1,234,567",
        "",
        "many",
    ]


def test_initials_come_from_the_first_and_last_word() -> None:
    names = ["Tomas Petrov", "Anna Maria de Souza", "cher", "", None, "  ", "( x", "Élise Ö"]
    assert [ui.initials(name) for name in names] == ["TP", "AS", "C", "?", "?", "?", "X", "ÉÖ"]


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0:00"), (249, "4:09"), (-59, "0:59"), (7500, "2 h 05 m"), (277200, "3 d 5 h")],
)
def test_a_duration_is_said_without_its_sign(seconds: int, said: str) -> None:
    assert duration(seconds) == said


@pytest.mark.parametrize(
    ("timer", "look", "text"),
    [
        (Timer(due_at=NOW + timedelta(minutes=15)), "calm", "15:00"),
        (Timer(due_at=NOW + timedelta(minutes=14, seconds=59)), "soon", "14:59"),
        (Timer(due_at=NOW), "soon", "0:00"),
        (Timer(due_at=NOW - timedelta(seconds=1)), "over", "−0:01"),
        (Timer("breached", due_at=NOW - timedelta(minutes=64)), "over", "−1 h 04 m"),
        (Timer("met"), "met", "Met"),
        (Timer("paused", due_at=None), "paused", "Paused"),
        (Timer("cancelled"), "cancelled", "Stopped"),
        (Timer("running", due_at=None), "cancelled", "No limit"),
    ],
)
def test_a_clock_shows_the_state_of_its_timer(timer: Timer, look: str, text: str) -> None:
    shown = face(timer, NOW)
    assert (shown.look, shown.text) == (look, text)
    assert f"clock--{look}" in drawn("{% clock timer %}", timer=timer)


def test_a_breached_clock_stands_still_once_it_is_closed() -> None:
    due = NOW - timedelta(hours=1)
    timer = Timer("breached", due_at=due, closed_at=due + timedelta(minutes=3))
    assert face(timer, NOW).text == "−3:00"
    assert "data-ticks" not in drawn("{% clock timer %}", timer=timer)
    assert "data-ticks" in drawn("{% clock timer %}", timer=Timer("breached", due_at=due))


def test_a_clock_carries_its_moments_as_epoch_seconds() -> None:
    html = drawn("{% clock timer %}", timer=Timer())
    now = int(NOW.timestamp())
    for name, moment in (("due", now + 3600), ("start", now - 3600), ("now", now)):
        assert f'data-{name}="{moment}"' in html


def test_the_ring_is_what_is_left_of_the_time() -> None:
    assert face(Timer(), NOW).left == 50
    assert face(Timer(started_at=NOW + timedelta(hours=2)), NOW).left == 2


@pytest.mark.parametrize(
    ("back", "said"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=3), "3 min ago"),
        (timedelta(hours=23), "23 h ago"),
        (timedelta(days=1), "1 day ago"),
        (timedelta(days=12), "12 days ago"),
        (timedelta(days=40), "10 Oct 2026"),
        (-timedelta(minutes=5), "in 5 min"),
    ],
)
def test_a_moment_is_said_as_people_say_it(back: timedelta, said: str) -> None:
    html = drawn("{% ago when now %}", when=NOW - back)
    assert f">{said}</time>" in html


def test_a_band_takes_its_colour_from_what_it_does() -> None:
    assert "band--sales_ready" in ui.band_chip("hot", "Hot", "sales_ready")
    assert "band--none" in ui.band_chip("odd", "Odd", "unheard of")


def test_bars_never_leave_their_box() -> None:
    assert 'width="100.00%"' in ui.score_bar(300, 100, "fit")
    assert 'width="40.00%"' in ui.score_bar(-8, -20, "negative")
    assert 'width="0.00%"' in ui.score_bar(5, 0)


def test_bands_fill_the_axis_from_their_lower_ends() -> None:
    bands = [{"name": "MQL", "effect": "mql", "low": 50}, {"name": "Cold", "low": -10}]
    first, second = band_axis(bands, 200)["bands"]
    assert (first["name"], first["x"], first["width"]) == ("Cold", "0.00%", "25.00%")
    assert (second["name"], second["x"], second["width"]) == ("MQL", "25.00%", "75.00%")


def test_a_gauge_says_when_its_line_is_reached() -> None:
    assert "gauge--reached" in gauge(8, 12, 8, "8 of 12")
    assert "gauge--reached" not in gauge(7, 12, 8, "7 of 12")


@given(st.lists(st.integers(min_value=0, max_value=10**6), min_size=1, max_size=40))
def test_columns_stay_below_the_top_of_their_axis(values: list[int]) -> None:
    laid, top = charts.columns([{"label": "x", "value": value} for value in values], 160)
    assert top >= max(values)
    assert all(0 <= column.y <= 160 and column.height <= 160 for column in laid)


def test_charts_of_nothing_are_drawn() -> None:
    for tag in ("bar_chart", "column_chart", "stacked_bar", "step_chart", "band_axis"):
        assert drawn(f"{{% {tag} rows %}}", rows=[])


class Sample(forms.Form):
    email = forms.EmailField(label="E-mail", help_text="Work address")
    reason = forms.ChoiceField(widget=forms.RadioSelect, choices=[("a", HOSTILE)])
    agreed = forms.BooleanField()


def test_a_field_names_its_help_and_errors_for_screen_readers() -> None:
    html = str(Sample({"email": HOSTILE}))
    assert 'aria-describedby="id_email_helptext id_email_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_email_error"' in html
    assert "<fieldset" in html
    assert "<img" not in html


def test_every_icon_in_a_template_is_in_the_sprite() -> None:
    folder = Path(settings.BASE_DIR)
    sprite = (folder / "static/icons.svg").read_text()
    missing = {
        f"{path.name}: {name}"
        for path in folder.glob("templates/**/*.html")
        for name in _icon_names(path.read_text())
        if f'<symbol id="{name}"' not in sprite
    }
    assert not missing


def _icon_names(source: str) -> list[str]:
    return [part.split('"')[0] for part in source.split('{% icon "')[1:]]
