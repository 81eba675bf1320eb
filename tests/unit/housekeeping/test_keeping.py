"""How long each class of data is kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.housekeeping.keeping import RULES, KeepingRefused, Kind, read_keeping
from bot.housekeeping.passes import PASSES
from tests.house.sources import ROOT

NOW = datetime(2026, 11, 24, 15, tzinfo=UTC)


def test_every_class_has_a_rule_and_somebody_who_sees_to_it() -> None:
    assert set(RULES) == set(Kind)
    assert {one.kind for one in PASSES} | {Kind.LANES} == set(Kind)


def test_no_default_is_shorter_than_the_rules_allow() -> None:
    assert [kind for kind, rule in RULES.items() if rule.days < rule.least] == []


def test_bookmarks_have_names_of_their_own() -> None:
    names = [one.name for one in PASSES]
    assert len(names) == len(set(names))


def test_a_class_is_kept_as_long_as_the_settings_say() -> None:
    keeping = read_keeping({"contents": "90d", "audit": "P4000D"})
    assert keeping.cutoff(Kind.CONTENTS, NOW) == NOW - timedelta(days=90)
    assert keeping.cutoff(Kind.AUDIT, NOW) == NOW - timedelta(days=4000)
    assert keeping.cutoff(Kind.TURNS, NOW) == NOW - timedelta(days=RULES[Kind.TURNS].days)


def test_no_time_at_all_is_for_ever() -> None:
    assert read_keeping({"messages": "0d"}).cutoff(Kind.MESSAGES, NOW) is None


def test_a_class_that_does_not_exist_is_refused_with_those_that_do() -> None:
    with pytest.raises(KeepingRefused, match='no class "mails"; there are lanes, turns'):
        read_keeping({"mails": "90d"})


def test_a_time_that_other_rules_need_longer_is_refused_with_the_reason() -> None:
    with pytest.raises(KeepingRefused, match="contents has to be kept for 31 days or more"):
        read_keeping({"contents": "7d"})


def test_what_is_no_length_of_time_is_refused() -> None:
    with pytest.raises(KeepingRefused, match='contents: "long" is not a length of time'):
        read_keeping({"contents": "long"})


def test_less_than_no_time_is_refused() -> None:
    with pytest.raises(KeepingRefused, match="31 days"):
        read_keeping({"contents": "-90d"})


def test_the_page_for_admins_has_the_row_of_every_class() -> None:
    page = (ROOT / "docs" / "operations" / "retention.md").read_text(encoding="utf-8")
    rows = [
        f"| `{kind}` | {rule.what} | {rule.days} days | {rule.then} | {rule.least} day{'s' * (rule.least > 1)} | "
        f"{rule.needed_for} |"
        for kind, rule in RULES.items()
    ]
    assert [row for row in rows if row not in page] == []
