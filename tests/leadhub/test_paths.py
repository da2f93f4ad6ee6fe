"""The path of a thing is the one that its name and number give."""

from uuid import uuid4

import pytest
from django.template import Context, Template
from django.urls import reverse, set_script_prefix

NAMES = ["leads:lead", "handoff:claim", "qualification:card"]


def drawn(name: str, public_id: object) -> str:
    return Template("{% path name public_id %}").render(
        Context({"name": name, "public_id": public_id})
    )


@pytest.mark.parametrize("name", NAMES)
def test_it_is_what_the_name_and_the_number_give(name: str) -> None:
    for public_id in (uuid4(), uuid4()):
        assert drawn(name, public_id) == reverse(name, args=[public_id])


def test_it_follows_a_product_that_does_not_live_at_the_root() -> None:
    public_id = uuid4()
    set_script_prefix("/crm/")
    try:
        assert drawn("leads:lead", public_id) == f"/crm/leads/{public_id}/"
    finally:
        set_script_prefix("/")
    assert drawn("leads:lead", public_id) == f"/leads/{public_id}/"


def test_what_is_no_number_gets_no_markup_in() -> None:
    assert "<" not in drawn("leads:lead", "<img>")
