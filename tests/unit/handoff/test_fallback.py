"""When Slack shows staff nothing, their mailbox does; and when it is back, it shows each case once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.db import Database
from bot.handoff import acts, cases, desk, fallback
from bot.handoff.cases import Need, open_case
from bot.model import HandOff, HandOffReason, InboxMessage, Member, OutboxMessage, OutboxState, Priority, Purpose
from bot.ports import Capabilities, Failed
from tests.support.cast import MARIA, NUMBERS
from tests.support.fake_channel import FakeChannel
from tests.support.house import House
from tests.support.small_programme import make_programme
from tests.unit.handoff.office import MAILBOX, inbox, team

MINUTE = timedelta(minutes=1)
AFTER = timedelta(minutes=15)


@pytest.fixture
def house(db: Database) -> House:
    programme = make_programme(inbox=inbox(member_success=team(MARIA)))
    made = House(db, programme, staff=FakeChannel("staff", Capabilities(3000, patient=True)))
    made.bring("Ana", "Ben")
    return made


def without_slack(house: House) -> None:
    del house.deliveries.handler.channels["staff"]  # type: ignore[attr-defined]


def opened(house: House, who: str = "Ana", **changes: object) -> int:
    with house.db.begin() as session:
        member = session.get_one(Member, house.member(who).id)
        values = {
            "channel": "sms",
            "address": NUMBERS[who],
            "member": member,
            "summary": "Asked for a person.",
            **changes,
        }
        need = Need(HandOffReason.ASKED, **values)  # type: ignore[arg-type]
        return open_case(session, need, house.programme, now=house.clock.now(), wall=house.clock.wall()).id


def writes(house: House, case_id: int, text: str, who: str = "Ana") -> None:
    number = house.hear(text, who)
    with house.db.begin() as session:
        case, item = session.get_one(HandOff, case_id), session.get_one(InboxMessage, number)
        cases.member_said(session, case, item, now=house.clock.now(), wall=house.clock.wall())


def look(house: House, console: str = "") -> int:
    """What the tick does; returns how many e-mails that were."""
    house.deliver()
    return fallback.mail_unseen(house.db, house.programme, house.clock, console)


def wait(house: House, by: timedelta) -> None:
    house.clock.pass_real(by)
    house.deliver()


def mails(house: House) -> list[OutboxMessage]:
    return house.rows(OutboxMessage, OutboxMessage.channel == "email")


def test_what_slack_shows_is_not_e_mailed(house: House) -> None:
    case_id = opened(house)
    house.deliver()
    writes(house, case_id, "hello?")
    wait(house, AFTER * 10)
    assert look(house) == 0


def test_a_case_that_slack_does_not_take_is_e_mailed_once_after_a_while(house: House) -> None:
    house.staff.is_away = True
    opened(house, priority=Priority.URGENT)
    house.deliver()
    wait(house, AFTER - 2 * MINUTE)
    assert look(house) == 0
    wait(house, 2 * MINUTE)
    assert look(house) == 1
    assert look(house) == 0
    [mail] = mails(house)
    assert (mail.address, mail.purpose) == (MAILBOX, Purpose.STAFF)
    assert mail.body["subject"] == "Case 1, urgent: Ana Smith: asked"
    assert "Asked for a person." in mail.body["text"]
    assert NUMBERS["Ana"] in mail.body["text"]


def test_what_is_only_old_because_nobody_tried_is_not_e_mailed(house: House) -> None:
    opened(house)
    house.clock.pass_real(AFTER * 4)
    assert fallback.mail_unseen(house.db, house.programme, house.clock, "") == 0


def test_changes_of_the_card_are_no_news(house: House) -> None:
    house.staff.is_away = True
    case_id = opened(house)
    wait(house, AFTER)
    assert look(house) == 1
    with house.db.begin() as session:
        acts.claim(session, house.act(case_id))
    wait(house, AFTER * 2)
    assert look(house) == 0


def test_what_the_member_writes_meanwhile_is_e_mailed_in_bundles(house: House) -> None:
    house.staff.is_away = True
    case_id = opened(house)
    wait(house, AFTER)
    assert look(house) == 1
    for text in ("hello?", "is anybody there?"):
        writes(house, case_id, text)
        assert look(house) == 0
        wait(house, 5 * MINUTE)
    wait(house, 5 * MINUTE)
    assert look(house) == 1
    last = mails(house)[-1]
    assert last.body["subject"] == "Case 1, normal: Ana Smith wrote 2 messages"
    assert "They wrote: hello?\n\nThey wrote: is anybody there?" in last.body["text"]
    wait(house, AFTER * 4)
    assert look(house) == 0


def test_a_message_in_a_case_that_slack_shows_is_e_mailed_too(house: House) -> None:
    case_id = opened(house)
    house.deliver()
    house.staff.is_away = True
    writes(house, case_id, "hello?")
    house.deliver()
    wait(house, AFTER)
    assert look(house) == 1
    assert mails(house)[0].body["subject"] == "Case 1, normal: Ana Smith wrote a message"


def test_with_a_console_the_e_mail_leads_there_and_holds_no_words_of_the_member(house: House) -> None:
    house.staff.is_away = True
    case_id = opened(house, summary="They wrote: my secret")
    writes(house, case_id, "another secret")
    wait(house, AFTER)
    assert look(house, "https://console.example/") == 1
    [mail] = mails(house)
    assert f"https://console.example/cases/{case_id}" in mail.body["text"]
    assert "secret" not in mail.body["text"]
    assert NUMBERS["Ana"] not in mail.body["text"]


def test_resolved_cases_are_nobodys_news(house: House) -> None:
    house.staff.is_away = True
    case_id = opened(house)
    house.deliver()
    with house.db.begin() as session:
        acts.resolve(session, house.act(case_id), "", house.programme)
    wait(house, AFTER)
    assert look(house) == 0


def test_a_card_that_slack_refuses_is_e_mailed(house: House) -> None:
    house.staff.answers(Failed("Slack refuses it: invalid_blocks"))
    opened(house)
    house.deliver()
    wait(house, AFTER)
    assert look(house) == 1


def test_without_slack_a_case_is_e_mailed_at_once(house: House) -> None:
    without_slack(house)
    opened(house)
    opened(house, "Ben")
    assert look(house) == 2
    assert look(house) == 0


def test_a_team_without_a_desk_in_the_content_has_no_mailbox(db: Database) -> None:
    house = House(db)
    house.bring("Ana")
    without_slack(house)
    opened(house)
    assert look(house) == 0


def test_once_slack_is_set_up_the_unresolved_cases_appear_once(house: House) -> None:
    without_slack(house)
    first, second = opened(house), opened(house, "Ben")
    writes(house, second, "hello?", "Ben")
    house.deliver()
    with house.db.begin() as session:
        acts.resolve(session, house.act(first), "", house.programme)
    house.deliver()
    house.deliveries = house.new_delivery_worker()
    assert fallback.show_again(house.db, house.clock) == 2
    house.deliver()
    assert fallback.show_again(house.db, house.clock) == 0
    assert [(one.address, one.kind) for one in house.staff.calls] == [
        (f"case:{second}", "card"),
        (f"case:{second}", "member_message"),
    ]
    kept = house.rows(OutboxMessage, OutboxMessage.hand_off_id == first, OutboxMessage.channel == "staff")
    assert {(row.state, row.error) for row in kept} == {(OutboxState.REFUSED, desk.NO_INBOX)}
