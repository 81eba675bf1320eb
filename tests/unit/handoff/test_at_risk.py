"""Members who may be lost, as a list."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.handoff import at_risk
from bot.handoff.at_risk import AtRisk
from bot.handoff.risk import Level, Sign
from bot.model import HandOffReason, Member, MemberStatus, StepProgress, StepState, SurveyAnswer
from tests.support import cast
from tests.support.cast import JONAS, MARIA
from tests.support.house import TUESDAY, House
from tests.unit.handoff.offices import new_case

DAY = timedelta(days=1)


@pytest.fixture
def session(house: House) -> Iterator[Session]:
    with house.db.begin() as opened:
        for name in ("Ben", "Dee", "Hal"):
            cast.bring(opened, house.programme, name, house.clock.now())
        yield opened


def look(house: House, session: Session, most: int = 10, msm: str | None = None) -> AtRisk:
    msm_id = cast.colleague(session, msm).id if msm else None
    return at_risk.at_risk(session, house.programme, TUESDAY, most, msm_id)


def member(session: Session, name: str) -> Member:
    return session.scalars(sa.select(Member).where(Member.first_name == name)).one()


def names(found: AtRisk) -> list[str]:
    return [line.name.split()[0] for line in found.lines]


def scores(session: Session, name: str, number: int) -> None:
    who = member(session, name).id
    session.add(SurveyAnswer(member_id=who, survey="s", question="q", kind="nps", number=number, at=TUESDAY - DAY))
    session.flush()


def wants_to_leave(house: House, session: Session, name: str) -> None:
    who = member(session, name)
    new_case(session, house, TUESDAY - DAY, reason=HandOffReason.LEAVING, member_id=who.id, subject=f"member:{who.id}")


def is_stuck(session: Session, name: str) -> None:
    step = session.scalars(
        sa.select(StepProgress).where(StepProgress.run.has(member_id=member(session, name).id))
    ).first()
    assert step is not None
    step.state = StepState.BLOCKED
    session.flush()


def test_nobody_is_at_risk_of_whom_nothing_is_known(house: House, session: Session) -> None:
    assert look(house, session) == AtRisk((), 0, 0, is_all=True, is_own=False)


def test_the_most_endangered_come_first_with_their_signs(house: House, session: Session) -> None:
    is_stuck(session, "Ana")
    scores(session, "Ben", 3)
    scores(session, "Dee", 9)
    wants_to_leave(house, session, "Hal")
    scores(session, "Hal", 0)
    found = look(house, session)
    assert names(found) == ["Hal", "Ben", "Ana"]
    assert (found.high, found.medium) == (2, 1)
    assert [line.risk.level for line in found.lines] == [Level.HIGH, Level.HIGH, Level.MEDIUM]
    assert {reason.sign for reason in found.lines[0].risk.reasons} == {Sign.WANTS_TO_LEAVE, Sign.DETRACTOR}


def test_a_renewal_that_is_near_is_a_sign(house: House, session: Session) -> None:
    member(session, "Ana").renews_on = TUESDAY.date() + 30 * DAY
    member(session, "Ben").renews_on = TUESDAY.date() + 90 * DAY
    session.flush()
    assert names(look(house, session)) == ["Ana"]


def test_who_is_lost_already_is_not_at_risk(house: House, session: Session) -> None:
    for name, status in (("Ana", MemberStatus.LEFT), ("Ben", MemberStatus.LAPSED), ("Dee", MemberStatus.MERGED)):
        scores(session, name, 0)
        member(session, name).status = status
    assert names(look(house, session)) == []


def test_a_manager_sees_their_own_members_and_others_see_all(house: House, session: Session) -> None:
    jonas = cast.colleague(session, JONAS)
    for name in ("Ana", "Ben"):
        scores(session, name, 0)
    member(session, "Ben").msm_id = jonas.id
    session.flush()
    assert (names(look(house, session, msm=JONAS)), names(look(house, session, msm=MARIA))) == (["Ben"], ["Ana"])
    assert look(house, session, msm=JONAS).is_own
    others = look(house, session, msm="lee@example.org")
    assert (names(others), others.is_own) == (["Ben", "Ana"], False)  # Ben said stop, a second sign


def test_there_is_an_end_to_the_list(house: House, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("Ana", "Ben", "Dee"):
        scores(session, name, 0)
    found = look(house, session, most=2)
    assert (len(found.lines), found.high, found.more, found.is_all) == (2, 3, 1, True)
    monkeypatch.setattr(at_risk, "MOST_LOOKED_AT", 2)
    assert not look(house, session).is_all
