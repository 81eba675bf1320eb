"""``msb plan``."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import cli
from app.commands.plan import find, lines
from bot.clock import SharedClock
from bot.errors import NotFound
from bot.model import Member, MemberStatus
from bot.outreach.plan import plan_of
from tests.support import cast
from tests.support.cast import NUMBERS
from tests.support.house import TUESDAY, House
from tests.unit.app.conftest import JOURNEYS


def told(house: House) -> str:
    with house.db.begin() as session:
        member = session.get_one(Member, house.member().id)
        return "\n".join(lines(plan_of(session, house.programme, house.reach(), member, house.clock.now())))


def test_the_plan_is_told_in_the_members_own_time(house: House) -> None:
    assert told(house).startswith(
        f"""\
Ana Smith (id {house.member().id}), Tue 24 Nov 2026 10:00 in America/New_York

Under way:
  First days, since Tue 24 Nov 2026 10:00
    in hand: your form
    then: your hello, your plan

If Ana Smith stays silent:
  Tue 24 Nov 2026 10:00  sms to ...0100, from Compass, rung 1 of 2
    "Compass: Is your form done?"
    why: First days, your form. The step is due 1 day after joining.
  Thu 26 Nov 2026 10:00  sms to ...0100, from Maria, rung 2 of 2
    "Maria: Is your form done?"
    why: First days, your form. There was no answer within 2 days after rung 1.
  Sat 28 Nov 2026 10:00  a case for member success
    why: First days, your form. No answer after the last rung: a case of normal priority for member success.

What happened:
"""
    )


def test_what_holds_a_message_is_told_with_the_time(house: House) -> None:
    house.clock.push(timedelta(hours=12))
    house.settle()
    assert "    held: It is outside of contact hours where Ana lives. Until Wed 25 Nov 2026 09:00." in told(house)


def test_what_happened_is_told_with_the_rule_that_sent_it(house: House) -> None:
    house.settle()
    assert "  Tue 24 Nov 2026 10:00  The programme wrote by sms [check_in:form:rung 1]" in told(house)


def test_what_is_held_for_very_long_does_not_come_before_then(house: House) -> None:
    house.change(Member, house.member().id, lambda member: setattr(member, "away_until", date(2027, 3, 1)))
    assert "  not before Mon 01 Mar 2027 09:00  sms to ...0100" in told(house)


def test_nothing_to_come_is_told_too(house: House) -> None:
    house.change(Member, house.member().id, lambda member: setattr(member, "status", MemberStatus.LEFT))
    house.settle()
    assert "nothing until" in told(house)


@pytest.mark.parametrize("who", ["no-Ana", NUMBERS["Ana"], "+1 202 555 0100", "ANA@example.org", "ana@example.org"])
def test_a_member_is_found_by_number_address_or_id(house: House, who: str) -> None:
    with house.db.begin() as session:
        cast.bring(session, house.programme, "Ana", TUESDAY, email="ana@example.org")
        member = find(session, who)
        assert member.first_name == "Ana"
        assert find(session, str(member.id)) is member


@pytest.mark.parametrize("who", ["nobody", "99", "9" * 40, "", "+12025550199", "nobody@example.org"])
def test_who_is_not_there_is_not_found(house: House, who: str) -> None:
    with house.db.begin() as session, pytest.raises(NotFound):
        find(session, who)


def test_the_command_prints_words_and_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = SharedClock(tmp_path / "clock.json")
    clock.set(TUESDAY)
    monkeypatch.setenv("MSB_DATABASE_URL", f"sqlite:///{tmp_path / 'msb.db'}")
    monkeypatch.setenv("MSB_PROGRAMME_DIR", str(JOURNEYS))
    monkeypatch.setenv("MSB_CLOCK", str(clock.path))
    runner = CliRunner()
    for command in (["db", "upgrade"], ["members", "import", str(JOURNEYS / "sample_members.csv")]):
        done = runner.invoke(cli, command)
        assert done.exit_code == 0, done.output
    shown = runner.invoke(cli, ["plan", "1"])
    assert shown.exit_code == 0, shown.output
    assert " stays silent:" in shown.output
    plan = json.loads(runner.invoke(cli, ["plan", "1", "--json", "--days", "60", "--history", "2"]).stdout)
    assert plan["member_id"] == 1
    assert len(plan["history"]) <= 2
    assert isinstance(runner.invoke(cli, ["plan", "nobody"]).exception, NotFound)
