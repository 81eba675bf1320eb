"""Twilio's requests about calls through the real application, into a real database: each alone, again, and too late."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from httpx import Response
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import REGISTRY
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

from bot.calls import book
from bot.model import Base, Call, CallOutcome, CallState, HandOff, OutboxMessage, OutboxState, Receipt, Staff
from channels.voice import twiml
from channels.voice.twiml import Lines
from tests.channels.voice import (
    MARIA,
    OURS,
    TEXT,
    due_call,
    spoken,
    tree,
    verbs,
    voice_gateway,
    voice_world,
)
from tests.channels.world import NOW, TOKEN, World, cases, make_settings
from tests.support.asgi_client import AsgiClient

BASE = "https://bot.example.org"
VOICE = "/webhooks/twilio/voice"
SID = "CA00000000000000000000000000000001"
NAMES = ("connect", "accept", "whisper", "whisper-accept", "dial-done", "status")
Post = Callable[..., Response]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A call to Ana is placed; its key is the one of the recorded requests."""
    made = voice_world(tmp_path)
    row = due_call(made)
    with made.db.begin() as session:
        message = session.get_one(OutboxMessage, row)
        message.state = OutboxState.SENDING
        book.place(session, message, NOW).key = "esc_1"
    yield made
    made.db.close()


@pytest.fixture
def client(world: World) -> AsgiClient:
    return AsgiClient(voice_gateway(world))


@pytest.fixture
def post(client: AsgiClient) -> Post:
    """Posts a form as Twilio would, signed."""

    def post(name: str, query: str = "c=esc_1", **form: str) -> Response:
        path = f"{VOICE}/{name}" + (f"?{query}" if query else "")
        form = {"CallSid": SID, "CallStatus": "in-progress", **form}
        signature = RequestValidator(TOKEN).compute_signature(BASE + path, form)
        headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": signature}
        return client.post(path, content=urlencode(form), headers=headers)

    return post


def call(world: World) -> Call:
    [found] = world.rows(Call)
    return found  # type: ignore[no-any-return]


def voice_cases(*names: str) -> list[dict[str, Any]]:
    found = [case for case in cases("twilio_inbound") if VOICE in case["url"]]
    return [case for case in found if any(f"/{name}?" in case["url"] for name in names)]


def replay(client: AsgiClient, case: dict[str, Any]) -> Response:
    return client.post(case["url"].removeprefix(BASE), content=case["body"], headers=case["headers"])


def named(name: str) -> dict[str, Any]:
    return next(case for case in voice_cases(*NAMES) if case["name"] == name)


NEXT: dict[str, Callable[[str], bool]] = {
    "gather": lambda xml: verbs(xml) == ["Gather", "Hangup"] and TEXT in spoken(xml),
    "hangup or leave callback text": lambda xml: verbs(xml) == ["Hangup"],
    "leave voicemail": lambda xml: verbs(xml) == ["Say", "Say", "Hangup"] and "on behalf of Maria" in spoken(xml),
    "dial MSM": lambda xml: verbs(xml) == ["Say", "Dial"] and MARIA in "".join(tree(xml).itertext()),
    "mark bridged, hang up": lambda xml: verbs(xml) == ["Hangup"],
    "try next MSM / voicemail": lambda xml: "can't be reached" in spoken(xml) and verbs(xml)[-1] == "Hangup",
    "try next MSM": lambda xml: "can't be reached" in spoken(xml) and verbs(xml)[-1] == "Hangup",
}


@pytest.mark.parametrize(
    "case", voice_cases("connect", "accept", "whisper", "dial-done"), ids=lambda case: case["name"]
)
def test_a_recorded_request_is_answered_as_expected(world: World, client: AsgiClient, case: dict[str, Any]) -> None:
    if "/dial-done" in case["url"]:
        for before in ("voice_answered_human", "gather_digit_1"):
            replay(client, named(before))
    answers = [replay(client, case) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200] * 3
    assert {answer.headers["content-type"].partition(";")[0] for answer in answers} == {"text/xml"}
    assert all(NEXT[case["expect"]["next"]](answer.text) for answer in answers), answers[0].text
    bridged = case["expect"]["next"] == "mark bridged, hang up"
    assert (call(world).outcome is CallOutcome.TALKED) == bridged


