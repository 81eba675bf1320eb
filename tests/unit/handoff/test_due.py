"""Cases are given away, reminded of and taken back when their time comes, and not before."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest

from bot.db import Database
from bot.handoff import acts, due
from bot.handoff.cases import Need, open_case
from bot.handoff.due import look_at_due
from bot.handoff.reminders import Means
from bot.members import absences
from bot.model import CaseEntry, EntryKind, HandOff, HandOffReason, HandOffState, Member, OutboxMessage, Priority, Staff
from tests.support import cast
from tests.support.cast import JONAS, MARIA
from tests.support.house import House
from tests.support.small_programme import make_programme
from tests.unit.handoff.office import MAILBOX, PRIYA, inbox, team

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
MORNING = datetime(2026, 11, 25, 9, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
TARGETS = {
    "urgent": {"first_reply": "30m", "resolve": "8h", "around_the_clock": True},
    "normal": {"first_reply": "2h", "resolve": "42h"},
}


def house_of(db: Database, **changes: Any) -> House:
    """Maria has a case of Ana's, whose own manager she is; Jonas is the deputy, Priya leads."""
    parts: dict[str, Any] = {"member_success": team(MARIA, JONAS), "targets": TARGETS, **changes}
    made = House(db, make_programme(inbox=inbox(**parts)))
    made.clock.set(NOON)
    made.bring("Ana", "Ben")
    return made


@pytest.fixture
def house(db: Database) -> House:
    return house_of(db)


def opened(house: House, who: str = "Ana", **changes: Any) -> int:
    with house.db.begin() as session:
        member = session.get_one(Member, house.member(who).id)
        values = {"channel": "sms", "address": cast.NUMBERS[who], "member": member, "summary": "Private.", **changes}
        need = Need(HandOffReason.ASKED, **values)
        return open_case(session, need, house.programme, now=house.clock.now(), wall=house.clock.wall()).id


def at(house: House, moment: datetime, **means: bool) -> int:
    """Time goes on until then; returns how many cases were looked at then."""
    house.clock.set(moment)
    ways = Means(**{"slack": True, "email": True, **means})
    return look_at_due(house.db, house.programme, ways, house.clock)


def told(house: House, case: int = 1) -> list[str]:
    """Whom the bot told something about the case since it was opened, by Slack or by e-mail, in order."""
    rows = house.rows(OutboxMessage, OutboxMessage.hand_off_id == case)
    kinds = [row for row in rows if row.body.get("kind") in ("reminder", "event") or row.channel == "email"]
    kinds = [row for row in kinds if row.created_at > house.get(HandOff, case).opened_at]
    return [row.address if row.channel == "email" else row.body["text"].partition(":")[0] for row in kinds]


def cards(house: House) -> int:
    return len([row for row in house.rows(OutboxMessage) if row.body.get("kind") == "card"])


def is_away(house: House, email: str, since: datetime = NOON, until: datetime = NOON + 30 * DAY) -> None:
    with house.db.begin() as session:
        absences.add(session, cast.colleague(session, email), since, until, "test", None, house.clock.now())


def test_a_silent_team_is_reminded_up_the_ladder(house: House) -> None:
    opened(house)
    at(house, NOON + 2 * HOUR - MINUTE)
    assert told(house) == []
    at(house, NOON + 2 * HOUR)
    assert told(house) == ["Maria"]
    at(house, NOON + 3 * HOUR - MINUTE)
    assert told(house) == ["Maria"]
    at(house, NOON + 3 * HOUR)
    assert told(house) == ["Maria", "Jonas"]
    at(house, NOON + 5 * HOUR)
    assert told(house) == ["Maria", "Jonas", "Priya Nair"]
    at(house, MORNING + 3.5 * HOUR - MINUTE)
    assert told(house) == ["Maria", "Jonas", "Priya Nair"]
    at(house, MORNING + 3.5 * HOUR)
    assert told(house) == ["Maria", "Jonas", "Priya Nair", MAILBOX]
    for days in range(2, 12):
        at(house, NOON + days * DAY)
    assert len(told(house)) == 4


