"""Secrets of other systems, sealed before they are kept: what lies in the database or in a backup of it is of no
use without SECRET_KEY.

To change SECRET_KEY put the old one into SECRET_KEY_FALLBACKS: what was sealed with it can still be opened, and
whatever is sealed from then on is sealed with the new one."""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.translation import gettext as _

# A key of its own: whoever learns a session key of Django has not learnt this one.
PURPOSE = b"leadhub.secrets.1"


class Unreadable(ValueError):
    """A secret that was sealed with a key this installation no longer has."""

    def __init__(self) -> None:
        super().__init__(_("This secret was kept with another SECRET_KEY. Enter it again."))


def seal(text: str) -> str:
    """The text encrypted and signed; an empty text stays empty."""
    return _box().encrypt(text.encode()).decode() if text else ""


def unseal(sealed: str) -> str:
    """What `seal` was given. Raises Unreadable."""
    if not sealed:
        return ""
    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise Unreadable from None


def reseal(sealed: str) -> str:
    """The same secret, sealed with the present key. Raises Unreadable."""
    return seal(unseal(sealed))


def _box() -> MultiFernet:
    return MultiFernet([_key(one) for one in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _key(secret: str) -> Fernet:
    digest = hashlib.blake2b(secret.encode(), digest_size=32, key=PURPOSE)
    return Fernet(base64.urlsafe_b64encode(digest.digest()))
