"""Our channels and the emulated providers, which know nothing of each other, talk over real connections."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.handoff.cases import get, member_said
from bot.model import CaseEntry, ContactPoint, EntryKind, HandOff, InboxState, OutboxState, Purpose
from tests.channels.slack_town import JONAS, MARIA, Town, make_town
from tests.channels.world import NOW, PHONE


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with make_town(tmp_path) as made:
        yield made


def open_case(town: Town) -> int:
    member = town.world.new_member()
    with town.world.db.begin() as session:
        point = ContactPoint(member_id=member, channel="sms", address=PHONE, consented_at=NOW)
        session.add(point)
    return town.world.new_case(member)


def state(town: Town, purpose: Purpose) -> list[OutboxState]:
    return [row.state for row in town.world.outbox() if row.purpose is purpose]


def test_a_case_is_claimed_answered_and_resolved(town: Town) -> None:
    case_id = open_case(town)
    town.work()
    assert town.card()["blocks"][0]["text"]["text"] == "Ana Diaz \u00b7 open"

    town.press("claim")
    assert town.card()["blocks"][0]["text"]["text"] == "Ana Diaz \u00b7 claimed by Maria Okafor"

    town.say("she sounds worried")
    town.press("reply")
    town.submit(text="Hi Ana, Maria here.")
    town.say("> Shall we talk tomorrow?")
    assert town.texts() == ["Hi Ana, Maria here.", "Shall we talk tomorrow?"]
    assert state(town, Purpose.STAFF_REPLY) == [OutboxState.DELIVERED] * 2

    town.press("resolve")
    town.submit(text="Call agreed.")
    with town.world.db.begin() as session:
        assert session.get_one(HandOff, case_id).outcome == "Call agreed."
    assert [button["action_id"] for button in town.card()["blocks"][-1]["elements"]] == ["reopen"]
    notes = [entry.text for entry in town.world.rows(CaseEntry) if entry.kind is EntryKind.NOTE]
    assert notes == ["she sounds worried"]
    assert all(row.state is InboxState.DONE for row in town.world.inbox() if row.channel == "slack")


def test_the_second_to_claim_is_told(town: Town) -> None:
    open_case(town)
    town.work()
    card = town.card()["ts"]
    for user in (MARIA, JONAS):
        town.post("slack/click", user=user, ts=card, action_id="claim")
    town.work()
    whispers = town.get("slack/channel")["ephemeral"]
    assert [(told["for_user"], told["text"]) for told in whispers] == [(JONAS, "Maria Okafor has this case.")]


def test_what_the_member_writes_appears_in_the_thread(town: Town) -> None:
    case_id = open_case(town)
    town.work()
    town.post(f"phones/{PHONE}", text="still <!channel> stuck")
    town.work()
    with town.world.db.begin() as session:
        item = next(row for row in town.world.inbox() if row.channel == "sms")
        member_said(session, get(session, case_id), item, now=NOW, wall=NOW)
    town.work()
    told = town.thread()[-1]
    assert "stuck" in told["blocks"][1]["text"]["text"]
    assert "<!channel>" not in str(told)


@pytest.mark.parametrize("mode", ["lost", "429", "500", "down"])
def test_a_bad_day_of_slack_shows_the_card_once(town: Town, mode: str) -> None:
    town.post("faults", provider="slack", mode=mode, times=1)
    open_case(town)
    town.work()
    for _ in range(3):
        town.world.clock.pass_real(timedelta(minutes=1))
        town.work()
    assert len(town.channel()) == 1
    assert state(town, Purpose.STAFF) == [OutboxState.SENT]


@pytest.mark.parametrize("mode", ["lost", "429", "500", "down"])
def test_a_bad_day_of_twilio_sends_the_reply_once(town: Town, mode: str) -> None:
    open_case(town)
    town.work()
    town.post("faults", provider="twilio", mode=mode, times=1)
    town.say("> Hello Ana")
    for _ in range(3):
        town.world.clock.pass_real(timedelta(minutes=1))
        town.work()
    assert town.texts() == ["Hello Ana"]
    assert state(town, Purpose.STAFF_REPLY) == [OutboxState.DELIVERED]


def test_a_reply_that_fails_is_told_in_the_thread(town: Town) -> None:
    open_case(town)
    town.work()
    town.post("faults", provider="twilio", mode="undelivered", times=1, error_code=30005)
    town.say("> Hello Ana")
    assert state(town, Purpose.STAFF_REPLY) == [OutboxState.FAILED]
    assert "could not be delivered: no such phone" in str(town.thread()[-1])
    with town.world.db.begin() as session:
        assert session.query(ContactPoint).one().unusable_at is not None
