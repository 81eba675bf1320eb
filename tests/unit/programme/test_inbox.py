"""The loader on what the inbox of staff may say: one mistake at a time, by line and remedy."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from bot.programme.loader import check_folder
from tests.unit.programme.good_folder import GOOD, problems, write

INBOX = """\
inbox:
  teams:
    member_success:
      name: Member Success
      people: [Maria@Example.org]
      lead: priya@example.org
      email: team@example.org
      hours: {time_zone: Europe/London, start: "09:00", end: "17:30", weekdays: [mon, tue], country: GB-ENG}
  routes:
    - {reasons: [silent], segments: [everybody], team: member_success, priority: high}
  targets:
    high: {first_reply: 2h, resolve: 17h}
  ladder:
    - {to: assignee, by: slack, wait: 1h}
  claim_expires: 17h
  canned:
    hello: {title: Hello, text: "Hi {first_name}, {sender} here."}
"""
HOW_TO = Path(__file__).parents[3] / "docs" / "how-to" / "inbox.md"


def test_a_good_inbox_is_taken(tmp_path: Path) -> None:
    programme, found = check_folder(write(tmp_path, {**GOOD, "inbox.yml": INBOX}))
    assert found == []
    assert programme is not None
    assert programme.inbox.teams["member_success"].people == ("maria@example.org",)
    assert programme.inbox.targets["high"].first_reply == timedelta(hours=2)
    assert set(programme.inbox.targets) == {"urgent", "high", "normal", "low"}


EXAMPLES = re.findall(r"```yaml\n(.*?)```", HOW_TO.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_examples_of_the_how_to_are_taken(tmp_path: Path, example: str) -> None:
    assert problems(tmp_path, {**GOOD, "inbox.yml": example}) == []


def test_the_defaults_of_the_how_to_are_those_of_the_loader(tmp_path: Path) -> None:
    programme, _ = check_folder(write(tmp_path, GOOD))
    assert programme is not None
    told = {
        key: f"{_length(target.first_reply)} and {_length(target.resolve)}"
        for key, target in programme.inbox.targets.items()
    }
    page = " ".join(HOW_TO.read_text(encoding="utf-8").split())
    assert [key for key, words in told.items() if f"{key} {words}" not in page] == []


def _length(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    return f"{minutes // 60}h" if minutes % 60 == 0 else f"{minutes}m"


@pytest.mark.parametrize(
    ("was", "wrong", "said"),
    [
        ("[everybody]", "[nobody]", 'inbox.yml:10: segments: there is no segment "nobody"'),
        ("team: member_success, p", "team: technical_support, p", 'inbox.yml:10: team: there is no team "technical_'),
        ("reasons: [silent], segments: [everybody], ", "", "inbox.yml:10: routes: the route takes every case"),
        ("[silent]", "[grumpy]", "inbox.yml:10: reasons:"),
        ("Europe/London", "Europe/Londinium", "inbox.yml:8: time_zone:"),
        ('end: "17:30"', 'end: "08:30"', "inbox.yml:8: hours: the hours end before they start"),
        ("country: GB-ENG", "country: England", "inbox.yml:8: country:"),
        ("[Maria@Example.org]", "[Maria]", "inbox.yml:5: people:"),
        ("[Maria@Example.org]", "[]", "inbox.yml:5: people:"),
        ("first_reply: 2h", "first_reply: 20h", "inbox.yml:12: high: the targets are out of order"),
        ("wait: 1h", "wait: 0h", "inbox.yml:14: "),
        ("{sender} here", "{ask} here", "inbox.yml:17: text:"),
    ],
)
def test_mistakes_are_told_by_line(tmp_path: Path, was: str, wrong: str, said: str) -> None:
    assert was in INBOX
    found = problems(tmp_path, {**GOOD, "inbox.yml": INBOX.replace(was, wrong)})
    assert [one for one in found if one.startswith(said)], found


def test_a_ladder_needs_somebody_to_remind(tmp_path: Path) -> None:
    alone = "inbox:\n  ladder:\n    - {to: lead, by: slack, wait: 1h}\n"
    [found] = problems(tmp_path, {**GOOD, "inbox.yml": alone})
    assert found.startswith("inbox.yml:2: ladder: there is nobody to be reminded")
