"""Slack fails, is away, or is not there at all: no case is lost, none is shown twice, and staff can always act."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
import sqlalchemy as sa
from slack_sdk.signature import SignatureVerifier

from app.gateway import create_gateway
from app.wiring import Application, build
from bot.config import Settings
from bot.intake.receive import Desk
from bot.model import CaseEntry, HandOff, InboxMessage, OutboxMessage, OutboxState
from console.sandbox.world import Case
from inbox import socket_mode
from tests.channels.slack import command, event, press
from tests.support.asgi_client import AsgiClient
from tests.support.colleague import Colleague, posts
from tests.support.handsets import Mailbox
from tests.support.stage import Phone, Stage, put_behind

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
TEAM, PRIYA = "member-success@example.org", "priya.nair@example.org"


@pytest.fixture
def ben(world: Stage) -> Phone:
    phone = world.enrol("Ben Ito", "+12025550172")
    phone.expects(r"sign in")
    return phone


@pytest.fixture
def mailbox(world: Stage) -> Mailbox:
    return Mailbox(world, "the team", TEAM)


def asks_for_a_person(ben: Phone) -> None:
    ben.says("can I speak to a human please")
    ben.expects(r"Maria Okafor")


def restarts(world: Stage, **changes: Any) -> None:
    """Another process takes the place of this one, on the same database, with settings of its own if need be."""
    before = world.application
    settings = Settings(_env_file=None, **{**before.settings.model_dump(), **changes})
    world.application = build(settings, clock=world.clock, dialogue=before.dialogue)
    before.db.close()
    put_behind(world.application, world.entrance, world.switch)


def cards(world: Stage, about: str = "Ben Ito") -> list[dict[str, Any]]:
    return [message for message in world.channel()["messages"] if about in str(message.get("blocks"))]


def rows(world: Stage, model: Any, *where: Any) -> list[Any]:
    with world.application.db.begin() as session:
        return list(session.scalars(sa.select(model).where(*where).order_by(model.id)))


def slack_sends(world: Stage, replica: Application, what: str, body: str) -> None:
    """A request of Slack to one of several gateways."""
    timestamp = str(int(world.clock.now().timestamp()))
    secret = replica.settings.slack_signing_secret.get_secret_value()
    signature = SignatureVerifier(secret).generate_signature(timestamp=timestamp, body=body)
    kind = "application/json" if what == "events" else "application/x-www-form-urlencoded"
    headers = {"Content-Type": kind, "X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": signature}
    answer = AsgiClient(create_gateway(replica)).post(f"/webhooks/slack/{what}", content=body, headers=headers)
    assert answer.status_code == 200


def said(world: Stage, case: Case, text: str) -> str:
    channel = world.application.settings.slack_channel
    envelope = event(text.replace(">", "&gt;"), user=world.user("Maria"), channel=channel, thread_ts=case.ts)
    return json.dumps(envelope)


def pressed(world: Stage, case: Case, action: str) -> str:
    payload = press(action, rows(world, HandOff)[0].id, world.user("Maria"))
    payload["container"] |= {"message_ts": case.ts, "channel_id": world.application.settings.slack_channel}
    return urlencode({"payload": json.dumps(payload)})


def typed(world: Stage, line: str) -> str:
    form = command(line, world.user("Maria"))
    return urlencode({**form, "response_url": f"{world.page}/slack/nowhere"})


def together(calls: Sequence[Callable[[], object]]) -> None:
    with ThreadPoolExecutor(len(calls)) as pool:
        for future in [pool.submit(one) for one in calls]:
            future.result()


def call(world: Stage, case_id: int, act: str, **body: Any) -> httpx.Response:
    """What the console would do."""
    headers = {"Authorization": f"Bearer {world.key}"}
    url = f"{world.gateway}/api/v1/cases/{case_id}/{act}"
    answer = world.client.post(url, json={"by": PRIYA, **body}, headers=headers)
    world.settle()
    return answer


@pytest.mark.parametrize("mode", ["down", "429", "500", "lost"])
def test_a_card_appears_once_although_slack_fails(world: Stage, ben: Phone, mode: str) -> None:
    world.fault("slack", mode, times=1)
    asks_for_a_person(ben)
    world.outlast(2 * MINUTE)
    world.outlast(2 * MINUTE)
    assert len(cards(world)) == 1
    Case.appears(world, "Ben Ito").shows("Maria Okafor")


def test_while_slack_is_away_the_team_is_e_mailed_and_then_the_card_appears_once(
    world: Stage, ben: Phone, mailbox: Mailbox
) -> None:
    world.fault("slack", "down")
    asks_for_a_person(ben)
    mailbox.stays_silent("Slack may be back in a minute")
    for _ in range(4):
        world.outlast(4 * MINUTE)
    mailbox.expects(r"Slack does not show this case.*Ben Ito: asked.*\+12025550172")
    ben.says("hello?")
    ben.expects(r".")
    ben.says("it is about my invoice")
    ben.expects(r".")
    for _ in range(5):
        world.outlast(4 * MINUTE)
    mailbox.expects(r"Ben Ito wrote 2 messages.*They wrote: hello\?.*They wrote: it is about my invoice")
    world.outlast(2 * HOUR)
    assert cards(world) == []
    world.fault("slack", "none")
    for _ in range(3):
        world.outlast(MINUTE)
    case = Case.appears(world, "Ben Ito")
    assert len(cards(world)) == 1
    assert len(posts(case, "it is about my invoice")) == 1
    case.click("Maria", "claim")
    case.shows("claimed by Maria Okafor")
    mailbox.stays_silent("it was told already")
    assert rows(world, OutboxMessage, OutboxMessage.state == OutboxState.DEAD) == []


def test_what_staff_click_while_slack_takes_no_posts_is_done(world: Stage, ben: Phone, mailbox: Mailbox) -> None:
    asks_for_a_person(ben)
    case = Case.appears(world, "Ben Ito")
    world.fault("slack", "down", match="chat.")
    case.click("Maria", "claim")
    case.say("Maria", "> Hello Ben, how can I help?")
    ben.expects(r"how can I help")
    world.outlast(5 * MINUTE)
    world.fault("slack", "none")
    for _ in range(3):
        world.outlast(MINUTE)
    case.shows("claimed by Maria Okafor")
    mailbox.stays_silent("nothing of it was the member's")


def test_a_restart_while_a_card_is_posted_makes_no_second_card(world: Stage, ben: Phone) -> None:
    world.fault("slack", "lost", times=1)
    asks_for_a_person(ben)
    restarts(world)
    world.outlast(2 * MINUTE)
    world.outlast(2 * MINUTE)
    assert len(cards(world)) == 1
    [card, *_] = rows(world, OutboxMessage, OutboxMessage.rule == "hand_off:card")
    assert card.state is OutboxState.SENT


def test_what_was_stored_before_a_restart_is_done_after_it_once(world: Stage, ben: Phone) -> None:
    asks_for_a_person(ben)
    case = Case.appears(world, "Ben Ito")
    world.hold_still()
    case.click("Maria", "claim")
    case.say("Maria", "> I am here, Ben.")
    assert rows(world, HandOff)[0].claimed_at is None
    restarts(world)
    world.go_on()
    world.settle()
    ben.expects(r"I am here, Ben")
    case.shows("claimed by Maria Okafor")
    restarts(world)
    world.settle()
    ben.stays_silent("it was said once")


def test_two_replicas_that_get_the_same_requests_do_each_once(world: Stage, ben: Phone) -> None:
    asks_for_a_person(ben)
    case = Case.appears(world, "Ben Ito")
    first = world.application
    second = build(first.settings, clock=world.clock, dialogue=first.dialogue)
    try:
        for _ in range(2):
            for replica in (first, second):
                slack_sends(world, replica, "events", said(world, case, "> I am here, Ben."))
                slack_sends(world, replica, "interactions", pressed(world, case, "claim"))
                slack_sends(world, replica, "commands", typed(world, "/handoff Ben Ito: wants a call"))
        staff = [replica.drainers[Desk.STAFF] for replica in (first, second)]
        together([drainer.run_one for drainer in staff * 2])
        world.settle()
    finally:
        second.db.close()
    ben.expects(r"I am here, Ben")
    ben.stays_silent("it was said once")
    assert len(rows(world, InboxMessage, InboxMessage.channel == "slack")) == 3
    assert len(rows(world, HandOff)) == 1
    assert [entry.text for entry in rows(world, CaseEntry, CaseEntry.text.contains("claimed"))] == [
        "Maria Okafor claimed the case."
    ]


def test_without_slack_cases_are_e_mailed_and_handled_elsewhere(world: Stage, ben: Phone, mailbox: Mailbox) -> None:
    restarts(world, slack_bot_token="", console_url="https://console.example.org")
    asks_for_a_person(ben)
    mailbox.expects(r"Ben Ito: asked.*https://console\.example\.org/cases/1")
    assert call(world, 1, "claim").json()["assignee"] == "Priya Nair"
    assert call(world, 1, "reply", text="Hello Ben, Priya here.").status_code == 200
    ben.expects(r"^Hello Ben, Priya here\.$")
    ben.says("I can't find the page")
    ben.stays_silent("a person has the conversation")
    mailbox.expects(r"Ben Ito wrote a message")
    assert call(world, 1, "note", text="He means the profile page.").status_code == 200
    assert rows(world, OutboxMessage, OutboxMessage.state == OutboxState.DEAD) == []


def test_once_slack_is_set_up_the_case_is_shown_there_once(world: Stage, ben: Phone, mailbox: Mailbox) -> None:
    token = world.application.settings.slack_bot_token.get_secret_value()
    restarts(world, slack_bot_token="")
    asks_for_a_person(ben)
    mailbox.expects(r"Ben Ito: asked")
    call(world, 1, "claim")
    restarts(world, slack_bot_token=token)
    world.settle()
    case = Case.appears(world, "Ben Ito")
    case.shows("claimed by Priya Nair")
    assert len(cards(world)) == 1
    Colleague(world, "Priya").presses(case, "resolve")
    Colleague(world, "Priya").submits(text="Done")
    ben.expects(r"is back")
    case.shows("resolved")


def test_over_a_socket_staff_do_the_same_and_a_broken_one_comes_back(world: Stage, ben: Phone) -> None:
    asks_for_a_person(ben)
    case = Case.appears(world, "Ben Ito")
    restarts(world, slack_signing_secret="", slack_app_token="xapp-sandbox-token")
    socket = socket_mode.service(world.application)
    assert socket is not None
    socket.start()
    try:
        connected(world)
        case.click("Maria", "claim")
        case.shows("claimed by Maria Okafor")
        world.post("slack/disconnect", reason="refresh_requested")
        connected(world)
        case.say("Maria", "> I am here, Ben.")
        ben.expects(r"I am here, Ben")
    finally:
        world.post("slack/disconnect", reason="")
        socket.stop()
    assert len(rows(world, InboxMessage, InboxMessage.channel == "slack")) == 2


def connected(world: Stage) -> None:
    """Waits until Slack has a connection of ours."""
    last = 0
    for _ in range(20):
        if world.get("slack/sockets")["connections"]:
            return
        last = world.get(f"feed?after={last}&wait=1")["last"]
    raise AssertionError("there was no connection")
