"""Where words of staff may go."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from bot.errors import Refused
from bot.handoff import acts, cases, replies
from bot.handoff.cases import Need, open_case
from bot.handoff.replies import Way
from bot.model import ContactPoint, HandOff, HandOffReason, OutboxMessage, OutboxState, Purpose
from bot.outbox.receipts import Report, record
from bot.outreach.reach import Reach
from bot.ports import Capabilities, Failed, Sent
from tests.support.cast import CHI, JONAS, MARIA, NUMBERS
from tests.support.fake_channel import FakeChannel
from tests.support.house import TUESDAY, House

SMS = NUMBERS["Ana"]
EMAIL, CHAT = "ana@example.org", "7001"


class OldChat(FakeChannel):
    """A chat whose window is closed for the programme, and for people too when `for_people`."""

    def __init__(self, *, for_people: bool) -> None:
        super().__init__("telegram", Capabilities(4096, "chat"))
        self.for_people = for_people

    def can_reach(self, session: Session, address: str, now: datetime, *, by_person: bool = False) -> str | None:
        return "window_closed" if self.for_people or not by_person else None


@pytest.fixture
def case(house: House) -> int:
    with house.db.begin() as session:
        for channel, address, consented in (("email", EMAIL, None), ("telegram", CHAT, TUESDAY)):
            point = ContactPoint(member_id=1, channel=channel, address=address, consented_at=consented)
            session.add(point)
    with house.db.begin() as session:
        need = Need(HandOffReason.ASKED, "Asked.", "sms", SMS, house.member())
        return open_case(session, need, house.programme, now=TUESDAY, wall=TUESDAY).id


def ways(house: House, case: int, reach: Reach | None = None) -> list[tuple[str, str | None, bool]]:
    with house.db.begin() as session:
        found = replies.ways(session, reach or house.reach(), cases.get(session, case), TUESDAY)
    return [(way.channel, way.hindrance, way.is_last) for way in found]


def way_to(house: House, case: int, key: str | None = None, text: str = "") -> tuple[str, str]:
    with house.db.begin() as session:
        return replies.way_to(session, house.reach(), cases.get(session, case), TUESDAY, key, text=text)


def point(house: House, channel: str, **changes: object) -> ContactPoint:
    with house.db.begin() as session:
        found = session.query(ContactPoint).filter_by(channel=channel, member_id=1).one()
        for name, value in changes.items():
            setattr(found, name, value)
        return found


def test_the_way_by_which_the_member_was_last_reached_comes_first_and_what_is_closed_last(
    house: House, case: int
) -> None:
    assert ways(house, case) == [("sms", None, True), ("telegram", None, False), ("email", "no_consent", False)]
    house.change(HandOff, case, lambda row: setattr(row, "channel", "email"))
    house.change(HandOff, case, lambda row: setattr(row, "address", EMAIL))
    assert ways(house, case)[0] == ("email", None, True)  # who writes there may be answered there


@pytest.mark.parametrize(
    ("column", "hindrance"),
    [("opted_out_at", "said_stop"), ("unusable_at", "unusable_address"), ("unconfirmed_at", "unconfirmed")],
)
def test_what_is_in_the_way_is_named_wherever_the_member_wrote_last(
    house: House, case: int, column: str, hindrance: str
) -> None:
    point(house, "sms", **{column: TUESDAY})
    assert ("sms", hindrance, True) in ways(house, case)
    with pytest.raises(Refused, match=r"Still open: Telegram \(7001\)"):
        way_to(house, case)
    with house.db.begin() as session, pytest.raises(Refused, match="can't be written to"):
        acts.reply(session, house.act(case), "Hello")
    assert house.outbox() == []


def test_a_window_that_is_closed_for_the_programme_may_be_open_for_people(house: House, case: int) -> None:
    for for_people, hindrance in ((False, None), (True, "window_closed")):
        reach = Reach({"sms": house.sms, "telegram": OldChat(for_people=for_people)})
        assert ("telegram", hindrance, False) in ways(house, case, reach)


def test_a_phone_that_is_only_called_and_a_channel_that_is_off_are_no_ways(house: House, case: int) -> None:
    with house.db.begin() as session:
        session.add(ContactPoint(member_id=1, channel="voice", address=SMS, consented_at=TUESDAY))
    phone = FakeChannel("voice", Capabilities(500, "voice"))
    assert [channel for channel, _, _ in ways(house, case, Reach({"sms": house.sms, "voice": phone}))] == ["sms"]


def test_who_was_last_called_is_written_to_where_it_is_possible(house: House, case: int) -> None:
    house.change(HandOff, case, lambda row: setattr(row, "channel", "voice"))
    assert way_to(house, case) == ("sms", SMS)


def test_a_way_is_chosen_by_its_key_and_the_case_goes_on_there(house: House, case: int) -> None:
    chat = point(house, "telegram")
    to = way_to(house, case, str(chat.id))
    assert to == ("telegram", CHAT)
    with house.db.begin() as session:
        acts.reply(session, house.act(case), "Hello", to=to)
    house.deliver()
    assert house.chat.texts(CHAT) == ["Hello"]
    assert (house.get(HandOff, case).channel, house.get(HandOff, case).address) == to


def test_without_any_way_the_reasons_are_told(house: House, case: int) -> None:
    point(house, "sms", opted_out_at=TUESDAY)
    point(house, "telegram", unusable_at=TUESDAY)
    with pytest.raises(Refused, match=r"at all.*said STOP there.*not agreed.*does not work.*Please call"):
        way_to(house, case)


def test_an_address_of_nobody_or_of_somebody_else_is_refused(house: House, case: int) -> None:
    house.bring("Hal")
    for to in (("sms", NUMBERS["Hal"]), ("email", "x@example.org")):
        with house.db.begin() as session, pytest.raises(Refused, match="no such address"):
            acts.reply(session, house.act(case), "Hello", to=to)
    with pytest.raises(Refused, match="can't be written to there any more"):
        way_to(house, case, "4711")


def test_what_does_not_fit_is_refused_unless_the_channel_sends_it_in_parts(house: House, case: int) -> None:
    most = house.sms.capabilities.max_characters
    assert way_to(house, case, text="a" * most) == ("sms", SMS)
    with pytest.raises(Refused, match=f"{most + 1} characters"):
        way_to(house, case, text="a" * (most + 1))
    house.sms.capabilities = Capabilities(most, "sms", in_parts=True)
    assert way_to(house, case, text="a" * (most + 1)) == ("sms", SMS)


def test_a_stranger_is_answered_where_they_wrote_and_nowhere_else(house: House) -> None:
    with house.db.begin() as session:
        need = Need(HandOffReason.STRANGER, "hi", "sms", CHI)
        case = open_case(session, need, house.programme, now=TUESDAY, wall=TUESDAY).id
    with house.db.begin() as session:
        found = replies.ways(session, house.reach(), cases.get(session, case), TUESDAY)
    assert found == (Way("sms", CHI, is_last=True),)
    with house.db.begin() as session, pytest.raises(Refused, match="only be answered where they wrote"):
        acts.reply(session, house.act(case), "Hello", to=("sms", SMS))


def test_an_open_case_that_was_given_to_a_colleague_may_be_answered_by_anybody(house: House, case: int) -> None:
    jonas = house.act(case, JONAS).staff
    house.change(HandOff, case, lambda row: setattr(row, "assignee_id", jonas.id))
    with house.db.begin() as session:
        acts.reply(session, house.act(case, MARIA), "Hello")
    with house.db.begin() as session:
        assert cases.get(session, case).assignee.name == "Maria"  # type: ignore[union-attr]


def test_a_reply_ends_the_waiting_and_the_first_one_is_remembered(house: House, case: int) -> None:
    with house.db.begin() as session:
        acts.reply(session, house.act(case), "Hello")
    found = house.get(HandOff, case)
    assert (found.waiting_since, found.first_reply_at) == (None, TUESDAY)
    house.says("thanks, and another thing")
    assert house.get(HandOff, case).waiting_since == TUESDAY


def test_a_reply_from_the_dialog_is_shown_at_once_and_a_quoted_one_when_there_is_news(house: House, case: int) -> None:
    for text, quoted in (("one", False), ("two", True)):
        act = house.act(case)
        with house.db.begin() as session:
            acts.reply(session, act, text, quoted=quoted)
    one, two = house.rows(OutboxMessage, OutboxMessage.purpose == Purpose.STAFF_REPLY)
    shown = [row.body["reply"] for row in house.rows(OutboxMessage, OutboxMessage.rule == "hand_off:reply")]
    assert shown == [one.id]
    house.deliver()
    shown = [row.body["reply"] for row in house.rows(OutboxMessage, OutboxMessage.rule == "hand_off:reply")]
    assert sorted(shown) == [one.id, one.id, two.id]


@pytest.mark.parametrize(
    ("column", "hindrance"),
    [("opted_out_at", "said_stop"), ("unusable_at", "unusable_address"), ("unconfirmed_at", "unconfirmed")],
)
def test_what_came_in_the_way_since_is_seen_when_the_reply_leaves(
    house: House, case: int, column: str, hindrance: str
) -> None:
    with house.db.begin() as session:
        acts.reply(session, house.act(case), "Hello")
    point(house, "sms", **{column: TUESDAY})
    house.deliver()
    (row,) = house.outbox()
    assert (row.state, row.error) == ("refused", hindrance)
    assert house.texts() == []


def test_a_reply_does_not_leave_for_an_address_that_is_somebody_elses_by_now(house: House, case: int) -> None:
    with house.db.begin() as session:
        acts.reply(session, house.act(case), "Hello")
    hal = house.bring("Hal")
    point(house, "sms", member_id=hal)
    house.deliver()
    (row,) = house.outbox()
    assert (row.state, row.error) == ("refused", "no_address")


# Replies that do not arrive


def clock_of(house: House, case: int) -> tuple[datetime | None, datetime | None]:
    """Since when the member waits, and when they had the first word of a person."""
    row = house.get(HandOff, case)
    return row.waiting_since, row.first_reply_at


def answer(house: House, case: int) -> None:
    with house.db.begin() as session:
        acts.reply(session, house.act(case), "Hello", to=("sms", SMS))


def fails(house: House, number: int) -> None:
    """The provider reports that the reply of this number, from one on, was not delivered."""
    row = house.outbox(OutboxMessage.purpose == Purpose.STAFF_REPLY)[number - 1]
    with house.db.begin() as session:
        report = Report("sms", str(row.provider_id), OutboxState.FAILED, f"late:{number}", Failed("late"))
        record(session, report, house.times())


def test_a_member_who_does_not_get_the_reply_waits_on(house: House, case: int) -> None:
    later = TUESDAY + timedelta(hours=1)
    house.clock.set(later)
    house.sms.answers(Failed("no such number"), Sent("sms-2"))
    answer(house, case)
    assert clock_of(house, case) == (None, later)
    house.settle()
    assert clock_of(house, case) == (TUESDAY, None)
    assert house.get(HandOff, case).look_at is not None  # somebody is reminded in time
    answer(house, case)
    house.settle()
    assert clock_of(house, case) == (None, later)


def test_a_reply_that_fails_late_matters_until_a_later_one_arrives(house: House, case: int) -> None:
    for number in (1, 2):
        answer(house, case)
        house.deliver()
        fails(house, number)
        assert clock_of(house, case) == (TUESDAY, None)
    answer(house, case)
    answer(house, case)
    house.deliver()
    fails(house, 3)
    assert clock_of(house, case) == (None, TUESDAY)  # the fourth may be there
    fails(house, 4)
    assert clock_of(house, case) == (TUESDAY, None)


def test_of_a_case_that_is_over_nobody_waits(house: House, case: int) -> None:
    house.sms.answers(Failed("no such number"))
    answer(house, case)
    with house.db.begin() as session:
        acts.resolve(session, house.act(case), "", house.programme)
    house.deliver()
    assert clock_of(house, case)[0] is None
