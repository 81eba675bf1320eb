"""Links that sign a colleague in, once."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.access import links, sessions
from bot.errors import NotFound, Refused
from bot.model import AuditEntry, Role, SignInLink, Staff
from tests.support import cast
from tests.support.house import TUESDAY as NOW
from tests.support.house import House


def make(house: House, email: str = cast.MARIA, role: Role | None = Role.MANAGER) -> str:
    with house.db.begin() as session:
        return links.make(session, email, role, NOW)


def test_a_link_signs_in_once(house: House) -> None:
    token = make(house)
    with house.db.begin() as session:
        first = links.use(session, token, NOW)
    with house.db.begin() as session:
        again = links.use(session, token, NOW)
    assert (first and first.email, again) == (cast.MARIA, None)


def test_looking_at_a_link_does_not_use_it_up(house: House) -> None:
    token = make(house)
    with house.db.begin() as session:
        assert links.whose(session, token, NOW) is links.whose(session, token, NOW) is not None
        assert links.use(session, token, NOW) is not None


def test_a_link_of_fifteen_minutes_ago_is_too_old(house: House) -> None:
    token = make(house)
    with house.db.begin() as session:
        assert links.use(session, token, NOW + timedelta(minutes=15)) is None


def test_nobody_else_s_words_are_a_link(house: House) -> None:
    make(house)
    with house.db.begin() as session:
        assert links.use(session, "made up", NOW) is None


def test_only_a_digest_of_the_token_is_kept(house: House) -> None:
    token = make(house)
    with house.db.begin() as session:
        assert session.scalars(sa.select(SignInLink.digest)).all() == [sessions.digest(token)]


def test_the_first_admin_comes_in_by_a_link(house: House) -> None:
    make(house, " Ada.Lovelace@example.org ", Role.ADMIN)
    with house.db.begin() as session:
        ada = session.scalars(sa.select(Staff).where(Staff.email == "Ada.Lovelace@example.org")).one()
        assert (ada.name, ada.role) == ("Ada Lovelace", Role.ADMIN)
        told = session.scalars(sa.select(AuditEntry.action).where(AuditEntry.subject == ada.email)).all()
    assert told == ["console.role", "console.link"]


def test_an_address_is_the_same_in_capital_letters(house: House) -> None:
    with house.db.begin() as session:
        maria = cast.colleague(session)
    make(house, cast.MARIA.upper())
    with house.db.begin() as session:
        assert session.scalars(sa.select(SignInLink.staff_id)).all() == [maria.id]


def test_a_stranger_gets_no_link_without_a_role(house: House) -> None:
    with pytest.raises(NotFound, match="name a role"):
        make(house, "nobody@example.org", None)


def test_a_colleague_without_a_role_gets_no_link(house: House) -> None:
    with house.db.begin() as session:
        cast.colleague(session)
    with pytest.raises(Refused, match="has no role"):
        make(house, role=None)


def test_what_is_no_address_becomes_no_colleague(house: House) -> None:
    with pytest.raises(Refused, match="no e-mail address"):
        make(house, "ada example", Role.ADMIN)


def test_a_link_of_somebody_who_lost_their_role_signs_nobody_in(house: House) -> None:
    token = make(house)
    with house.db.begin() as session:
        cast.colleague(session).role = None
    with house.db.begin() as session:
        assert links.whose(session, token, NOW) is None
        assert links.use(session, token, NOW) is None
