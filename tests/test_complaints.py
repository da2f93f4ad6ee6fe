"""What browser tests tell of a page that somebody cannot read."""

import pytest
from playwright.sync_api import Page

from tests.browser import in_both_faces

ROW = "<p style='color: {ink}; background: {paper}'>Ada Lind</p>"
FINE = ROW.format(ink="#222", paper="#fff")
BODY = "<!doctype html><html lang=en><title>Leads</title><main><h1>Leads</h1>{rows}</main></html>"


@pytest.mark.parametrize(
    ("rows", "complaint"),
    [
        (FINE * 5 + ROW.format(ink="#222", paper="#333"), "color-contrast"),
        (FINE * 5 + ROW.format(ink="#bbb", paper="#fff"), "color-contrast"),
        (f"<div style='opacity: .3'>{FINE}</div>{FINE}", "color-contrast"),
        (f"{FINE}<input>", "label"),
        (f"{FINE}<div style='width: 2000px'>far out</div>", "1440"),
    ],
)  # fmt: skip
def test_one_that_cannot_be_read_among_many_is_found(page: Page, rows: str, complaint: str) -> None:
    page.set_content(BODY.format(rows=rows))
    with pytest.raises(AssertionError, match=complaint):
        in_both_faces(page)


def test_a_page_that_can_be_read_is_not_complained_of(page: Page) -> None:
    page.set_content(BODY.format(rows=FINE * 5))
    in_both_faces(page)
