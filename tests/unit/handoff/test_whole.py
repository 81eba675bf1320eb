"""A case with everything about it: what was said and done, other cases, and what to do next."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import NotFound, Refused
from bot.handoff import acts, canned, cases, whole
from bot.handoff.cases import Need
from bot.handoff.once import once
from bot.handoff.replies import Way
from bot.handoff.suggest import suggestions
from bot.handoff.timeline import By, Timeline
from bot.handoff.whole import Whole
from bot.housekeeping.passes import EMPTIED
from bot.model import CaseEntry, EntryKind, HandOffReason, InboxMessage, Member, OutboxMessage, OutboxState
from tests.support.case_views import CLAIMED, OPEN, RESOLVED, STRANGER, URGENT
from tests.support.cast import JONAS, NUMBERS
from tests.support.house import House
from tests.support.small_programme import make_programme

SMS = Way("sms", "+14155550123")


def opened(house: House, who: str = "Ana", text: str = "can I talk to a person") -> int:
    """A case, opened for what the member wrote."""
    house.says(text, who)
    with house.db.begin() as session:
        member = session.get_one(Member, house.member(who).id)
        need = Need(HandOffReason.ASKED, "Asked for a person.", "sms", NUMBERS[who], member)
        return cases.open_case(session, need, house.programme, now=house.clock.now(), wall=house.clock.wall()).id


def seen(house: House, case_id: int, most: int = 60) -> Whole:
    with house.db.begin() as session:
        return whole.whole(session, house.programme, house.reach(), case_id, house.clock.now(), most)


def lines(timeline: Timeline, *by: By) -> list[str]:
    return [item.text for item in timeline.items if item.by in by]


def test_messages_notes_and_events_stand_in_one_order(house: House) -> None:
    case_id = opened(house)
    claim, note, reply = (house.act(case_id) for _ in range(3))
    with house.db.begin() as session:
        acts.claim(session, claim)
        acts.note(session, note, "she prefers mornings")
        acts.reply(session, reply, "Hi Ana, Maria here.")
    house.settle()
    house.clock.push(timedelta(minutes=5))
    house.says("oh hello")
    found = seen(house, case_id).timeline
    assert lines(found, By.MEMBER)[-1] == "oh hello"
    assert lines(found, By.NOTE) == ["she prefers mornings"]
    assert lines(found, By.COLLEAGUE) == ["Hi Ana, Maria here."]
    assert "Maria claimed the case." in lines(found, By.EVENT)
    assert [item.at for item in found.items] == sorted(item.at for item in found.items)


def test_a_reply_tells_how_far_it_came_and_why_no_further(house: House) -> None:
    case_id = opened(house)
    act = house.act(case_id)
    with house.db.begin() as session:
        acts.reply(session, act, "Hi Ana.")
    waits = seen(house, case_id).timeline.items[-1]
    assert (waits.by, waits.state, waits.author) == (By.COLLEAGUE, "pending", "Maria")
    row = house.outbox()[-1]
    house.change(OutboxMessage, row.id, lambda one: setattr(one, "state", OutboxState.FAILED))
    house.change(OutboxMessage, row.id, lambda one: setattr(one, "error", "no such number"))
    assert seen(house, case_id).timeline.items[-1].problem == "no such number"


def test_only_the_last_lines_are_read(house: House) -> None:
    case_id = opened(house)
    for number in range(5):
        act = house.act(case_id)
        with house.db.begin() as session:
            acts.note(session, act, f"note {number}")
    found = seen(house, case_id, most=3).timeline
    assert (lines(found, By.NOTE), found.has_more) == (["note 2", "note 3", "note 4"], True)


def test_words_that_were_not_kept_leave_their_line(house: House) -> None:
    case_id = opened(house)
    said = house.says("a secret")
    house.change(InboxMessage, said.id, lambda row: setattr(row, "body", {EMPTIED: True}))
    house.change(InboxMessage, said.id, lambda row: setattr(row, "text", ""))
    assert any(item.is_emptied for item in seen(house, case_id).timeline.items)


def test_the_edition_changes_when_the_member_writes_and_when_a_reply_arrives(house: House) -> None:
    case_id = opened(house)
    editions = [seen(house, case_id).edition]
    house.says("hello?")
    editions.append(seen(house, case_id).edition)
    act = house.act(case_id)
    with house.db.begin() as session:
        acts.reply(session, act, "Hi Ana.")
    editions.append(seen(house, case_id).edition)
    house.deliver()
    editions.append(seen(house, case_id).edition)
    assert len(set(editions)) == 4
    with house.db.begin() as session:
        assert whole.edition(session, case_id) == editions[-1]
        assert whole.edition(session, 4711) == ()


def test_it_names_who_holds_it_where_they_can_be_reached_and_other_cases(house: House) -> None:
    first = opened(house)
    act = house.act(first)
    with house.db.begin() as session:
        acts.resolve(session, act, "Called her.", house.programme)
    house.settle()
    house.clock.push(timedelta(days=3))
    second = opened(house)
    act = house.act(second, JONAS)
    with house.db.begin() as session:
        claimed = acts.claim(session, act)
        holder = claimed.assignee_id
    found = seen(house, second)
    assert (found.holder, found.phone) == (holder, NUMBERS["Ana"])
    assert [(one.case_id, one.outcome) for one in found.earlier] == [(first, "Called her.")]
    assert [way.channel for way in found.ways] == ["sms"]


def test_a_case_that_is_not_there_is_named(house: House) -> None:
    with pytest.raises(NotFound):
        seen(house, 4711)


def test_a_press_that_comes_twice_does_once(house: House) -> None:
    case_id = opened(house)
    for _ in range(2):
        act = house.act(case_id, dedupe="console:press-1")
        with house.db.begin() as session:
            once(session, act, "reply", lambda s, one: acts.reply(s, one, "Hi Ana."))
    house.settle()
    assert house.texts()[-1] == "Hi Ana."
    assert len(house.rows(CaseEntry, CaseEntry.kind == EntryKind.REPLY)) == 1


def test_a_press_that_was_refused_may_come_again(house: House) -> None:
    case_id = opened(house)
    act = house.act(case_id, dedupe="console:press-1")
    with pytest.raises(Refused), house.db.begin() as session:
        once(session, act, "reopen", acts.reopen)
    with house.db.begin() as session:
        assert once(session, act, "claim", acts.claim)


def test_what_is_suggested_follows_from_what_is_known() -> None:
    assert suggestions(RESOLVED, [SMS]) == ()
    assert "match them to a member" in suggestions(STRANGER, [SMS])[0]
    assert "emergencies" in suggestions(URGENT, [SMS])[0]
    told = suggestions(OPEN, [SMS])
    assert told[0] == "Answer: Ana Diaz has waited for a word of a person for 1 hour."
    assert any(one.startswith("Ask what stands in the way of your first event") for one in told)
    assert "Speak of the renewal: it is in 26 days." in suggestions(CLAIMED, [SMS])


def test_who_can_not_be_written_to_is_called() -> None:
    closed = replace(SMS, hindrance="said_stop")
    assert suggestions(OPEN, [closed])[0] == "Call: there is no way to write to them."
    assert not any(one.startswith("Call") for one in suggestions(replace(OPEN, can_call=False), [closed]))


def test_canned_replies_are_filled_in_and_those_for_the_reason_come_first(house: House) -> None:
    texts = {
        "thanks": {"title": "Thanks", "text": "Thanks, {first_name}!"},
        "help": {"title": "Help", "text": "{sender} here.", "reasons": ["asked"]},
    }
    programme = make_programme(inbox={"canned": texts})
    case_id = opened(house)
    act = house.act(case_id)
    with house.db.begin() as session:
        found = canned.replies_for(programme, acts.claim(session, act), act.staff)
    assert [(one.key, one.text) for one in found] == [("help", "Maria here."), ("thanks", "Thanks, Ana!")]
