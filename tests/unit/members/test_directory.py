"""The list of members: whom it finds, and in which order."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from bot.db import Database
from bot.handoff import cases, risk_rounds
from bot.handoff.cases import Need
from bot.handoff.risk import Level
from bot.members import absences, directory, merge
from bot.members.directory import Asked, Listing, Order, Stage, Wanted
from bot.model import Account, HandOffReason, Member, MemberRisk, MemberStatus
from tests.support import cast
from tests.support.house import House

PEOPLE: dict[str, dict[str, Any]] = {
    "Ana": {"last_name": "Souza", "email": "ana.souza@example.org", "member_number": "FI-2001"},
    "Ben": {"last_name": "Stra\u00dfer-M\u00fcller", "member_number": "FI-2002", "account": "Acme"},
    "Eve": {"last_name": "O\u2019Brien", "member_number": "FI-2003", "traits": {"segment": "student"}},
    "Hal": {"last_name": "Nu\u00f1ez", "member_number": "FI-2004", "msm": cast.JONAS},
}


@pytest.fixture
def people(db: Database) -> House:
    house = House(db)
    for name, more in PEOPLE.items():
        house.bring(name, **more)
    return house


def find(house: House, text: str = "", **more: Any) -> Listing:
    order = more.pop("order", Order.NAME)
    with house.db.begin() as session:
        return directory.find(session, house.programme, Wanted(text, **more), house.clock.now(), order=order)


def names(listing: Listing) -> list[str]:
    return [line.name.split()[0] for line in listing.lines]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ["Hal", "Eve", "Ana", "Ben"]),
        ("an", ["Ana"]),
        ("SOU ana", ["Ana"]),
        ("nunez", ["Hal"]),
        ("NU\u00d1", ["Hal"]),
        ("strasser", ["Ben"]),
        ("muller", ["Ben"]),
        ("obrien", ["Eve"]),
        ("o'brien", ["Eve"]),
        ("brien", ["Eve"]),
        ("fi-2003", ["Eve"]),
        ("fi-", ["Hal", "Eve", "Ana", "Ben"]),
        ("2004", ["Hal"]),
        ("ana.souza@ex", ["Ana"]),
        ("ANA.SOUZA@EXAMPLE.ORG", ["Ana"]),
        (cast.NUMBERS["Ben"], ["Ben"]),
        ("(202) 555-0101", ["Ben"]),
        ("0101", ["Ben"]),
        ("nobody", []),
        ("ana 2004", []),
        ("%", []),
        ("_", []),
        (".", ["Hal", "Eve", "Ana", "Ben"]),
    ],
)  # fmt: skip
def test_words_find_by_names_numbers_and_addresses(people: House, text: str, found: list[str]) -> None:
    listing = find(people, text)
    assert (names(listing), listing.total) == (found, len(found))


def test_a_page_tells_how_many_there_are_in_all(people: House) -> None:
    with people.db.begin() as session:
        page = directory.find(session, people.programme, Wanted(), people.clock.now(), skip=1, most=2)
    assert (names(page), page.total) == (["Eve", "Ana"], 4)


def test_a_new_name_is_found_at_once(people: House) -> None:
    people.bring("Ana", **{**PEOPLE["Ana"], "last_name": "\u0141ukasz"})
    assert names(find(people, "lukasz")) == ["Ana"]
    assert names(find(people, "souza")) == []


def test_a_line_tells_where_the_member_stands(people: House) -> None:
    people.settle()
    people.says("hello")
    with people.db.begin() as session:
        member = session.get_one(Member, 1)
        absences.pause(session, member, people.clock.now() + timedelta(days=7), "maria", people.clock.now())
        need = Need(HandOffReason.ASKED, "Please call.", "sms", cast.NUMBERS["Ana"], member)
        case = cases.open_case(session, need, people.programme, now=people.clock.now(), wall=people.clock.wall()).id
    [line] = find(people, "ana").lines
    assert (line.number, line.msm, line.account, line.status) == ("FI-2001", "Maria", None, "active")
    assert [(at.stage, at.step) for at in line.at] == [("onboarding", "your form")]
    assert (line.asked, line.case_id, line.heard_at) == ("your form", case, people.clock.now())
    assert line.paused_until == people.clock.now() + timedelta(days=7)
    assert line.risk is Level.LOW


def test_filters_choose_by_what_is_known(people: House) -> None:
    with people.db.begin() as session:
        chosen = directory.choices(session, people.programme)
    account, msm = chosen.accounts[0], next(one for one in chosen.msms if one.name == "Jonas")
    assert account.name == "Acme"
    assert names(find(people, account_id=int(account.key))) == ["Ben"]
    assert names(find(people, account_id=directory.NOBODY)) == ["Hal", "Eve", "Ana"]
    assert names(find(people, msm_id=int(msm.key))) == ["Hal"]
    assert names(find(people, segment=people.member("Ana").segment)) != []
    assert names(find(people, segment="nobody")) == []


def test_a_question_that_waits_chooses(people: House) -> None:
    assert names(find(people, question=Asked.ANY)) == []
    people.settle()
    asked = set(names(find(people, question=Asked.STEP)))
    assert "Ana" in asked
    assert "Eve" not in asked  # gave no consent
    assert set(names(find(people, question=Asked.NONE))) == {"Ana", "Ben", "Eve", "Hal"} - asked
    assert names(find(people, question=Asked.SURVEY)) == []


def test_stage_and_status_choose(people: House) -> None:
    assert len(find(people, stage=Stage.ONBOARDING).lines) == 4
    people.change(Member, 4, lambda member: setattr(member, "status", MemberStatus.LEFT))
    people.settle()
    assert names(find(people, status=MemberStatus.LEFT)) == ["Hal"]
    assert names(find(people, stage=Stage.RENEWAL)) == []


def test_a_merged_record_is_listed_only_when_it_is_asked_for(people: House) -> None:
    with people.db.begin() as session:
        ana, hal = session.get_one(Member, 1), session.get_one(Member, 4)
        merge.merge(session, ana, hal, cast.colleague(session), people.clock.now())
    assert names(find(people)) == ["Eve", "Ana", "Ben"]
    assert names(find(people, status=MemberStatus.MERGED)) == ["Hal"]
    assert set(names(find(people, stage=Stage.NONE))) == set()


def test_an_open_case_chooses(people: House) -> None:
    assert names(find(people, has_case=True)) == []
    with people.db.begin() as session:
        need = Need(HandOffReason.ASKED, "Please call.", "sms", cast.NUMBERS["Ana"], session.get_one(Member, 1))
        cases.open_case(session, need, people.programme, now=people.clock.now(), wall=people.clock.wall())
    assert names(find(people, has_case=True)) == ["Ana"]
    assert names(find(people, has_case=False)) == ["Hal", "Eve", "Ben"]


def look(house: House) -> int:
    return risk_rounds.look(house.db, house.programme, house.clock)


def test_risk_is_known_once_a_round_is_finished(people: House) -> None:
    assert find(people).risk_as_of is None
    look(people)
    listing = find(people, risk=Level.MEDIUM)
    assert listing.risk_as_of == people.clock.now()
    assert names(listing) == ["Eve", "Ben"]  # no address that may be used
    assert names(find(people, risk=Level.LOW)) == ["Hal", "Ana"]


def test_the_next_round_sees_what_changed(people: House) -> None:
    look(people)
    with people.db.begin() as session:
        need = Need(HandOffReason.LEAVING, "Wants to leave.", "sms", cast.NUMBERS["Ana"], session.get_one(Member, 1))
        cases.open_case(session, need, people.programme, now=people.clock.now(), wall=people.clock.wall())
    assert look(people) == 0  # the last round is not long ago
    assert names(find(people, risk=Level.HIGH)) == []
    people.clock.push(risk_rounds.EVERY)
    assert look(people) == 1
    assert names(find(people, risk=Level.HIGH)) == ["Ana"]
    assert names(find(people, order=Order.RISK))[0] == "Ana"
    people.clock.push(timedelta(days=130))
    look(people)
    assert names(find(people, risk=Level.HIGH)) == []


def test_what_a_round_keeps_is_what_the_member_page_says(people: House) -> None:
    people.settle()
    people.clock.push(timedelta(days=40))
    people.settle()
    look(people)
    kept = {row.member_id: row.level for row in people.rows(MemberRisk)}
    assert {line.member_id: str(line.risk) for line in find(people).lines if line.risk is not Level.LOW} == kept


def test_other_orders_put_the_newest_and_the_next_renewal_first(people: House) -> None:
    people.change(Member, 2, lambda member: setattr(member, "renews_on", date(2027, 1, 1)))
    people.change(Member, 3, lambda member: setattr(member, "joined_on", date(2026, 11, 23)))
    assert names(find(people, order=Order.RENEWAL))[0] == "Ben"
    assert names(find(people, order=Order.JOINED))[0] == "Eve"


def test_a_name_that_an_older_machine_wrote_is_filled_in(people: House) -> None:
    with people.db.engine.begin() as connection:
        connection.exec_driver_sql("update member set search = null where id = 1")
    assert names(find(people, "souza ana")) == []
    look(people)
    assert names(find(people, "souza ana")) == ["Ana"]


def test_an_empty_house_has_an_empty_list(db: Database) -> None:
    house = House(db)
    listing = find(house)
    assert (listing.lines, listing.total) == ((), 0)
    with db.begin() as session:
        session.add(Account(name="Acme"))
        session.flush()
        assert directory.choices(session, house.programme).accounts[0].name == "Acme"