def test_whoever_gets_a_new_case_is_called_after_its_card(house: House) -> None:
    opened(house)
    opened(house)  # one more need changes nothing about whose it is
    house.change(Staff, house.one(Staff, Staff.email == MARIA).id, lambda row: setattr(row, "slack_user", "U0MARIA"))
    opened(house, "Ben")
    rows = house.rows(OutboxMessage, OutboxMessage.channel == "staff")
    assert [(row.body["kind"], row.hand_off_id, row.body.get("mention")) for row in rows] == [
        ("card", 1, None), ("event", 1, None), ("card", 1, None), ("card", 2, None), ("event", 2, "U0MARIA"),
    ]  # fmt: skip
    assert rows[-1].body["text"] == "This case is for Maria."


def test_each_reminder_is_kept_with_the_case_and_shown_on_its_card_once(house: House) -> None:
    opened(house)
    at(house, NOON + MINUTE)
    before = cards(house)
    at(house, NOON + 2 * HOUR)
    assert cards(house) == before + 1
    assert house.rows(CaseEntry)[-1].text == "Reminded Maria in Slack."
    assert house.rows(CaseEntry)[-1].kind is EntryKind.EVENT
    at(house, NOON + 2 * HOUR + MINUTE)
    assert cards(house) == before + 1


def test_an_act_of_anybody_lets_the_ladder_begin_anew(house: House) -> None:
    case = opened(house)
    at(house, NOON + 2 * HOUR)
    at(house, NOON + 3 * HOUR)
    with house.db.begin() as session:
        acts.note(session, house.act(case, JONAS), "I am on it.")
    at(house, NOON + 4 * HOUR - MINUTE)
    assert told(house) == ["Maria", "Jonas"]
    at(house, NOON + 4 * HOUR)
    assert told(house) == ["Maria", "Jonas", "Maria"]


def test_an_answer_ends_the_reminders(house: House) -> None:
    case = opened(house)
    at(house, NOON + 2 * HOUR)
    with house.db.begin() as session:
        acts.reply(session, house.act(case, MARIA), "Hello Ana")
    at(house, NOON + DAY)
    assert told(house) == ["Maria"]


def test_an_absent_assignee_costs_no_time(house: House) -> None:
    opened(house)
    is_away(house, MARIA, since=NOON + HOUR)
    at(house, NOON + 2 * HOUR)
    assert told(house) == ["Jonas"]
    at(house, NOON + 4 * HOUR)
    assert told(house) == ["Jonas", "Priya Nair"]


def test_when_everybody_is_away_the_mailbox_hears_of_it_at_once(house: House) -> None:
    opened(house)
    for email in (MARIA, JONAS, PRIYA):
        is_away(house, email, since=NOON + HOUR)
    at(house, NOON + 2 * HOUR)
    assert told(house) == [MAILBOX]


def test_nobody_is_reminded_twice_of_one_wait(db: Database) -> None:
    house = house_of(db, member_success=team(JONAS, deputy=PRIYA))
    house.change(Member, 1, lambda row: setattr(row, "msm_id", None))
    opened(house)
    for hours in (2, 3, 5):
        at(house, NOON + hours * HOUR)
    assert told(house) == ["Jonas", "Priya Nair", MAILBOX]


def test_without_a_deputy_the_lead_stands_in(db: Database) -> None:
    house = house_of(db, member_success=team(MARIA, deputy=None))
    opened(house)
    at(house, NOON + 2 * HOUR)
    at(house, NOON + 3 * HOUR)
    assert told(house) == ["Maria", "Priya Nair"]


def test_without_slack_everybody_is_reminded_by_e_mail(house: House) -> None:
    opened(house)
    for hours in (2, 3, 5):
        at(house, NOON + hours * HOUR, slack=False)
    assert told(house) == [MARIA, JONAS, PRIYA]


def test_without_e_mail_the_ladder_ends_before_it(house: House) -> None:
    opened(house)
    for hours in (2, 3, 5, 24, 48, 96):
        at(house, NOON + hours * HOUR, email=False)
    assert told(house) == ["Maria", "Jonas", "Priya Nair"]


