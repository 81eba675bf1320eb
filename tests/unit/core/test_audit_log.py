"""Who did what is found by who, what, whom and when."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot import audit, audit_log
from bot.audit_log import Asked
from tests.support.house import TUESDAY, House

DAY = timedelta(days=1)
MARIA = "maria@example.org"


@pytest.fixture
def house(house: House) -> House:
    """With three entries: of the rules, of a colleague a day ago, and of a colleague now about Ana."""
    ana = house.member()
    with house.db.begin() as session:
        audit.write(session, TUESDAY - 2 * DAY, "bot", "touch.held", member_id=ana.id, reason="quiet_hours")
        audit.write(session, TUESDAY - DAY, MARIA, "hand_off.claimed", subject="case:1")
        audit.write(
            session, TUESDAY, f"console:{MARIA}", "member.paused", member_id=ana.id, reason="asked", until="May"
        )
    return house


def found(house: House, **asked: object) -> list[str]:
    with house.db.begin() as session:
        entries = audit_log.page(session, Asked(**asked))  # type: ignore[arg-type]
    return [one.action for one in entries if not one.action.startswith(("member.enrolled", "consent", "journey"))]


def test_the_newest_entry_comes_first_with_all_that_is_known(house: House) -> None:
    with house.db.begin() as session:
        first = audit_log.page(session, Asked(), most=1)[0]
    assert (first.actor, first.action, first.who, first.reason) == (
        f"console:{MARIA}", "member.paused", "Ana Smith", "asked"
    )  # fmt: skip
    assert first.details == {"until": "May"}


def test_entries_are_found_by_actor_action_member_and_time(house: House) -> None:
    ana = house.member().id
    assert found(house, actor=MARIA) == ["hand_off.claimed"]
    assert found(house, action="touch") == found(house, action="touch.held") == ["touch.held"]
    assert found(house, action="tou") == []
    assert found(house, member_id=ana) == ["member.paused", "touch.held"]
    assert found(house, after=TUESDAY - DAY, until=TUESDAY) == ["hand_off.claimed"]


def test_what_the_rules_decided_is_left_out_when_people_are_asked_for(house: House) -> None:
    assert found(house, people=True) == ["member.paused", "hand_off.claimed"]


def test_pages_follow_each_other(house: House) -> None:
    with house.db.begin() as session:
        first = audit_log.page(session, Asked(), most=2)
        rest = audit_log.page(session, Asked(), before=first[-1].id)
        every = audit_log.page(session, Asked())
    assert [one.id for one in first + rest] == [one.id for one in every]


def test_who_and_what_there_is_to_choose_from_is_told(house: House) -> None:
    with house.db.begin() as session:
        assert {MARIA, "bot"} <= set(audit_log.actors(session))
        assert "touch.held" in audit_log.actions(session)
