"""Countries are known by code and by the names that people and other systems write."""

import subprocess
import sys

import pytest

from leads.vocabulary.countries import code_of


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("de", "DE"), ("Germany", "DE"), ("Deutschland", "DE"), ("ALLEMAGNE", "DE"), ("usa", "US"),
        ("United States of America", "US"), ("St. Barthélemy", "BL"), ("Saint Barthelemy", "BL"),
        ("Korea", "KR"), ("Svalbard & Jan Mayen Islands", "SJ"), ("Slovakia (Slovak Republic)", "SK"),
        ("Cote d'Ivoire", "CI"), ("Côte d’Ivoire", "CI"), ("日本", "JP"), ("The Netherlands", "NL"),
        ("Holy See (Vatican City State)", "VA"), ("Antarctica (the territory South of 60 deg S)", "AQ"),
        ("Tokelau", "TK"), ("Guinea", "GN"), ("Niger", "NE"), ("Dominica", "DM"),
        ("Atlantis", None), ("", None), ("*aa", None), ("Mars (Germany)", None),
    ],
)  # fmt: skip
def test_a_country_is_known_by_its_names(text: str, code: str | None) -> None:
    assert code_of(text) == code


def test_the_places_of_the_telephone_library_are_not_loaded() -> None:
    asked = (
        "import sys; from leads.vocabulary.countries import code_of; print(code_of('Allemagne'))"
    )
    told = "print('phonenumbers.geodata' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", f"{asked}; {told}"], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["DE", "False"]
