"""The documentation tells the truth about what a tool can check."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.config import Settings
from bot.handoff.risk import Sign
from bot.outreach.policy import Reason
from sandbox.settings import SandboxSettings
from tests.house.sources import ROOT, files, modules, report, string_constants

HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*$", re.MULTILINE)
LINK = re.compile(r"\[[^\]\n]*\]\(([^)\s]+)\)")
PAGES = tuple(name for name in files() if name.endswith(".md"))
SETTINGS_PAGE = ROOT / "docs" / "configuration.md"


def without_code(text: str) -> str:
    return re.sub(r"`[^`\n]*`", "", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL))


def anchors(page: Path) -> set[str]:
    """The anchors that a page's headings get on the usual forges."""
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    plain = (re.sub(r"[`*]", "", heading).lower() for heading in HEADING.findall(text))
    return {re.sub(r"[^\w\- ]", "", heading).replace(" ", "-") for heading in plain}


@pytest.mark.parametrize("name", PAGES)
def test_every_relative_link_of_a_page_leads_somewhere(name: str) -> None:
    page = ROOT / name
    offences = []
    for link in LINK.findall(without_code(page.read_text(encoding="utf-8"))):
        target, _, anchor = link.partition("#")
        if re.match(r"[a-z]+:", link):
            continue
        place = (page.parent / target).resolve() if target else page
        if not place.exists():
            offences.append(f"{link}: no such file")
        elif anchor and anchor not in anchors(place):
            offences.append(f"{link}: no such heading")
    assert not offences, report(f"{name} has links that lead nowhere:", offences)


def expected_row(name: str) -> str:
    """The row of the settings page that bot/config.py asks for."""
    field = Settings.model_fields[name]
    default = field.default.get_secret_value() if hasattr(field.default, "get_secret_value") else field.default
    shown = "empty" if default == "" else f"`{str(default).lower() if isinstance(default, bool) else default}`"
    return f"| `MSB_{name.upper()}` | {shown} | {field.description} |"


def test_every_setting_is_documented_with_its_default() -> None:
    page = SETTINGS_PAGE.read_text(encoding="utf-8")
    missing = [row for row in map(expected_row, Settings.model_fields) if row not in page]
    assert not missing, report(f"{SETTINGS_PAGE.name} lacks these rows:", missing)


def settings_of_the_other_processes() -> set[str]:
    """What the engine and the sandbox read of their own."""
    words = (word for m in modules() if m.package == "engine" and not m.is_test for word in string_constants(m))
    engine = {word for word in words if re.fullmatch(r"MSB_[A-Z_]+[A-Z]", word)}
    return engine | {f"MSB_{name.upper()}" for name in SandboxSettings.model_fields}


def test_every_setting_of_the_engine_and_the_sandbox_is_documented() -> None:
    page = SETTINGS_PAGE.read_text(encoding="utf-8")
    missing = sorted(name for name in settings_of_the_other_processes() if f"| `{name}` |" not in page)
    assert not missing, report(f"{SETTINGS_PAGE.name} lacks:", missing)


def test_no_page_names_a_setting_that_does_not_exist() -> None:
    known = {f"MSB_{name.upper()}" for name in Settings.model_fields} | settings_of_the_other_processes() | {"MSB_"}
    offences = [
        f"{name}: {word}"
        for name in PAGES
        for word in re.findall(r"\bMSB_[A-Z0-9_]*", (ROOT / name).read_text(encoding="utf-8"))
        if word not in known
    ]
    assert not offences, report("Nothing reads these settings:", offences)


def test_every_reason_of_the_contact_policy_has_its_row() -> None:
    page = (ROOT / "docs" / "contact-policy.md").read_text(encoding="utf-8")
    offences = [str(reason) for reason in Reason if f"| `{reason}` |" not in page]
    assert not offences, report("docs/contact-policy.md lacks a row for:", offences)


def test_every_sign_that_a_member_may_be_lost_has_its_row() -> None:
    page = (ROOT / "docs" / "how-to" / "cards.md").read_text(encoding="utf-8")
    offences = [str(sign) for sign in Sign if f"`{sign}`" not in page]
    assert not offences, report("docs/how-to/cards.md lacks a row for:", offences)


def test_the_changelog_has_a_section_for_what_is_unreleased() -> None:
    assert "## [Unreleased]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_every_decision_is_listed_in_the_index_of_decisions() -> None:
    index = (ROOT / "docs" / "adr" / "README.md").read_text(encoding="utf-8")
    decisions = [Path(name).name for name in PAGES if re.match(r"docs/adr/\d{4}-", name)]
    offences = [name for name in decisions if f"({name})" not in index]
    assert decisions
    assert not offences, report("docs/adr/README.md does not list:", offences)


def test_every_target_of_the_makefile_is_explained_by_make_help() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.findall(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)[0].split()
    offences = [target for target in targets if not re.search(rf"^{target}:.* ## \S", makefile, re.MULTILINE)]
    assert not offences, report("Say after ## what these do:", offences)


def test_every_target_that_a_page_tells_to_run_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    offences = [
        f"{name}: make {target}"
        for name in PAGES
        for target in re.findall(r"`make ([a-z-]+)", (ROOT / name).read_text(encoding="utf-8"))
        if not re.search(rf"^{target}:", makefile, re.MULTILINE)
    ]
    assert not offences, report("The Makefile has no such targets:", offences)
