"""Countries are known by code and by the names that people and other systems write."""

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
