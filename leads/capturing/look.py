"""The colours of a hosted form as a stylesheet. They stand in its address, so that it can be kept for ever."""

import re
from collections.abc import Mapping
from urllib.parse import urlencode

from django.utils.translation import gettext as _

COLOUR = re.compile(r"#?([0-9a-fA-F]{6})")
PARTS = ("accent", "ground", "ink")
# WCAG 2.2, 1.4.3 for text and 1.4.11 for the outline of a button.
TEXT, CONTROL = 4.5, 3.0


def cleaned(colours: Mapping[str, str]) -> dict[str, str]:
    """The colours as six hexadecimal digits; what is no colour is left out."""
    found = {part: COLOUR.fullmatch(colours.get(part, "")) for part in PARTS}
    return {part: match[1].lower() for part, match in found.items() if match}


def query(colours: Mapping[str, str]) -> str:
    return urlencode(cleaned(colours))


def css(colours: Mapping[str, str]) -> str:
    """The stylesheet; empty without colours."""
    given = cleaned(colours)
    rules: list[str] = []
    if accent := given.get("accent"):
        on = "fff" if contrast(accent, "ffffff") >= contrast(accent, "000000") else "000"
        rules += [
            f"--accent: #{accent}", f"--accent-hover: color-mix(in srgb, #{accent} 86%, #{on})",
            f"--ink-on-fill: #{on}", f"--focus: #{accent}", f"--link: #{accent}",
        ]  # fmt: skip
    if ground := given.get("ground"):
        scheme = "light" if contrast(ground, "000000") >= contrast(ground, "ffffff") else "dark"
        rules += [f"color-scheme: {scheme}", f"--page: #{ground}", f"--card: #{ground}"]
    if ink := given.get("ink"):
        soft = f"color-mix(in srgb, #{ink} 82%, #{given.get('ground', 'ffffff')})"
        rules += [f"--ink: #{ink}", f"--ink-soft: {soft}", f"--ink-faint: {soft}"]
    body = "".join(f"  {rule};\n" for rule in rules)
    return f":root {{\n{body}}}\n" if body else ""


def problem(colours: Mapping[str, str]) -> tuple[str, str] | None:
    """Which colour cannot be read, and why; None if all can."""
    given = cleaned(colours)
    ground = given.get("ground", "ffffff")
    for part, least in (("ink", TEXT), ("accent", CONTROL)):
        if part in given and (found := contrast(given[part], ground)) < least:
            said = {"found": f"{found:.1f}", "least": least}
            text = _(
                "Hardly to be seen on the background: contrast %(found)s, and it takes %(least)s."
            )
            return part, text % said
    return None


def contrast(one: str, other: str) -> float:
    """The contrast of two colours by WCAG 2: 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    shares = [int(colour[start : start + 2], 16) / 255 for start in (0, 2, 4)]
    linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
