"""What staff change or delete after they wrote it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.handoff import acts, edits, replies
from bot.handoff.act import Act
from bot.handoff.cases import Need, open_case
from bot.model import AuditEntry, CaseEntry, EntryKind, HandOff, HandOffReason, OutboxMessage, OutboxState, Purpose
from bot.ports import Failed
from tests.support.cast import NUMBERS
from tests.support.house import TUESDAY, House

WRITTEN = "slack:C0HANDOFF:1.1"


@pytest.fixture
def act(house: House) -> Act:
    with house.db.begin() as session:
        need = Need(HandOffReason.ASKED, "Asked.", "sms", NUMBERS["Ana"], house.member())
        case = open_case(session, need, house.programme, now=TUESDAY, wall=TUESDAY).id
    return house.act(case, dedupe=WRITTEN)


def replies_with(house: House, act: Act, text: str) -> None:
    with house.db.begin() as session:
        acts.reply(session, act, text, quoted=True)


def notes(house: House) -> list[str]:
    return [entry.text for entry in house.rows(CaseEntry, CaseEntry.kind == EntryKind.NOTE)]


def note(house: House, act: Act, text: str) -> None:
    with house.db.begin() as session:
        acts.note(session, replace(act, dedupe=edits.note_name(act.dedupe)), text)


def edit(house: House, act: Act, spoken: str, kept: str) -> str | None:
    with house.db.begin() as session:
        return edits.edited(session, replace(act, dedupe=f"{WRITTEN}:edited:2"), WRITTEN, spoken, kept)


def delete(house: House, act: Act) -> str | None:
    with house.db.begin() as session:
        return edits.deleted(session, replace(act, dedupe=f"{WRITTEN}:deleted"), WRITTEN)


def message(house: House) -> OutboxMessage:
    return house.one(OutboxMessage, OutboxMessage.purpose == Purpose.STAFF_REPLY)


def test_a_note_follows_its_change_and_what_it_said_before_is_kept(house: House, act: Act) -> None:
    note(house, act, "she is late")
    assert edit(house, act, "", "she was late") is None
    assert notes(house) == ["she was late"]
    kept = house.one(AuditEntry, AuditEntry.action == "hand_off.note_edited")
    assert (kept.actor, kept.details["before"]) == ("maria@example.org", "she is late")


def test_a_note_that_is_deleted_is_gone_but_for_the_log(house: House, act: Act) -> None:
    note(house, act, "she is late")
    assert delete(house, act) is None
    assert notes(house) == [edits.GONE]
    assert house.one(AuditEntry, AuditEntry.action == "hand_off.note_edited").details["before"] == "she is late"


def test_a_note_that_becomes_a_quote_is_not_sent(house: House, act: Act) -> None:
    note(house, act, "she is late")
    told = edit(house, act, "You are late", "between us")
    assert told is not None
    assert "Nothing was sent" in told
    assert notes(house) == ["You are late\nbetween us"]
    house.deliver()
    assert house.texts() == []


@pytest.mark.parametrize("delivered", [True, False])
def test_a_reply_that_is_changed_is_explained_and_not_sent_again(house: House, act: Act, delivered: bool) -> None:
    replies_with(house, act, "See you at 9")
    if delivered:
        house.deliver()
    told = edit(house, act, "See you at 10", "")
    assert told is not None
    assert "has the first version, or will get it" in told
    house.deliver()
    assert house.texts() == ["See you at 9"]
    assert message(house).body["staff"]["since"] == edits.EDITED


def test_words_that_are_the_same_are_no_change(house: House, act: Act) -> None:
    replies_with(house, act, "See you at 9")
    before = len(house.rows(OutboxMessage))
    assert edit(house, act, "See you at 9", "") is None
    assert len(house.rows(OutboxMessage)) == before


def test_private_lines_that_are_added_to_a_reply_become_a_note(house: House, act: Act) -> None:
    replies_with(house, act, "See you at 9")
    assert edit(house, act, "See you at 9", "she won't come") is None
    assert notes(house) == ["she won't come"]


def test_a_reply_that_has_not_left_is_called_back_when_it_is_deleted(house: House, act: Act) -> None:
    replies_with(house, act, "See you at 9")
    told = delete(house, act)
    assert told is not None
    assert "is not sent" in told
    house.deliver()
    assert house.texts() == []
    assert (message(house).state, message(house).error) == (OutboxState.REFUSED, replies.TAKEN_BACK)
    case = house.one(HandOff)
    assert (case.waiting_since, case.first_reply_at) == (TUESDAY, None)  # they have had no word


def test_a_reply_that_has_left_is_not_taken_back_by_deleting_it(house: House, act: Act) -> None:
    replies_with(house, act, "See you at 9")
    house.deliver()
    told = delete(house, act)
    assert told is not None
    assert "does not take it back" in told
    assert message(house).state is OutboxState.SENT


def test_of_a_reply_that_failed_neither_version_is_with_the_member(house: House, act: Act) -> None:
    house.sms.answers(Failed("no such number"))
    replies_with(house, act, "See you at 9")
    house.deliver()
    told = edit(house, act, "See you at 10", "")
    assert told is not None
    assert "Ana Smith has neither" in told


def test_what_nobody_kept_is_changed_and_deleted_without_a_word(house: House, act: Act) -> None:
    assert delete(house, act) is None
    assert edit(house, act, "", "a note after all") is None
    assert notes(house) == ["a note after all"]
