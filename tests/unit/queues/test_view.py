"""What waits and what is held, and why."""

from __future__ import annotations

import json
from datetime import timedelta

from app.commands.queue import as_data, in_words, jobs_of
from bot.model import OutboxMessage, OutboxState, Pause
from bot.outbox import rates
from bot.ports import RetryLater
from bot.queues.view import Held, Lanes, Places, View, Waiting, Why, look
from tests.support.house import House

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


def seen(house: House) -> View:
    with house.db.begin() as session:
        return look(session, house.times())


def held(house: House) -> dict[Why, int]:
    return {one.why: one.count for one in seen(house).held}


def test_nothing_waits_at_first(house: House) -> None:
    view = seen(house)
    assert (view.lanes, view.inbox, view.outbox, view.held, view.places, view.paused) == ([], [], [], [], [], [])
    assert in_words(view, {}) == "Nothing waits."


def test_lanes_are_told_by_kind_and_urgency_with_the_age_of_the_oldest(house: House) -> None:
    house.hear("hello", "+12025550198")
    house.clock.pass_real(MINUTE)
    house.hear("hello", "+12025550199")
    house.tick()
    assert seen(house).lanes == [
        Lanes("delivery", "outreach", ready=1),
        Lanes("turn", "waited_for", ready=2, oldest=MINUTE),
    ]


def test_a_lane_in_hand_is_not_ready(house: House) -> None:
    house.hear("hello")
    assert house.turns.claim() is not None
    assert seen(house).lanes == [Lanes("turn", "waited_for", in_hand=1)]


def test_rows_are_told_by_channel_and_what_they_are_for(house: House) -> None:
    house.hear("hello")
    house.hear("hello again")
    house.clock.pass_real(HOUR)
    house.enqueue()
    house.tick()
    view = seen(house)
    assert view.inbox == [Waiting("sms", "turn", 2, HOUR)]
    assert view.outbox == [Waiting("sms", "reply", 1, timedelta())]
    assert view.touches == {"member_writing": 1}


def test_what_waits_for_the_provider_says_so(house: House) -> None:
    house.sms.per_second = 0.1
    for n in range(3):
        house.enqueue("hello", f"+1202555020{n}")
    house.tick()
    assert held(house) == {Why.READY: 4}
    house.deliver()
    assert held(house) == {Why.PLACE: 2, Why.TURN: 1}
    [places] = seen(house).places
    assert places == Places("sms", 30 * SECOND, 10 * SECOND / rates.SHARE)


def test_a_message_that_is_tried_again_says_what_the_provider_said(house: House) -> None:
    house.sms.answers(RetryLater("too many requests", timedelta(minutes=5), whole_provider=True))
    house.enqueue()
    house.deliver()
    view = seen(house)
    assert view.held == [Held("sms", Why.RETRY, 1, "too many requests")]
    assert view.places == [Places("sms", 5 * MINUTE, 5 * MINUTE)]
    assert view.lanes == [Lanes("delivery", "waited_for", parked=1)]


def test_an_attempt_without_an_outcome_is_told_as_such(house: House) -> None:
    number = house.enqueue()
    house.change(OutboxMessage, number, lambda row: setattr(row, "state", OutboxState.SENDING))
    assert held(house) == {Why.LOST: 1}


def test_a_pause_is_told_first(house: House) -> None:
    with house.db.begin() as session:
        session.add(Pause(what="outreach", reason="outbox_full", since=house.clock.now()))
    assert in_words(seen(house), {}).startswith("Paused\n  outreach: outbox_full, since 2026-11-24 15:00 UTC")


def test_words_and_data_tell_the_same(house: House) -> None:
    house.sms.per_second = 0.1
    for n in range(2):
        house.enqueue("hello", f"+1202555020{n}")
    house.deliver()
    house.clock.pass_real(SECOND)
    house.hear("hello")
    view, jobs = seen(house), {"turn todo": 3}
    assert in_words(view, jobs) == (
        "Lanes\n"
        "  delivery  waited_for  0 ready  0 in hand  1 parked\n"
        "  turn      waited_for  1 ready  0 in hand  0 parked\n\n"
        "To be read\n  sms  turn  1\n\n"
        "To be sent\n  sms  reply  1  oldest 1s\n\n"
        "Why it waits\n  sms  1  has a place in the provider's rate limit\n\n"
        "Next places\n  sms  an answer in 19s  outreach at once\n\n"
        "Jobs\n  turn todo  3"
    )
    data = json.loads(as_data(view, jobs))
    assert data["places"] == [{"provider": "sms", "answer_in": 19.0, "outreach_in": 0.0}]
    assert data["outbox"] == [{"channel": "sms", "purpose": "reply", "count": 1, "oldest": 1.0}]
    assert data["jobs"] == jobs


def test_without_the_tables_of_procrastinate_there_are_no_jobs(house: House) -> None:
    assert jobs_of(house.db) == {}
