"""Links by which invited people set their first password, and others a new one.

A link serves once: it contains a hash over the present password and the last login. Who has it is
taken for the person, so only the administrator sees it, and PASSWORD_RESET_TIMEOUT ends it."""

import uuid

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db import transaction
from django.urls import reverse

from accounts import people
from accounts.models import User

TOKENS = PasswordResetTokenGenerator()


def path_for(user: User) -> str:
    """The address, without the host, where this person sets a password."""
    return reverse("accounts:set_password", args=[user.public_id, TOKENS.make_token(user)])


def holder(public_id: uuid.UUID, token: str) -> User | None:
    """Whose link it is; None if it was used, has expired, or the person is deactivated."""
    user = User.objects.filter(public_id=public_id, is_active=True).first()
    return user if TOKENS.check_token(user, token) else None


def accept(public_id: uuid.UUID, token: str, *, password: str) -> User | None:
    """Sets the password, once even if the form is sent twice; None if the link no longer holds."""
    with transaction.atomic():
        User.objects.select_for_update().filter(public_id=public_id).first()
        user = holder(public_id, token)
        if user is not None:
            people.set_password(user, password=password)
    return user
