"""Countries by the names that people and other systems write. Pure."""

import importlib.util
import re
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Any

import phonenumbers

# Beyond the names of the telephone tables: official forms, short forms, and those of other systems.
FURTHER = {
    "BN": "Brunei Darussalam", "BV": "Bouvetoya", "CD": "DR Congo; Congo Kinshasa; Congo-Kinshasa; Zaire",
    "CG": "Congo; Congo Brazzaville; Republic of the Congo", "CI": "Ivory Coast", "CV": "Cabo Verde",
    "CZ": "Czechia; Czech Republic", "DE": "Germany; Deutschland; Federal Republic of Germany",
    "FM": "Federated States of Micronesia", "GB": "Great Britain; UK; U.K.; England; Scotland; Wales",
    "IR": "Islamic Republic of Iran", "KG": "Kyrgyz Republic",
    "KP": "Democratic People's Republic of Korea", "KR": "Korea; Republic of Korea; South Korea",
    "LA": "Lao People's Democratic Republic; Laos", "LY": "Libyan Arab Jamahiriya; Libya",
    "MD": "Republic of Moldova", "MK": "North Macedonia; Macedonia", "MM": "Burma; Myanmar",
    "NL": "Holland; The Netherlands; Netherlands", "PN": "Pitcairn Islands", "PS": "Palestine; Palestinian Territory",
    "RU": "Russian Federation", "SJ": "Svalbard and Jan Mayen Islands; Svalbard and Jan Mayen",
    "SK": "Slovak Republic", "SY": "Syrian Arab Republic; Syria", "SZ": "Eswatini; Swaziland", "TL": "East Timor",
    "TR": "Türkiye; Turkey", "TW": "Taiwan", "TZ": "United Republic of Tanzania", "AE": "UAE; Emirates",
    "US": "USA; U.S.A.; U.S.; America; United States of America", "VA": "Holy See; Vatican City",
    "VE": "Venezuela", "VG": "British Virgin Islands", "VI": "US Virgin Islands; United States Virgin Islands",
    "VN": "Viet Nam",
}  # fmt: skip
BRACKETS = re.compile(r"\([^)]*\)")
NO_WORD = re.compile(r"[\W_]+")
FILLERS = frozenset({"the", "of", "and"})


def code_of(text: str) -> str | None:
    """The two-letter code (ISO 3166-1) of a country's code or name in many languages; None if nobody knows it."""
    code = text.strip().upper()
    if len(code) == 2 and code.isascii() and code.isalpha():
        return code
    known = _table()
    return known.get(_plain(text)) or known.get(_plain(BRACKETS.sub(" ", text)))


@lru_cache(maxsize=1)
def _table() -> dict[str, str]:
    """Codes by plain name; a name of two countries is none's."""
    found: dict[str, set[str]] = {}
    for code, names in _names().items():
        for name in names.values():
            # A star refers to the name in another language.
            if not name.startswith("*"):
                found.setdefault(_plain(name), set()).add(code)
    table = {name: codes.pop() for name, codes in found.items() if name and len(codes) == 1}
    further = {_plain(name): code for code, text in FURTHER.items() for name in text.split(";")}
    return table | further


def _names() -> dict[str, Any]:
    """Names by code and language. Read from its one file: importing its package takes 100 MB of places, which
    nobody here asks for."""
    path = Path(phonenumbers.__file__).parent / "geodata" / "locale.py"
    spec = importlib.util.spec_from_file_location("phonenumbers.names.locale", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    names: dict[str, Any] = module.LOCALE_DATA
    return names


def _plain(text: str) -> str:
    """Words without accents, points and fillers, so that “St. Barthélemy” is “Saint Barthelemy”."""
    letters = unicodedata.normalize("NFKD", text.casefold().replace("&", " and "))
    plain = "".join(char for char in letters if not unicodedata.combining(char))
    words = NO_WORD.sub(" ", plain.replace("'", "").replace("\u2019", "").replace(".", "")).split()
    return " ".join("saint" if word == "st" else word for word in words if word not in FILLERS)
