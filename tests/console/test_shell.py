"""The frame of all pages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import check_accessible

PAGES = ("/", "/members", "/cases", "/journeys", "/measures", "/operations")


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_empty_database_breaks_no_page(open_page: Callable[..., Page], path: str, scheme: str) -> None:
    page = open_page(f"/console{path}", scheme=scheme)
    assert page.get_by_role("heading", level=1).count() == 1
    check_accessible(page)


def test_the_navigation_stands_where_there_is_room_and_comes_when_it_is_asked_for(
    open_page: Callable[..., Page],
) -> None:
    wide = open_page("/console/access")
    link, button = wide.get_by_role("link", name="Members"), wide.get_by_role("button", name="Navigation")
    expect(link).to_be_visible()
    button.click()
    expect(link).not_to_be_in_viewport()
    button.click()
    expect(link).to_be_in_viewport()

    narrow = open_page("/console/access", width=390)
    link, button = narrow.get_by_role("link", name="Members"), narrow.get_by_role("button", name="Navigation")
    expect(link).not_to_be_in_viewport()
    button.click()
    expect(link).to_be_in_viewport()
    link.click()
    expect(narrow.get_by_role("heading", level=1)).to_have_text("Members")