@pytest.mark.parametrize("case", voice_cases("status"), ids=lambda case: case["name"])
def test_a_recorded_status_is_kept_once(world: World, client: AsgiClient, case: dict[str, Any]) -> None:
    with world.db.begin() as session:
        session.query(Call).one().key = parse_qs(urlsplit(case["url"]).query)["c"][0]
    assert [replay(client, case).status_code for _ in range(3)] == [204] * 3
    [receipt] = world.rows(Receipt)
    form = case["form"]
    assert receipt.dedupe == f"twilio:{form['CallSid']}:{form['SequenceNumber']}"
    outcomes = {
        "busy": CallOutcome.BUSY,
        "no-answer": CallOutcome.NO_ANSWER,
        "failed": CallOutcome.FAILED,
        "completed": CallOutcome.FAILED,
    }
    expected = outcomes[form["CallStatus"]] if case["expect"].get("terminal") else None
    assert call(world).outcome is expected, "nobody was heard before the end"


def test_the_choice_is_one_key_that_is_also_missed_aloud(post: Post) -> None:
    gather = tree(post("connect", AnsweredBy="human").text)[0]
    assert gather.attrib == {
        "input": "dtmf",
        "numDigits": "1",
        "timeout": "8",
        "action": f"{BASE}{VOICE}/accept?c=esc_1&n=1",
        "method": "POST",
        "actionOnEmptyResult": "true",
    }
    assert {say.attrib["language"] for say in gather} == {"en-US"}


def test_the_msm_is_dialled_with_a_whisper_and_an_action(post: Post) -> None:
    dial = tree(post("accept", "c=esc_1&n=1", Digits="1").text).find("Dial")
    assert dial is not None
    assert dial.attrib == {
        "action": f"{BASE}{VOICE}/dial-done?c=esc_1",
        "timeout": "20",
        "callerId": OURS,
        "answerOnBridge": "true",
        "timeLimit": "1800",
    }
    [number] = dial
    assert (number.tag, number.text) == ("Number", MARIA)
    assert number.attrib == {
        "url": f"{BASE}{VOICE}/whisper?c=esc_1",
        "statusCallback": f"{BASE}{VOICE}/status?c=esc_1&leg=msm",
    }


def test_the_whisper_lets_nobody_through_without_a_key(post: Post) -> None:
    post("accept", Digits="1")
    whisper = post("whisper", CallSid="CA2", ParentCallSid=SID).text
    assert verbs(whisper) == ["Gather", "Hangup"]
    assert "Ana Smith" in spoken(whisper)
    assert verbs(post("whisper-accept", CallSid="CA2", ParentCallSid=SID, Digits="").text) == ["Hangup"]
    assert verbs(post("whisper-accept", CallSid="CA2", ParentCallSid=SID, Digits="1").text) == []


@pytest.mark.parametrize("bridged", [{}, {"DialBridged": "false"}])
def test_a_leg_that_was_only_picked_up_is_no_talk(world: World, post: Post, bridged: dict[str, str]) -> None:
    post("accept", Digits="1")
    post("dial-done", DialCallStatus="completed", **bridged)
    assert call(world).outcome is CallOutcome.MSM_NOT_REACHED


def test_the_key_of_the_msm_decides_where_twilio_does_not_say(world: World, post: Post) -> None:
    post("accept", Digits="1")
    post("whisper-accept", CallSid="CA2", ParentCallSid=SID, Digits="1")
    post("dial-done", DialCallStatus="completed")
    assert call(world).outcome is CallOutcome.TALKED


