"""Whose case it is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.db import Database
from bot.handoff.cases import Need, open_case
from bot.handoff.routing import Routed, channel_of, channels_of, route
from bot.members import absences
from bot.model import HandOff, HandOffReason, HandOffState, Member, Priority, Staff, Team
from bot.programme.inbox import Inbox
from tests.support import cast
from tests.support.cast import JONAS, MARIA
from tests.support.house import TUESDAY, House
from tests.support.small_programme import make_programme
from tests.unit.handoff.office import PRIYA, inbox, team

DAY = timedelta(days=1)
ROUTES = [
    {"reasons": ["technical"], "team": "technical_support"},
    {"reasons": ["silent"], "segments": ["student"], "team": "professional_services", "priority": "high"},
    {"segments": ["student"], "team": "member_success", "priority": "low"},
]


@pytest.mark.parametrize(
    ("reason", "segment", "priority", "expected"),
    [
        ("technical", "student", "normal", Routed(Team.TECHNICAL_SUPPORT, Priority.NORMAL)),
        ("technical", None, "low", Routed(Team.TECHNICAL_SUPPORT, Priority.LOW)),
        ("silent", "student", "low", Routed(Team.PROFESSIONAL_SERVICES, Priority.HIGH)),
        ("silent", "student", "urgent", Routed(Team.PROFESSIONAL_SERVICES, Priority.URGENT)),
        ("silent", "everybody", "low", Routed(Team.MEMBER_SUCCESS, Priority.LOW)),
        ("silent", None, "low", Routed(Team.MEMBER_SUCCESS, Priority.LOW)),
        ("asked", "student", "high", Routed(Team.MEMBER_SUCCESS, Priority.HIGH)),
    ],
)
def test_the_first_route_that_fits_names_the_team(
    reason: str, segment: str | None, priority: str, expected: Routed
) -> None:
    routes = Inbox.model_validate(inbox(routes=ROUTES))
    assert route(routes, HandOffReason(reason), segment, Team.MEMBER_SUCCESS, Priority(priority)) == expected


def test_cards_of_a_team_without_a_channel_go_to_that_of_the_settings() -> None:
    made = Inbox.model_validate(inbox(member_success=team(slack_channel="C0TEAM"), technical_support=team()))
    assert channel_of(made, Team.MEMBER_SUCCESS, "C0ALL") == "C0TEAM"
    assert channel_of(made, Team.TECHNICAL_SUPPORT, "C0ALL") == "C0ALL"
    assert channel_of(made, Team.PROFESSIONAL_SERVICES, "C0ALL") == "C0ALL"
    assert channels_of(made, "C0ALL") == {"C0ALL", "C0TEAM"}


@pytest.fixture
def house(db: Database) -> House:
    made = House(db, make_programme(inbox=inbox(member_success=team(JONAS, MARIA, PRIYA))))
    made.bring("Ana", "Ben", "Dee", "Eve", "Gus")
    return made


def opened(house: House, who: str, **changes: Any) -> HandOff:
    with house.db.begin() as session:
        member = session.get_one(Member, house.member(who).id)
        values = {"channel": "sms", "address": cast.NUMBERS[who], "member": member, "summary": "Asked.", **changes}
        need = Need(HandOffReason.ASKED, **values)
        case = open_case(session, need, house.programme, now=house.clock.now(), wall=house.clock.wall())
        return session.get_one(HandOff, case.id)


def holder(house: House, who: str, **changes: Any) -> str | None:
    """The e-mail address of whoever gets the case."""
    case = opened(house, who, **changes)
    return house.get(Staff, case.assignee_id).email if case.assignee_id is not None else None


def has_no_msm(house: House, *names: str) -> None:
    for name in names:
        house.change(Member, house.member(name).id, lambda row: setattr(row, "msm_id", None))


def is_away(house: House, email: str, days: int = 1) -> None:
    with house.db.begin() as session:
        person = cast.colleague(session, email)
        now = house.clock.now()
        absences.add(session, person, now, now + days * DAY, "test", None, now)


def test_a_members_own_manager_comes_first(house: House) -> None:
    assert [holder(house, who) for who in ("Ana", "Ben", "Dee")] == [MARIA, MARIA, MARIA]


def test_an_open_case_is_nobodys_conversation_yet(house: House) -> None:
    assert opened(house, "Ana").state is HandOffState.OPEN


def test_without_a_manager_whoever_has_the_fewest_gets_it(house: House) -> None:
    has_no_msm(house, "Ana", "Ben", "Dee", "Eve")
    assert [holder(house, who) for who in ("Ana", "Ben", "Dee", "Eve")] == [JONAS, MARIA, PRIYA, JONAS]


def test_of_those_with_as_many_the_one_whose_last_came_longest_ago(house: House) -> None:
    has_no_msm(house, "Ana", "Ben", "Dee")
    assert [holder(house, who) for who in ("Ana", "Ben", "Dee")] == [JONAS, MARIA, PRIYA]
    for case in house.cases():
        house.change(HandOff, case.id, lambda row: setattr(row, "state", HandOffState.RESOLVED))
    has_no_msm(house, "Eve", "Gus")
    assert [holder(house, who) for who in ("Eve", "Gus")] == [JONAS, MARIA]


def test_a_manager_who_is_away_is_passed_over(house: House) -> None:
    is_away(house, MARIA)
    assert [holder(house, who) for who in ("Ana", "Ben")] == [JONAS, PRIYA]


def test_a_manager_of_another_team_is_passed_over(house: House) -> None:
    with house.db.begin() as session:
        other = cast.colleague(session, "somebody@example.org").id
    house.change(Member, house.member("Ana").id, lambda row: setattr(row, "msm_id", other))
    assert holder(house, "Ana") == JONAS


def test_a_team_that_is_away_gets_the_case_as_a_team(house: House) -> None:
    for email in (JONAS, MARIA, PRIYA):
        is_away(house, email)
    assert holder(house, "Ana") is None


def test_outside_of_the_hours_nobody_gets_it(house: House) -> None:
    house.clock.set(TUESDAY.replace(hour=20))
    assert holder(house, "Ana") is None


def test_what_is_urgent_is_given_at_night_too(house: House) -> None:
    house.clock.set(TUESDAY.replace(hour=3))
    is_away(house, MARIA)
    assert holder(house, "Ana", priority=Priority.URGENT) == JONAS


def test_a_team_that_the_content_does_not_know_gets_the_case_as_a_team(house: House) -> None:
    case = opened(house, "Ana", team=Team.TECHNICAL_SUPPORT)
    assert (case.team, case.assignee_id) == (Team.TECHNICAL_SUPPORT, None)


def test_somebody_we_have_not_met_is_added_by_their_address(house: House) -> None:
    opened(house, "Ana")
    assert [person.name for person in house.rows(Staff, Staff.email == PRIYA)] == ["Priya Nair"]


def test_a_need_more_makes_a_case_more_urgent_and_leaves_it_with_its_people(house: House) -> None:
    first = opened(house, "Ana")
    is_away(house, MARIA)
    again = opened(house, "Ana", priority=Priority.URGENT, team=Team.TECHNICAL_SUPPORT)
    assert (again.id, again.team, again.assignee_id) == (first.id, first.team, first.assignee_id)
    assert again.priority is Priority.URGENT