def test_where_nobody_can_be_reminded_the_case_says_so(house: House) -> None:
    case = opened(house)
    at(house, NOON + 2 * HOUR, slack=False, email=False)
    assert house.rows(CaseEntry)[-1].text == "Nobody could be reminded."
    assert house.get(HandOff, case).rung == 4


def test_a_letter_holds_no_word_of_the_members(house: House) -> None:
    opened(house)
    house.says("my secret")
    at(house, NOON + 2 * HOUR, slack=False)
    [letter] = house.rows(OutboxMessage, OutboxMessage.channel == "email")
    assert letter.body["subject"] == "A case waits: Ana Smith, asked"
    assert "Private" not in letter.body["text"]
    assert "secret" not in letter.body["text"]
    assert (
        "Ana Smith has been waiting since Tue 24 Nov, 12:00 GMT; an answer was due Tue 24 Nov, 14:00 GMT."
        in (letter.body["text"])
    )
    assert "It was given to Maria, who has not claimed it." in letter.body["text"]


def test_a_case_of_the_night_is_given_away_in_the_morning(house: House) -> None:
    house.clock.set(NOON - DAY / 2)
    case = opened(house)
    assert at(house, NOON - DAY / 2) == 1
    assert at(house, NOON - 4 * HOUR) == 0
    assert house.get(HandOff, case).assignee_id is None
    at(house, NOON - 3 * HOUR)
    assert told(house) == ["This case is for Maria."]
    assert house.get(HandOff, case).assignee_id == house.one(Staff, Staff.email == MARIA).id


def test_a_case_is_given_to_the_first_who_comes_back(house: House) -> None:
    for email, back in ((MARIA, NOON + 3 * DAY), (JONAS, NOON + 20 * MINUTE)):
        is_away(house, email, NOON - DAY, back)
    opened(house)
    at(house, NOON + 15 * MINUTE)
    assert told(house) == []
    at(house, NOON + 30 * MINUTE)
    assert told(house) == ["This case is for Jonas."]


def test_an_urgent_case_is_reminded_of_at_night(house: House) -> None:
    night = NOON + 14 * HOUR
    house.clock.set(night)
    opened(house, priority=Priority.URGENT)
    at(house, night + HOUR / 2)
    assert told(house) == ["Maria"]


def test_a_public_holiday_takes_no_time(house: House) -> None:
    eve = datetime(2026, 12, 24, 16, tzinfo=UTC)
    house.clock.set(eve)
    opened(house)
    at(house, datetime(2026, 12, 29, 9, 29, tzinfo=UTC))
    assert told(house) == []
    at(house, datetime(2026, 12, 29, 9, 30, tzinfo=UTC))
    assert told(house) == ["Maria"]


def test_a_silent_claim_ends_and_somebody_else_gets_the_case(db: Database) -> None:
    house = house_of(db, claim_expires="6h", ladder=[])
    case = opened(house)
    with house.db.begin() as session:
        acts.claim(session, house.act(case, MARIA))
    at(house, MORNING + HOUR / 2 - MINUTE)
    assert house.get(HandOff, case).state is HandOffState.CLAIMED
    at(house, MORNING + HOUR / 2)
    assert house.get(HandOff, case).state is HandOffState.OPEN
    assert told(house) == [
        "Maria has been silent while the member waits",
        "This case is for Jonas.",
    ]


def test_whoever_gets_the_case_after_a_silent_claim_is_reminded_from_the_beginning(db: Database) -> None:
    house = house_of(db, claim_expires="6h")
    case = opened(house)
    with house.db.begin() as session:
        acts.claim(session, house.act(case, MARIA))
    for hours in (2, 3, 5):
        at(house, NOON + hours * HOUR)
    at(house, MORNING + HOUR / 2)
    before = ["Maria", "Jonas", "Priya Nair", "Maria has been silent while the member waits", "This case is for Jonas."]
    assert told(house) == before
    at(house, MORNING + 1.5 * HOUR - MINUTE)
    assert told(house) == before
    at(house, MORNING + 1.5 * HOUR)
    assert told(house) == [*before, "Jonas"]
    at(house, MORNING + 2.5 * HOUR)  # the deputy has the case, and knows
    assert told(house) == [*before, "Jonas", "Priya Nair"]


