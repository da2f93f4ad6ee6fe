import pytest
from pytest_django.fixtures import Settings

from accounts import secrets


def test_a_sealed_secret_comes_back_and_does_not_show() -> None:
    sealed = secrets.seal("s3cret-wörd")
    assert "s3cret" not in sealed
    assert secrets.unseal(sealed) == "s3cret-wörd"
    assert secrets.seal("s3cret-wörd") != sealed


def test_nothing_stays_nothing() -> None:
    assert secrets.seal("") == secrets.unseal("") == ""


def test_a_secret_outlives_a_change_of_key(settings: Settings) -> None:
    settings.SECRET_KEY = "the old one"
    sealed = secrets.seal("token")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "the new one", ["the old one"]
    renewed = secrets.reseal(sealed)
    settings.SECRET_KEY_FALLBACKS = []
    assert secrets.unseal(renewed) == "token"
    with pytest.raises(secrets.Unreadable, match="Enter it again"):
        secrets.unseal(sealed)


@pytest.mark.parametrize("damaged", ["x", "gAAAA", "nötig"])
def test_what_was_never_sealed_is_told_so(damaged: str) -> None:
    with pytest.raises(secrets.Unreadable):
        secrets.unseal(damaged)
