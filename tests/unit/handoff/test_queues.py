"""In which order a colleague sees cases, and which."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from bot.handoff import queues
from bot.model import HandOffState, Priority, Team
from tests.support import cast
from tests.support.cast import JONAS, MARIA
from tests.support.house import TUESDAY, House
from tests.unit.handoff.offices import LEE, PRIYA, new_case, programme, resolved

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
INBOX = programme().inbox
SUCCESS, SUPPORT = (Team.MEMBER_SUCCESS,), (Team.TECHNICAL_SUPPORT,)


@pytest.fixture
def session(house: House) -> Iterator[Session]:
    with house.db.begin() as opened:
        yield opened


def ids(queue: queues.Queue) -> list[int]:
    return [line.case_id for line in queue.lines]


def test_the_most_urgent_comes_first_then_the_nearest_deadline(house: House, session: Session) -> None:
    late = new_case(session, house, TUESDAY - DAY)
    soon = new_case(session, house, TUESDAY - HOUR)
    high = new_case(session, house, priority=Priority.HIGH)
    urgent = new_case(session, house, priority=Priority.URGENT)
    found = queues.of_teams(session, INBOX, SUCCESS, TUESDAY, most=10)
    assert ids(found) == [urgent.id, high.id, late.id, soon.id]
    assert [line.is_overdue for line in found.lines] == [False, False, True, False]


def test_the_deadline_is_in_working_time_and_the_missed_one_before_the_next(house: House, session: Session) -> None:
    new_case(session, house, TUESDAY - timedelta(minutes=30))  # 09:30 in New York: four hours later it is 13:30
    new_case(session, house, TUESDAY - DAY + 5 * HOUR)  # Monday, 15:00: two hours then, two on Tuesday: 11:00
    zone = ZoneInfo("America/New_York")
    due = [
        line.due.astimezone(zone).hour
        for line in queues.of_teams(session, INBOX, SUCCESS, TUESDAY, 9).lines
        if line.due
    ]
    assert due == [11, 13]


def test_what_is_snoozed_comes_last_and_is_not_overdue(house: House, session: Session) -> None:
    snoozed = new_case(session, house, TUESDAY - 9 * DAY, priority=Priority.URGENT, snoozed_until=TUESDAY + DAY)
    normal = new_case(session, house)
    found = queues.of_teams(session, INBOX, SUCCESS, TUESDAY, most=10)
    assert ids(found) == [normal.id, snoozed.id]
    assert (found.lines[1].is_overdue, found.lines[1].due) == (False, None)
    later = queues.of_teams(session, INBOX, SUCCESS, TUESDAY + DAY, most=10)
    assert ids(later)[0] == snoozed.id


def test_mine_are_those_that_i_claimed_or_that_were_given_to_me(house: House, session: Session) -> None:
    maria, jonas = cast.colleague(session, MARIA), cast.colleague(session, JONAS)
    claimed = new_case(session, house, assignee=maria, state=HandOffState.CLAIMED)
    given = new_case(session, house, assignee=maria, team=Team.TECHNICAL_SUPPORT)
    others = new_case(session, house, assignee=jonas)
    nobodys = new_case(session, house)
    resolved(new_case(session, house), HOUR, by=maria)
    assert ids(queues.mine(session, INBOX, maria, TUESDAY, 10)) == [claimed.id, given.id]
    assert ids(queues.of_teams(session, INBOX, SUCCESS, TUESDAY, 10, but=maria)) == [others.id, nobodys.id]


def test_a_list_ends_and_says_how_many_there_are(house: House, session: Session) -> None:
    for _ in range(4):
        new_case(session, house)
    found = queues.of_teams(session, INBOX, SUCCESS, TUESDAY, most=3)
    assert (len(found.lines), found.total, found.more) == (3, 4, 1)


@pytest.mark.parametrize(
    ("email", "teams"),
    [
        (MARIA, SUCCESS),
        (LEE, SUPPORT),
        (PRIYA, SUCCESS + SUPPORT),
        ("somebody@example.org", tuple(Team)),
    ],
)
def test_a_colleagues_teams_are_those_that_the_content_names_them_in(
    session: Session, email: str, teams: tuple[Team, ...]
) -> None:
    assert queues.teams_of(INBOX, cast.colleague(session, email)) == teams


def test_without_teams_in_the_content_there_are_queues_all_the_same(house: House, session: Session) -> None:
    case = new_case(session, house, TUESDAY - DAY)
    found = queues.of_teams(session, house.programme.inbox, tuple(Team), TUESDAY, most=10)
    assert (ids(found), found.lines[0].is_overdue) == ([case.id], True)
