"""Which cases a colleague finds, and by what."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.handoff import cases, listing
from bot.handoff.listing import Counts, Wanted, Which
from bot.model import EntryKind, HandOffReason, Member, Staff, Team
from tests.support import cast
from tests.support.cast import JONAS, MARIA
from tests.support.house import TUESDAY, House
from tests.unit.handoff.offices import new_case, programme, resolved

DAY = timedelta(days=1)
INBOX = programme().inbox
SUCCESS = Team.MEMBER_SUCCESS


@pytest.fixture
def session(house: House) -> Iterator[Session]:
    with house.db.begin() as opened:
        yield opened


@pytest.fixture
def maria(session: Session) -> Staff:
    return cast.colleague(session, MARIA)


def ids(session: Session, wanted: Wanted) -> list[int]:
    found = listing.find(session, INBOX, wanted, TUESDAY, skip=0, most=10)
    assert found.total == len(found.lines)
    return [line.case_id for line in found.lines]


def test_what_rests_is_asked_for_apart(house: House, session: Session) -> None:
    rests = new_case(session, house, snoozed_until=TUESDAY + DAY)
    woke = new_case(session, house, snoozed_until=TUESDAY - DAY)
    never = new_case(session, house)
    assert ids(session, Wanted(snoozed=True)) == [rests.id]
    assert sorted(ids(session, Wanted(snoozed=False))) == [woke.id, never.id]
    assert len(ids(session, Wanted())) == 3


def test_cases_are_found_by_reason_and_by_several_teams(house: House, session: Session) -> None:
    stuck = new_case(session, house, reason=HandOffReason.STUCK)
    helped = new_case(session, house, team=Team.TECHNICAL_SUPPORT)
    new_case(session, house, team=Team.PROFESSIONAL_SERVICES)
    assert ids(session, Wanted(reason=HandOffReason.STUCK)) == [stuck.id]
    assert sorted(ids(session, Wanted(teams=(SUCCESS, Team.TECHNICAL_SUPPORT)))) == [stuck.id, helped.id]


def test_cases_are_counted_as_a_colleague_sees_them(house: House, session: Session, maria: Staff) -> None:
    new_case(session, house, assignee=maria)
    new_case(session, house, assignee=maria, snoozed_until=TUESDAY + DAY)
    new_case(session, house, team=Team.TECHNICAL_SUPPORT)
    resolved(new_case(session, house), DAY)
    found = listing.counts(session, INBOX, maria, TUESDAY)
    assert found == Counts(mine=1, teams=1, unassigned=1, everybody=2, snoozed=1)


def test_nothing_is_counted_where_there_is_nothing(session: Session, maria: Staff) -> None:
    assert listing.counts(session, INBOX, maria, TUESDAY) == Counts(0, 0, 0, 0, 0)


def test_the_edition_changes_with_each_case_and_each_line_in_one(house: House, session: Session) -> None:
    editions = [listing.edition(session)]
    case = new_case(session, house)
    editions.append(listing.edition(session))
    cases.add_entry(session, case, EntryKind.NOTE, "Maria", "a note", TUESDAY)
    session.flush()
    editions.append(listing.edition(session))
    assert len(set(editions)) == 3


def test_a_line_says_since_when_somebody_waits_and_who_they_are(house: House, session: Session) -> None:
    ana = session.scalars(sa.select(Member)).one()
    new_case(session, house, waiting_since=TUESDAY - DAY, member_id=ana.id)
    [line] = listing.find(session, INBOX, Wanted(), TUESDAY, skip=0, most=1).lines
    assert (line.waiting_since, line.member_id) == (TUESDAY - DAY, ana.id)


def test_resolved_cases_are_found_by_their_colleague(house: House, session: Session, maria: Staff) -> None:
    case = new_case(session, house)
    resolved(case, DAY)
    case.assignee = maria
    session.flush()
    assert ids(session, Wanted(Which.RESOLVED, assignee=MARIA)) == [case.id]
    assert ids(session, Wanted(Which.RESOLVED, assignee=JONAS)) == []
