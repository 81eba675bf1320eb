"""The frame of all pages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.support.browser import check_accessible

PAGES = ("/", "/members", "/cases", "/journeys", "/measures", "/operations")


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_empty_database_breaks_no_page(open_page: Callable[..., Page], path: str, scheme: str) -> None:
    page = open_page(f"/console{path}", scheme=scheme)
    assert page.get_by_role("heading", level=1).count() == 1
    check_accessible(page)
