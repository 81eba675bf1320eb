"""Browsers that are signed in, and colleagues who may be."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.access import colleagues, sessions
from bot.errors import NotFound, Refused
from bot.model import AuditEntry, ConsoleSession, Role
from tests.support import cast
from tests.support.house import TUESDAY as NOW
from tests.support.house import House

ADA, SAM = "ada@example.org", "sam@example.org"
ACTOR = f"console:{ADA}"


def enter(house: House, email: str = ADA, role: Role = Role.ADMIN, at: datetime = NOW) -> str:
    with house.db.begin() as session:
        person = cast.colleague(session, email)
        person.role = role
        return sessions.begin(session, person, "link", at)


def who(house: House, token: str, at: datetime = NOW) -> str | None:
    with house.db.begin() as session:
        found = sessions.who(session, token, at)
        return found.email if found else None


def staff_id(house: House, email: str) -> int:
    with house.db.begin() as session:
        return cast.colleague(session, email).id


def give(house: House, email: str, role: Role | None) -> None:
    found = staff_id(house, email)
    with house.db.begin() as session:
        colleagues.give_role(session, found, role, NOW, ACTOR)


def acts(house: House) -> list[tuple[str, str | None]]:
    with house.db.begin() as session:
        found = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id))
        return [(one.action, one.subject) for one in found if one.action.startswith("console.")]


def test_a_session_ends_when_they_sign_out(house: House) -> None:
    token = enter(house)
    assert who(house, token) == ADA
    with house.db.begin() as session:
        sessions.end(session, token, NOW)
    assert who(house, token) is None
    assert acts(house) == [("console.signed_in", ADA), ("console.signed_out", ADA)]


def test_a_session_ends_after_twelve_hours(house: House) -> None:
    token = enter(house)
    assert who(house, token, NOW + timedelta(hours=11, minutes=59)) == ADA
    assert who(house, token, NOW + timedelta(hours=12)) is None


def test_it_is_noted_when_they_were_last_seen_but_not_with_every_request(house: House) -> None:
    token = enter(house)
    for minutes in (2, 6, 8):
        who(house, token, NOW + timedelta(minutes=minutes))
    with house.db.begin() as session:
        assert session.scalars(sa.select(ConsoleSession.seen_at)).all() == [NOW + timedelta(minutes=6)]


def test_without_a_role_nobody_is_in(house: House) -> None:
    enter(house)
    token = enter(house, SAM, Role.VIEWER)
    give(house, SAM, None)
    assert who(house, token) is None
    give(house, SAM, Role.VIEWER)
    assert who(house, token) is None, "the old browser has to sign in again"


def test_a_change_of_role_is_in_the_audit_log(house: House) -> None:
    enter(house)
    give(house, SAM, Role.MANAGER)
    with house.db.begin() as session:
        entry = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "console.role")).one()
        assert (entry.actor, entry.subject) == (ACTOR, SAM)
        assert entry.details == {"before": None, "after": "manager"}


def test_the_last_admin_stays_one(house: House) -> None:
    enter(house)
    with pytest.raises(Refused, match="last admin"):
        give(house, ADA, Role.MANAGER)
    give(house, SAM, Role.ADMIN)
    give(house, ADA, Role.MANAGER)


def test_nobody_gives_a_role_to_somebody_who_is_not_there(house: House) -> None:
    with house.db.begin() as session, pytest.raises(NotFound):
        colleagues.give_role(session, 999, Role.VIEWER, NOW, ACTOR)


def test_an_admin_signs_others_out_one_by_one_or_everywhere(house: House) -> None:
    enter(house)
    first, second, third = (enter(house, SAM, Role.VIEWER) for _ in range(3))
    found = staff_id(house, SAM)
    with house.db.begin() as session:
        _, opened = colleagues.colleague(session, found, NOW)
        assert sessions.end_one(session, opened[0].session_id, NOW, ACTOR)
        assert not sessions.end_one(session, opened[0].session_id, NOW, ACTOR)
    assert [who(house, token) for token in (first, second, third)] == [SAM, SAM, None]
    with house.db.begin() as session:
        assert sessions.end_of(session, found, NOW, ACTOR) == 2
    assert who(house, first) is None


def test_the_list_says_who_came_in_when_and_how(house: House) -> None:
    enter(house, at=NOW - timedelta(days=1))
    enter(house)
    enter(house, SAM, Role.VIEWER, NOW - timedelta(days=2))
    with house.db.begin() as session:
        cast.colleague(session, "bo@example.org")
    with house.db.begin() as session:
        found = {one.email: one for one in colleagues.listed(session, NOW)}
    assert list(found)[:2] == [ADA, SAM], "whoever may come in stands first"
    ada, sam, bo = found[ADA], found[SAM], found["bo@example.org"]
    assert (ada.last_at, ada.last_way, ada.open_sessions) == (NOW, "link", 1)
    assert (sam.last_at, sam.open_sessions) == (NOW - timedelta(days=2), 0)
    assert (bo.role, bo.last_at, bo.open_sessions) == (None, None, 0)


def test_the_list_is_searched_and_paged(house: House) -> None:
    for number in range(5):
        enter(house, f"p{number}_x@example.org", Role.VIEWER)
    with house.db.begin() as session:
        assert colleagues.counted(session, "P3_") == 1
        assert [one.email for one in colleagues.listed(session, NOW, sought="_x@", skip=3, most=2)] == [
            "p3_x@example.org", "p4_x@example.org"
        ]  # fmt: skip