def test_a_request_that_comes_again_is_answered_as_before(world: World, post: Post) -> None:
    def twice(name: str, **form: str) -> str:
        first, second = post(name, **form).text, post(name, **form).text
        assert first == second
        return first

    twice("connect", AnsweredBy="human")
    twice("accept", Digits="1")
    twice("whisper", CallSid="CA2", ParentCallSid=SID)
    twice("whisper-accept", CallSid="CA2", ParentCallSid=SID, Digits="1")
    twice("dial-done", DialCallStatus="no-answer", DialBridged="false")
    assert len(world.rows(HandOff)) == 1


def test_the_end_may_be_told_before_the_dialled_leg(world: World, post: Post) -> None:
    post("connect", AnsweredBy="human")
    post("accept", Digits="1")
    post("whisper-accept", CallSid="CA2", ParentCallSid=SID, Digits="1")
    post("status", CallStatus="completed", SequenceNumber="3")
    assert verbs(post("dial-done", DialCallStatus="completed", DialBridged="true").text) == ["Hangup"]
    assert call(world).outcome is CallOutcome.TALKED
    assert world.rows(HandOff) == []


def test_after_the_end_nothing_is_asked_or_dialled_any_more(world: World, post: Post) -> None:
    post("status", CallStatus="no-answer", SequenceNumber="2")
    assert verbs(post("connect", AnsweredBy="human").text) == ["Hangup"]
    assert verbs(post("accept", Digits="1").text) == ["Hangup"]
    assert "not on the line" in spoken(post("whisper", CallSid="CA2").text)
    assert "not on the line" in spoken(post("whisper-accept", CallSid="CA2", Digits="1").text)
    assert call(world).outcome is CallOutcome.NO_ANSWER


def test_late_and_early_reports_never_make_less_known(world: World, post: Post) -> None:
    for status, number in (("completed", "3"), ("initiated", "0"), ("in-progress", "2"), ("ringing", "1")):
        assert post("status", CallStatus=status, SequenceNumber=number).status_code == 204
    assert call(world).state is CallState.OVER
    assert len(world.rows(Receipt)) == 4


def test_the_report_on_the_msms_leg_is_not_one_on_the_call(world: World, post: Post) -> None:
    post("accept", Digits="1")
    post("status", "c=esc_1&leg=msm", CallSid="CA2", ParentCallSid=SID, CallStatus="busy", SequenceNumber="0")
    assert (call(world).outcome, call(world).msm_status, call(world).sid) == (None, "busy", SID)
    assert world.rows(Receipt) == []


def test_a_call_is_found_by_its_sid_when_the_address_has_lost_its_key(world: World, post: Post) -> None:
    post("connect", AnsweredBy="human")
    assert TEXT in spoken(post("connect", "", AnsweredBy="human").text)


@pytest.mark.parametrize("name", NAMES[:-1])
def test_a_call_that_is_in_no_book_hears_an_apology(world: World, post: Post, name: str) -> None:
    answer = post(name, "c=other", CallSid="CA9", Digits="1")
    assert (answer.status_code, verbs(answer.text)) == (200, ["Say", "Hangup"])
    assert call(world).state is CallState.PLACED


def test_a_report_on_a_call_that_is_in_no_book_waits_for_its_message(world: World, post: Post) -> None:
    assert post("status", "c=other", CallSid="CA9", CallStatus="completed", SequenceNumber="3").status_code == 204
    assert call(world).outcome is None


@pytest.mark.parametrize(("pressed", "outcome"), [("", CallOutcome.FAILED), ("1", CallOutcome.MSM_NOT_REACHED)])
def test_when_twilio_can_not_go_on_the_wish_to_talk_is_not_lost(
    world: World, post: Post, pressed: str, outcome: CallOutcome
) -> None:
    post("connect", AnsweredBy="human")
    if pressed:
        post("accept", Digits=pressed)
    answer = post("connect", ErrorCode="13225", ErrorUrl=f"{BASE}{VOICE}/accept?c=esc_1")
    assert verbs(answer.text) == ["Say", "Hangup"]
    assert call(world).outcome is outcome
    assert call(world).error == "a number that may not be called (Twilio 13225)"


