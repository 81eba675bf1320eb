"""The check of the content files."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bot.programme.loader import load_programme
from console.mount import Mounted
from tests.support.browser import check_accessible
from tests.support.console import Site, console_for
from tests.support.edited_programme import Content, copy_of_programme, step_of

Open = Callable[..., Page]
SCRIPT = "<script>alert(1)</script>"


def _misspelt(content: Content) -> None:
    content["journey"]["name"] = f"Days & {SCRIPT}"
    step_of(content, "profile_form")["ladder"] = "standrad"


@pytest.fixture
def folder(site: Site, mounted: tuple[str, Mounted], tmp_path: Path) -> Path:
    """The shipped content with a ladder that is misspelt, while the right one runs."""
    found = copy_of_programme(tmp_path / "content", onboarding=_misspelt)
    site.house.programme = load_programme(Path("journeys"))
    mounted[1].console = console_for(site.house, programme_dir=found)
    return found


def repair(folder: Path) -> None:
    path = folder / "journeys" / "onboarding.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("standrad", "standard"), encoding="utf-8")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_problem_stands_under_its_line(open_page: Open, folder: Path, scheme: str) -> None:
    page = open_page("/console/journeys/content", scheme=scheme)
    expect(page.get_by_text("1 problem in the files.")).to_be_visible()
    expect(page.get_by_role("heading", name="journeys/onboarding.yml")).to_be_visible()
    said = page.get_by_role("note")
    expect(said).to_contain_text(re.compile(r'Line \d+: ladder: there is no ladder "standrad"'))
    line = int(re.findall(r"Line (\d+)", said.inner_text())[0])
    text = (folder / "journeys" / "onboarding.yml").read_text(encoding="utf-8").split("\n")
    assert "standrad" in text[line - 1]
    expect(page.locator(f"#line-{line}")).to_contain_text("ladder: standrad")
    expect(page.get_by_role("region", name="Text of journeys/onboarding.yml")).to_contain_text(SCRIPT)
    expect(page.get_by_text("This process goes on with the content that it read when it started")).to_be_visible()
    check_accessible(page)


def test_a_problem_is_gone_when_the_file_was_put_right(open_page: Open, folder: Path) -> None:
    page = open_page("/console/journeys/content", role="viewer", width=390)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    expect(page.get_by_text("Check a changed text")).to_have_count(0)
    repair(folder)
    page.get_by_role("button", name="Check again").click()
    expect(page.get_by_text("The files are complete: no problem found.")).to_be_visible()
    expect(page.get_by_text("The files differ from the running programme")).to_be_visible()
    page.get_by_role("button", name="ladders.yml").click()
    expect(page.get_by_role("region", name="Text of ladders.yml")).to_contain_text("welcome:")


def test_a_text_is_checked_and_not_saved(open_page: Open, folder: Path) -> None:
    path = folder / "journeys" / "onboarding.yml"
    before = path.read_text(encoding="utf-8")
    page = open_page("/console/journeys/content")
    page.get_by_text("Check a changed text").click()
    area = page.get_by_label("Text of journeys/onboarding.yml").last
    area.fill(before.replace("standrad", "standard"))
    expect(area).to_have_value(before.replace("standrad", "standard"))
    page.get_by_role("button", name="Check this text").click()
    expect(page.get_by_text("The files are complete: no problem found.")).to_be_visible()
    expect(page.get_by_text("It is not saved.")).to_be_visible()
    area.fill("journey: [")
    page.get_by_role("button", name="Check this text").click()
    expect(page.get_by_role("note").first).to_contain_text("this is not readable YAML")
    page.get_by_role("button", name="Back to the files").click()
    expect(page.get_by_role("note")).to_contain_text("standrad")
    assert path.read_text(encoding="utf-8") == before


def test_a_folder_without_files_is_said(
    open_page: Open, site: Site, mounted: tuple[str, Mounted], tmp_path: Path
) -> None:
    mounted[1].console = console_for(site.house, programme_dir=tmp_path / "nothing")
    page = open_page("/console/journeys/content")
    expect(page.get_by_text("There are no YAML files in the folder.")).to_be_visible()
    check_accessible(page)
