"""Placing calls through Twilio's own client, against a server that answers as Twilio does on bad days too."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest

from bot.errors import Refused
from bot.model import Call, Member, OutboxMessage, Purpose, Staff
from bot.outbox.enqueue import Message, enqueue
from bot.ports import Failed, NoTrace, RetryLater, Sent, Unknown
from channels import registry
from channels.edge import Verdict
from channels.twilio_codes import CODES, Kind
from channels.voice import EDGE
from channels.voice.send import Ring, Voice
from tests.channels.provider import Answer, Provider, closed_port, serve
from tests.channels.voice import ANA, OURS, due_call, voice_world
from tests.channels.world import ACCOUNT, NOW, World, make_settings

CALLS = f"/twilio/2010-04-01/Accounts/{ACCOUNT}/Calls.json"
NOTHING_FOUND = Answer.json({"calls": [], "next_page_uri": None})


@pytest.fixture
def twilio() -> Iterator[Provider]:
    with serve(NOTHING_FOUND) as provider:
        yield provider


@pytest.fixture
def channel(twilio: Provider) -> Voice:
    return make_channel(twilio)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = voice_world(tmp_path)
    yield made
    made.db.close()


def make_channel(twilio: Provider, **changes: Any) -> Voice:
    return Voice(make_settings(voice_from=OURS, twilio_api_base=f"{twilio.url}/twilio", **changes))


def ring(**changes: Any) -> Ring:
    values = {"outbox_id": 1, "key": "call-1", "to": ANA, "sid": None, "at": NOW, "taken": frozenset(), **changes}
    return Ring(**values)


def resource(sid: str, **changes: Any) -> dict[str, Any]:
    return {
        "sid": sid,
        "to": ANA,
        "from": OURS,
        "direction": "outbound-api",
        "status": "queued",
        "date_created": format_datetime(NOW),
        **changes,
    }


def listing(*resources: dict[str, Any]) -> Answer:
    return Answer.json({"calls": list(resources), "next_page_uri": None})


def error(code: int, status: int = 400, **headers: str) -> Answer:
    return Answer.json({"code": code, "message": "no", "status": status}, status, **headers)


@pytest.mark.parametrize(("voicemail", "detection"), [(False, "Enable"), (True, "DetectMessageEnd")])
def test_a_call_brings_all_its_addresses_along(twilio: Provider, voicemail: bool, detection: str) -> None:
    twilio.answers.append(Answer.json(resource("CA7"), 201))
    assert make_channel(twilio, voice_voicemail=voicemail).send(ring()) == Sent("CA7")
    [request] = twilio.received
    base = "https://bot.example.org/webhooks/twilio/voice"
    assert request.path == CALLS
    assert sorted(parse_qsl(request.body)) == sorted(
        [
            ("To", ANA),
            ("From", OURS),
            ("Url", f"{base}/connect?c=call-1"),
            ("Method", "POST"),
            ("FallbackUrl", f"{base}/connect?c=call-1"),
            ("FallbackMethod", "POST"),
            ("StatusCallback", f"{base}/status?c=call-1#rc=3&rp=5xx,ct,rt"),
            ("StatusCallbackMethod", "POST"),
            *[("StatusCallbackEvent", event) for event in ("initiated", "ringing", "answered", "completed")],
            ("Timeout", "25"),
            ("TimeLimit", "1800"),
            ("MachineDetection", detection),
        ]
    )


ACTIONS = {
    20003: RetryLater,
    20429: RetryLater,
    21201: Failed,
    21210: Failed,
    21211: Failed,
    21212: Failed,
    21214: Failed,
    21215: Failed,
    21216: Failed,
    21217: Failed,
    21220: Failed,
    99999: Failed,
}
UNUSABLE = {21211, 21214, 21216, 21217}


@pytest.mark.parametrize("code", ACTIONS)
def test_a_refusal_leads_to_its_action(twilio: Provider, channel: Voice, code: int) -> None:
    status = {20003: 401, 20429: 429}.get(code, 400)
    headers = {"Retry-After": "7"} if status == 429 else {}
    twilio.answers.append(error(code, status, **headers))
    result = channel.send(ring())
    assert isinstance(result, ACTIONS[code])
    assert isinstance(result, RetryLater | Failed)
    if isinstance(result, Failed):
        assert result.unusable == (code in UNUSABLE)
    else:
        assert result.whole_provider
        assert result.after == (timedelta(seconds=7) if status == 429 else timedelta(minutes=10))
    assert str(code) in result.reason or code not in CODES
    assert len(twilio.received) == 1


def test_faults_of_instructions_say_whose_number_it_is() -> None:
    kinds = {code: CODES[code].kind for code in (13214, 13223, 13224, 13225, 13226, 13227)}
    assert kinds == {
        13214: Kind.SENDER,
        13223: Kind.NUMBER,
        13224: Kind.NUMBER,
        13225: Kind.NUMBER,
        13226: Kind.SENDER,
        13227: Kind.SENDER,
    }


@pytest.mark.parametrize(
    "answer", [error(20500, 500), Answer(503), Answer(broken=True), Answer(200, "no json"), Answer.json({}, 201)]
)
def test_after_an_answer_that_says_nothing_it_is_unknown_and_not_repeated(
    twilio: Provider, channel: Voice, answer: Answer
) -> None:
    twilio.answers.append(answer)
    assert isinstance(channel.send(ring()), Unknown)
    assert len(twilio.received) == 1


def test_silence_is_unknown_and_no_connection_is_tried_later(twilio: Provider) -> None:
    twilio.answers.append(Answer(silent=True))
    assert isinstance(make_channel(twilio, send_timeout_seconds=0.2).send(ring()), Unknown)
    nobody = make_settings(voice_from=OURS, twilio_api_base=f"http://127.0.0.1:{closed_port()}/twilio")
    assert isinstance(Voice(nobody).send(ring()), RetryLater)


def test_a_call_that_twilio_asked_us_about_was_placed(twilio: Provider, channel: Voice) -> None:
    assert channel.reconcile(ring(sid="CA7"), NOW) == Sent("CA7")
    assert twilio.received == []


OLD = format_datetime(NOW - timedelta(hours=2))


@pytest.mark.parametrize(
    ("records", "taken", "found"),
    [
        ([resource("CA7")], [], Sent("CA7")),
        ([], [], NoTrace()),
        ([resource("CA7")], ["CA7"], NoTrace()),
        ([resource("CA7"), resource("CA8")], ["CA8"], Sent("CA7")),
        ([resource("CA7"), resource("CA8")], [], None),
        ([resource("CA7", date_created=OLD)], [], NoTrace()),
        ([resource("CA7", direction="outbound-dial")], [], NoTrace()),
        ([resource("CA7", **{"from": "+12025550111"})], [], NoTrace()),
    ],
)
def test_a_look_at_twilios_calls_finds_the_one_that_is_nobody_elses(
    twilio: Provider, channel: Voice, records: list[dict[str, Any]], taken: list[str], found: object
) -> None:
    twilio.answers.append(listing(*records))
    assert channel.reconcile(ring(taken=frozenset(taken)), NOW) == found
    [request] = twilio.received
    assert (request.method, request.path, request.query["To"]) == ("GET", CALLS, ANA)


@pytest.mark.parametrize("answer", [Answer(500), Answer(broken=True), Answer(200, "no json")])
def test_a_look_that_fails_finds_nothing_out(twilio: Provider, channel: Voice, answer: Answer) -> None:
    twilio.answers.append(answer)
    assert channel.reconcile(ring(), NOW) is None


def test_a_message_that_is_tried_again_is_the_same_call(world: World) -> None:
    row = due_call(world)
    channel = Voice(world.settings)
    with world.db.begin() as session:
        first = channel.prepare(session, session.get_one(OutboxMessage, row), NOW)
        session.query(Call).one().sid = "CA7"
        second = channel.prepare(session, session.get_one(OutboxMessage, row), NOW)
    assert (first.key, first.sid) == (f"call-{row}", None)
    assert (second.key, second.sid) == (first.key, "CA7")


def test_only_rungs_are_called(world: World) -> None:
    with world.db.begin() as session:
        row = enqueue(session, Message("voice", ANA, Purpose.STAFF_REPLY, "test", "one", text="Hi"), now=NOW, wall=NOW)
        with pytest.raises(Refused, match="rungs"):
            Voice(world.settings).prepare(session, session.get_one(OutboxMessage, row), NOW)


@pytest.mark.parametrize("lacking", ["msm", "phone", "member"])
def test_without_somebody_at_both_ends_nobody_is_called(world: World, lacking: str) -> None:
    row = due_call(world)
    with world.db.begin() as session:
        message = session.get_one(OutboxMessage, row)
        if lacking == "msm":
            session.query(Member).one().msm = None
        elif lacking == "phone":
            session.query(Staff).one().phone = ""
        else:
            message.member_id = None
        with pytest.raises(Refused):
            Voice(world.settings).prepare(session, message, NOW)
        assert session.query(Call).count() == 0


def test_calls_are_on_when_there_is_a_number_to_call_from() -> None:
    assert EDGE in registry.EDGES
    assert "voice" not in registry.configured(make_settings())
    assert "voice" in registry.configured(make_settings(voice_from=OURS))
    assert not EDGE.is_on(make_settings(voice_from=OURS, twilio_account_sid=""))


@pytest.mark.parametrize(("able", "accepted"), [(True, True), (False, False), (None, False)])
def test_the_check_asks_for_a_number_that_can_call(twilio: Provider, able: bool | None, accepted: bool) -> None:
    number = {"sid": "PN1", "phone_number": OURS, "capabilities": {"sms": True, "voice": able}}
    numbers = [] if able is None else [number]
    twilio.answers.append(Answer.json({"sid": ACCOUNT, "status": "active", "friendly_name": "Guild"}))
    twilio.answers.append(Answer.json({"incoming_phone_numbers": numbers, "next_page_uri": None}))
    assert EDGE.check is not None
    verdict: Verdict = EDGE.check(make_channel(twilio).settings)
    assert verdict.accepted is accepted
    assert OURS in verdict.words