def test_names_and_texts_can_not_become_verbs(world: World, post: Post) -> None:
    with world.db.begin() as session:
        session.query(Staff).one().name = 'Maria</Say><Dial>+1900</Dial>&"'
        session.query(OutboxMessage).one().body = {"text": "<Hangup/> \x0b & \U0001f600"}
    answer = post("connect", AnsweredBy="human").text
    assert verbs(answer) == ["Gather", "Hangup"]
    assert [child.tag for child in tree(answer)[0]] == ["Say"] * 3
    assert "Maria</Say><Dial>" in spoken(answer)


@given(st.text(max_size=3000))
def test_any_text_is_spoken_as_valid_twiml(text: str) -> None:
    document = twiml.ask(make_settings(voice_from=OURS), Lines("k", text, "m", text))
    assert verbs(document) == ["Gather", "Hangup"]
    assert all(len(say.text or "") <= 4096 for say in tree(document).iter("Say"))


def unsigned(client: AsgiClient, path: str) -> Response:
    return client.post(path, data={"CallSid": SID, "Digits": "1"})


def forged(client: AsgiClient, path: str) -> Response:
    headers = {"X-Twilio-Signature": "RSOYDt4T1cUTdK1PDd93/VVr8B8="}
    return client.post(path, data={"CallSid": SID, "Digits": "1"}, headers=headers)


def for_another_call(client: AsgiClient, path: str) -> Response:
    """Genuine, but sent to the address of another call."""
    form = {"CallSid": SID, "Digits": "1"}
    signature = RequestValidator(TOKEN).compute_signature(BASE + path.replace("esc_1", "esc_2"), form)
    return client.post(path, data=form, headers={"X-Twilio-Signature": signature})


def huge(client: AsgiClient, path: str) -> Response:
    return client.post(path, data={"Digits": "1" * 1_000_000})


def not_utf_8(client: AsgiClient, path: str) -> Response:
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    return client.post(path, content=b"Digits=\xff\xfe", headers=kind)


def not_a_form(client: AsgiClient, path: str) -> Response:
    return client.post(path, json={"Digits": "1"})


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("attack", "status"),
    [(unsigned, 403), (forged, 403), (for_another_call, 403), (huge, 413), (not_utf_8, 400), (not_a_form, 400)],
)
def test_what_is_not_twilios_is_refused_and_changes_nothing(
    world: World, client: AsgiClient, name: str, attack: Callable[[AsgiClient, str], Response], status: int
) -> None:
    assert attack(client, f"{VOICE}/{name}?c=esc_1").status_code == status
    assert (call(world).state, call(world).sid) == (CallState.PLACED, None)
    assert world.rows(Receipt) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_signed_form_that_names_no_call_is_refused(world: World, post: Post, name: str) -> None:
    assert post(name, CallSid="", Digits="1").status_code == 400
    assert call(world).state is CallState.PLACED


@pytest.mark.parametrize("name", NAMES)
def test_when_the_database_fails_twilio_is_asked_to_come_again(world: World, post: Post, name: str) -> None:
    Base.metadata.drop_all(world.db.engine)
    assert post(name, SequenceNumber="1").status_code == 503


def test_requests_about_calls_are_counted(world: World, post: Post) -> None:
    def count(result: str) -> float:
        return REGISTRY.get_sample_value("msb_webhooks_total", {"provider": "twilio", "result": result}) or 0.0

    before = {result: count(result) for result in ("accepted", "unknown_call")}
    post("connect", AnsweredBy="human")
    post("connect", "c=other", CallSid="CA9")
    assert {result: count(result) - was for result, was in before.items()} == dict.fromkeys(before, 1.0)