def test_a_claim_lasts_while_the_member_has_had_the_last_answer(db: Database) -> None:
    house = house_of(db, claim_expires="6h", ladder=[])
    case = opened(house)
    with house.db.begin() as session:
        acts.reply(session, house.act(case, MARIA), "Hello Ana")
    at(house, NOON + 7 * DAY)
    assert house.get(HandOff, case).state is HandOffState.CLAIMED


def test_a_snoozed_case_rests_until_its_time_and_then_shows_it(house: House) -> None:
    case = opened(house)
    with house.db.begin() as session:
        acts.snooze(session, house.act(case, MARIA), NOON + DAY, house.programme)
    at(house, NOON + DAY - MINUTE)
    assert told(house) == []
    before = cards(house)
    at(house, NOON + DAY)
    assert cards(house) == before + 1
    at(house, NOON + DAY + 2 * HOUR)
    assert told(house) == ["Maria"]


def test_a_target_that_is_missed_shows_on_the_card_without_a_ladder_too(db: Database) -> None:
    house = house_of(db, ladder=[])
    opened(house)
    at(house, NOON + MINUTE)
    before = cards(house)
    at(house, NOON + 2 * HOUR)
    assert cards(house) == before + 1


def test_what_is_not_due_is_not_looked_at(house: House) -> None:
    opened(house)
    opened(house, "Ben")
    assert [at(house, NOON + minutes * MINUTE) for minutes in (1, 2, 60, 119, 120, 121)] == [2, 0, 0, 0, 2, 0]


def test_a_resolved_case_is_not_looked_at(house: House) -> None:
    case = opened(house)
    with house.db.begin() as session:
        acts.resolve(session, house.act(case, MARIA), "done", house.programme)
    assert [at(house, NOON + days * DAY) for days in (0, 1, 9)] == [0, 0, 0]


def test_a_case_that_can_not_be_handled_holds_up_no_other(house: House) -> None:
    bad, good = opened(house), opened(house, "Ben")
    at(house, NOON)
    never = datetime(9999, 12, 31, 23, tzinfo=UTC)  # there is no working day after it
    house.change(HandOff, bad, lambda row: setattr(row, "waiting_since", never))
    assert at(house, NOON + 2 * HOUR) == 2
    assert (told(house, bad), told(house, good)) == ([], ["Maria"])
    assert house.get(HandOff, bad).look_at == NOON + 2 * HOUR + due.AFTER_A_FAULT
    house.change(HandOff, bad, lambda row: setattr(row, "waiting_since", NOON))
    at(house, NOON + 3 * HOUR)
    assert told(house, bad) == ["Maria"]


def test_two_schedulers_at_once_remind_once(house: House) -> None:
    for who in ("Ana", "Ben"):
        opened(house, who)
    at(house, NOON)
    house.clock.set(NOON + 2 * HOUR)
    both = Barrier(2)

    def tick() -> int:
        both.wait()
        return house.look_at_cases()

    with ThreadPoolExecutor(2) as threads:
        counts = [one.result() for one in [threads.submit(tick), threads.submit(tick)]]
    assert sum(counts) == 2
    assert (told(house, 1), told(house, 2)) == (["Maria"], ["Maria"])


def test_more_cases_than_fit_into_a_batch_are_all_looked_at(house: House) -> None:
    with house.db.begin() as session:
        for number in range(due.BATCH * 2 + 3):
            need = Need(HandOffReason.STRANGER, "?", "sms", f"+1555{number:07}")
            open_case(session, need, house.programme, now=NOON, wall=house.clock.wall())
    assert at(house, NOON) == due.BATCH * 2 + 3
    assert at(house, NOON) == 0
