"""What a colleague sees when they open the app, and what it costs."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.handoff import away
from bot.handoff.overview import MINE, Overview, overview
from bot.model import HandOffState, Member, SurveyAnswer
from tests.support import cast
from tests.support.cast import JONAS, MARIA
from tests.support.house import TUESDAY, House
from tests.unit.handoff.offices import PRIYA, new_case, programme
from tests.unit.handoff.test_view_member import statements


@pytest.fixture
def office(house: House) -> House:
    house.programme = programme()
    return house


def look(house: House, email: str) -> Overview:
    with house.db.begin() as session:
        return overview(session, house.programme, cast.colleague(session, email), TUESDAY)


def crowd(house: House, names: list[str], cases: int) -> None:
    """These members at risk, and cases of Maria's and of nobody's."""
    with house.db.begin() as session:
        for name in names:
            member = cast.bring(session, house.programme, name, TUESDAY)
            session.add(SurveyAnswer(member_id=member.id, survey="s", question="q", kind="nps", number=1, at=TUESDAY))
        maria = cast.colleague(session)
        for number in range(cases):
            new_case(session, house, assignee=maria if number % 2 else None)


def test_a_colleague_sees_their_own_and_their_teams(office: House) -> None:
    crowd(office, ["Ben"], 5)
    seen = look(office, MARIA)
    assert (seen.name, seen.teams, seen.zone.key) == ("Maria", ("Team",), "America/New_York")
    assert (seen.mine.total, seen.queue.total, seen.today.opened) == (2, 3, 5)
    assert [line.name for line in seen.members.lines] == ["Ben Smith"]
    assert (look(office, JONAS).mine.total, look(office, JONAS).queue.total) == (0, 5)
    assert len(look(office, PRIYA).teams) == 2


def test_it_says_that_they_are_away(office: House) -> None:
    assert look(office, MARIA).away_until is None
    with office.db.begin() as session:
        absence = away.go(session, office.programme.inbox, cast.colleague(session), "until Friday", TUESDAY)
        ends = absence.ends_at
        away.go(session, office.programme.inbox, cast.colleague(session, JONAS), "1 Dec..4 Dec", TUESDAY)
    assert look(office, MARIA).away_until == ends
    assert look(office, JONAS).away_until is None


def test_what_is_shown_of_each_list_ends(office: House) -> None:
    with office.db.begin() as session:
        maria = cast.colleague(session)
        for _ in range(MINE + 3):
            new_case(session, office, TUESDAY - timedelta(days=1), assignee=maria, state=HandOffState.CLAIMED)
    seen = look(office, MARIA)
    assert (len(seen.mine.lines), seen.mine.more, seen.today.overdue) == (MINE, 3, MINE + 3)


def test_it_costs_as_many_statements_however_many_there_are(office: House) -> None:
    crowd(office, ["Ben"], 2)
    with office.db.begin() as session, statements(session) as few:
        overview(session, office.programme, cast.colleague(session), TUESDAY)
    crowd(office, ["Dee", "Eve", "Fay", "Hal", "Ida"], 30)
    with office.db.begin() as session, statements(session) as many:
        overview(session, office.programme, cast.colleague(session), TUESDAY)
    assert len(office.rows(Member)) == 7
    assert len(many) == len(few) < 30
