"""Text that people and machines send us, made fit to be kept, compared and shown."""

import re
import unicodedata

from django.utils.translation import gettext as _

NUL = "\x00"
LONE_SURROGATE = re.compile("[\ud800-\udfff]")
LINE_END = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")

EMBEDDINGS = "\u202a\u202b\u202d\u202e"
ISOLATES = "\u2066\u2067\u2068"
END_OF_EMBEDDING = "\u202c"
END_OF_ISOLATE = "\u2069"
DIRECTION = re.compile(f"[{EMBEDDINGS}{ISOLATES}{END_OF_EMBEDDING}{END_OF_ISOLATE}]")


class TextError(ValueError):
    """A text that cannot be kept; the message says why, for the person who wrote it."""


def flaw_of(text: str) -> str | None:
    """Why the database could not hold this text, in words; None if it can."""
    if NUL in text:
        return _("The text contains a NUL character.")
    if LONE_SURROGATE.search(text):
        return _("The text contains half a character (a lone surrogate).")
    return None


def clean_text(value: str, *, limit: int) -> str:
    """The text in normal form (NFC) with line ends as "\\n" and without control characters.

    A change of writing direction is kept, but ended with its line, so that it turns no text
    that follows. Raises TextError for a NUL, half a character or more than `limit` characters.
    """
    flaw = flaw_of(value)
    if flaw:
        raise TextError(flaw)
    text = unicodedata.normalize("NFC", LINE_END.sub("\n", value))
    text = CONTROL.sub("", text)
    if DIRECTION.search(text):
        text = "\n".join(_with_direction_ended(line) for line in text.split("\n"))
    if len(text) > limit:
        raise TextError(
            _("This text is too long (at most %(limit)d characters).") % {"limit": limit}
        )
    return text


def _with_direction_ended(line: str) -> str:
    """Close what the line opened, and drop ends of what it never opened."""
    kept, opened = [], []
    for char in line:
        if char in EMBEDDINGS:
            opened.append(END_OF_EMBEDDING)
        elif char in ISOLATES:
            opened.append(END_OF_ISOLATE)
        elif char in (END_OF_EMBEDDING, END_OF_ISOLATE):
            if char not in opened:
                continue
            while (end := opened.pop()) != char:
                kept.append(end)
        kept.append(char)
    return "".join(kept + opened[::-1])
