"""Calls as Twilio makes them: what it accepts, what it tells, and how it executes TwiML."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest
from starlette.responses import Response
from twilio.base.exceptions import TwilioRestException  # type: ignore[import-untyped]
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

from tests.sandbox.conftest import ANA, Town
from tests.support.sandbox_gateway import Webhook

MARIA = "+14155550190"
CONNECT, STATUS, ACCEPT, DONE, WHISPER = "/voice/connect", "/voice/status", "/accept", "/done", "/whisper"
EVENTS = ["initiated", "ringing", "answered", "completed"]
GATHER = '<Gather numDigits="1" timeout="8" action="/accept" actionOnEmptyResult="true"><Say>Press 1</Say></Gather>'


def call(town: Town, **more: Any) -> Any:
    base = town.settings.public_base_url
    values = {
        "to": ANA,
        "from_": town.settings.voice_from,
        "url": f"{base}{CONNECT}?c=1",
        "status_callback": f"{base}{STATUS}?c=1",
        "status_callback_event": EVENTS,
        "timeout": 25,
        "machine_detection": "Enable",
        **more,
    }
    placed = town.twilio.calls.create(**values)
    town.settle()
    return placed


def says(town: Town, *documents: str) -> None:
    """What the application answers to the next requests for instructions."""
    for document in documents:
        text = f"<Response>{document}</Response>"
        town.gateway.answers.append(Response(text, media_type="text/xml"))


def does(town: Town, number: str, what: str, **body: Any) -> Any:
    leg = town.post(f"calls/{number}/{what}", **body)
    town.settle()
    return leg


def leg(town: Town, number: str = ANA) -> Any:
    return town.get(f"calls/{number}")


def forms(town: Town, path: str) -> list[dict[str, str]]:
    return [webhook.form for webhook in town.gateway.at(path)]


def answered(town: Town, *documents: str, **more: Any) -> None:
    """A call that was picked up; its reports go nowhere, so that each answer is for a request for instructions."""
    call(town, status_callback="", status_callback_event=["completed"], **more)
    says(town, *documents)
    does(town, ANA, "answer")


def refusal(town: Town, **more: Any) -> int:
    with pytest.raises(TwilioRestException) as refused:
        call(town, **more)
    return int(refused.value.code)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"to": "+15005550001"}, 21217),
        ({"to": "+15005550002"}, 21214),
        ({"to": "+15005550003"}, 21215),
        ({"to": "+15005550004"}, 21216),
        ({"to": "12"}, 21217),
        ({"to": ""}, 21201),
        ({"from_": ""}, 21213),
        ({"from_": "+15005550001"}, 21212),
        ({"from_": "+14155550111"}, 21210),
        ({"url": "nowhere"}, 21205),
        ({"status_callback": "nowhere"}, 21609),
        ({"timeout": 601}, 20001),
        ({"time_limit": 0}, 20001),
        ({"machine_detection": "Always"}, 20001),
        ({"status_callback_event": ["ended"]}, 20001),
        ({"method": "PUT"}, 20001),
    ],
)
def test_what_twilio_would_refuse_is_refused(town: Town, changes: dict[str, Any], code: int) -> None:
    assert refusal(town, **changes) == code
    assert town.get("calls")["calls"] == []


def test_a_client_without_the_token_is_refused(town: Town) -> None:
    placed = call(town)
    with pytest.raises(TwilioRestException) as refused:
        town.twilio_client("wrong").calls(placed.sid).fetch()
    assert refused.value.code == 20003


def test_a_rate_limit_refuses_calls_too(town: Town) -> None:
    town.post("limits", twilio=1)
    call(town)
    assert refusal(town) == 20429


def test_a_call_is_queued_and_then_rings(town: Town) -> None:
    placed = call(town)
    assert (placed.status, placed.direction, placed.sid[:2]) == ("queued", "outbound-api", "CA")
    fetched = town.twilio.calls(placed.sid).fetch()
    assert (fetched.status, fetched.to, fetched.duration) == ("ringing", ANA, None)
    assert [found.sid for found in town.twilio.calls.list(to=ANA)] == [placed.sid]
    assert town.twilio.calls.list(to=MARIA) == []
    assert [ringing["to"] for ringing in town.get("calls", ringing=True)["calls"]] == [ANA]


def is_signed(town: Town, webhook: Webhook) -> bool:
    validator = RequestValidator(town.settings.twilio_auth_token)
    return bool(validator.validate(webhook.url, webhook.form, webhook.headers["x-twilio-signature"]))


def test_progress_is_told_signed_and_numbered(town: Town) -> None:
    placed = call(town)
    does(town, ANA, "answer")
    assert all(is_signed(town, webhook) for webhook in town.gateway.received)
    reports = forms(town, STATUS)
    assert [(form["CallStatus"], form["SequenceNumber"]) for form in reports] == [
        ("initiated", "0"),
        ("ringing", "1"),
        ("in-progress", "2"),
        ("completed", "3"),
    ]
    assert {form["CallSid"] for form in reports} == {placed.sid}
    assert reports[-1]["CallDuration"] == "0"


@pytest.mark.parametrize(
    ("what", "status", "code"),
    [("busy", "busy", "486"), ("decline", "busy", "603"), ("no-answer", "no-answer", None), ("fail", "failed", "404")],
)
def test_a_call_that_nobody_picks_up_ends_with_its_reason(town: Town, what: str, status: str, code: str | None) -> None:
    placed = call(town, status_callback_event=["completed"])
    does(town, ANA, what)
    (report,) = forms(town, STATUS)
    assert (report["CallStatus"], report.get("SipResponseCode")) == (status, code)
    assert town.twilio.calls(placed.sid).fetch().status == status


def test_it_rings_as_long_as_was_asked_by_the_shared_clock(town: Town) -> None:
    call(town)
    town.clock.push(timedelta(seconds=24))
    town.post("flush")
    town.settle()
    assert leg(town)["status"] == "ringing"
    town.clock.push(timedelta(seconds=1))
    town.post("flush")
    town.settle()
    assert leg(town)["status"] == "no-answer"


@pytest.mark.parametrize(
    ("by", "detection", "told"),
    [
        ("human", "Enable", "human"),
        ("machine", "Enable", "machine_start"),
        ("machine", "DetectMessageEnd", "machine_end_beep"),
        ("fax", "Enable", "fax"),
        ("unknown", "Enable", "unknown"),
        ("machine", "", None),
    ],
)
def test_who_picked_up_is_told_with_the_request_for_instructions(
    town: Town, by: str, detection: str, told: str | None
) -> None:
    call(town, machine_detection=detection)
    does(town, ANA, "answer", by=by)
    (form,) = forms(town, CONNECT)
    assert form.get("AnsweredBy") == told
    assert (form["CallStatus"], form["Direction"], form["To"]) == ("in-progress", "outbound-api", ANA)


def test_what_is_said_is_heard_and_then_it_hangs_up(town: Town) -> None:
    answered(
        town, "<Say>Hello &amp; welcome</Say><Pause length='1'/><Play>https://x/a.mp3</Play><Hangup/><Say>no</Say>"
    )
    assert leg(town)["heard"] == ["Hello & welcome", "[https://x/a.mp3]"]
    assert leg(town)["status"] == "completed"


def test_keys_are_gathered_and_sent(town: Town) -> None:
    answered(town, GATHER)
    says(town, "<Say>Thanks</Say>")
    assert leg(town)["waits_for"] == "keys"
    assert does(town, ANA, "keys", digits="1")["heeded"]
    (form,) = forms(town, ACCEPT)
    assert (form["Digits"], form["FinishedOnKey"], form["msg"]) == ("1", "", "Gather End")
    assert leg(town)["heard"] == ["Press 1", "Thanks"]


def test_a_key_can_end_the_input(town: Town) -> None:
    answered(town, '<Gather action="/accept" finishOnKey="#"><Say>Number?</Say></Gather>')
    does(town, ANA, "keys", digits="42#")
    (form,) = forms(town, ACCEPT)
    assert (form["Digits"], form["FinishedOnKey"]) == ("42", "#")


@pytest.mark.parametrize("empty", [True, False])
def test_silence_is_sent_only_where_it_was_asked_for(town: Town, empty: bool) -> None:
    flag = ' actionOnEmptyResult="true"' if empty else ""
    answered(town, f'<Gather action="/accept" timeout="8"{flag}/><Say>Bye</Say>')
    says(town, *([""] if empty else []))
    town.clock.push(timedelta(seconds=8))
    town.post("flush")
    town.settle()
    assert [form["Digits"] for form in forms(town, ACCEPT)] == ([""] if empty else [])
    assert leg(town)["heard"] == ([] if empty else ["Bye"])


def test_keys_that_nothing_waits_for_are_not_heeded(town: Town) -> None:
    answered(town, f"<Dial><Number>{MARIA}</Number></Dial>")
    assert not does(town, ANA, "keys", digits="1")["heeded"]


def test_a_redirect_is_followed_from_where_it_stands(town: Town) -> None:
    answered(town, "<Redirect>next?n=2</Redirect>", "<Say>Here</Say>")
    assert [webhook.url.partition("/voice/")[2] for webhook in town.gateway.at("/voice/next")] == ["next?n=2"]
    assert leg(town)["heard"] == ["Here"]


def dialled(town: Town, whisper: str | None = f"{GATHER}<Hangup/>", attributes: str = "") -> None:
    """Ana was put through to Maria, whose phone rings."""
    url = f' url="{WHISPER}"' if whisper else ""
    number = f"<Number{url}>{MARIA}</Number>"
    answered(town, f'<Dial action="{DONE}" timeout="20"{attributes}>{number}</Dial><Say>after</Say>')
    assert leg(town, MARIA)["parent"] == leg(town)["sid"]


def picked_up(town: Town) -> None:
    says(town, f"{GATHER}<Hangup/>")
    does(town, MARIA, "answer")


def done(town: Town) -> dict[str, str]:
    (form,) = forms(town, DONE)
    return {name.removeprefix("Dial"): value for name, value in form.items() if name.startswith("Dial")}


def test_a_dialled_leg_hears_the_whisper_and_is_connected_when_it_ends(town: Town) -> None:
    dialled(town)
    picked_up(town)
    (form,) = forms(town, WHISPER)
    assert (form["ParentCallSid"], form["Direction"]) == (leg(town)["sid"], "outbound-dial")
    assert not leg(town)["connected"]
    says(town, "")
    does(town, MARIA, "keys", digits="1")
    assert leg(town)["connected"]
    town.clock.push(timedelta(seconds=90))
    says(town, "<Hangup/>")
    does(town, MARIA, "hangup")
    told = done(town)
    assert (told["CallStatus"], told["Bridged"], told["CallDuration"]) == ("completed", "true", "90")
    assert told["CallSid"] == leg(town, MARIA)["sid"]
    assert "after" not in leg(town)["heard"]


def test_a_leg_that_does_not_accept_is_completed_and_not_bridged(town: Town) -> None:
    dialled(town)
    picked_up(town)
    says(town, "<Hangup/>")
    does(town, MARIA, "keys", digits="2")
    told = done(town)
    assert (told["CallStatus"], told["Bridged"]) == ("completed", "false")


@pytest.mark.parametrize(
    ("what", "status"), [("busy", "busy"), ("timeout", "no-answer"), ("no-answer", "no-answer"), ("fail", "failed")]
)
def test_a_dialled_leg_that_is_not_picked_up_says_why(town: Town, what: str, status: str) -> None:
    dialled(town)
    does(town, MARIA, what)
    assert done(town)["CallStatus"] == status
    assert leg(town)["status"] == "completed"


def test_without_a_whisper_who_picks_up_is_connected(town: Town) -> None:
    dialled(town, whisper=None)
    does(town, MARIA, "answer")
    assert leg(town)["connected"]


def test_without_an_action_it_goes_on_with_the_next_verb(town: Town) -> None:
    answered(town, f"<Dial><Number>{MARIA}</Number></Dial><Say>after</Say>")
    does(town, MARIA, "busy")
    assert leg(town)["heard"] == ["after"]


def test_the_first_to_be_connected_wins(town: Town) -> None:
    other = "+14155550191"
    answered(town, f"<Dial><Number>{MARIA}</Number><Number>{other}</Number></Dial>")
    does(town, other, "answer")
    assert leg(town, MARIA)["status"] == "canceled"
    assert leg(town, other)["connected"]


def test_who_hangs_up_takes_the_dialled_leg_along(town: Town) -> None:
    dialled(town)
    does(town, ANA, "hangup")
    assert leg(town, MARIA)["status"] == "canceled"
    assert done(town)["CallStatus"] == "canceled"


@pytest.mark.parametrize("number", ["+15005550003", "+15005550004", "12"])
def test_a_number_that_can_not_be_dialled_fails_at_once(town: Town, number: str) -> None:
    answered(town, f'<Dial action="{DONE}"><Number>{number}</Number></Dial>', "<Say>Sorry</Say>")
    assert done(town)["CallStatus"] == "failed"
    assert leg(town)["heard"] == ["Sorry"]


def test_a_caller_id_that_is_not_ours_is_not_shown(town: Town) -> None:
    answered(town, f'<Dial action="{DONE}" callerId="+14155550111"><Number>{MARIA}</Number></Dial>')
    assert done(town)["CallStatus"] == "failed"


def test_the_dialled_leg_reports_for_itself(town: Town) -> None:
    number = f'<Number statusCallback="{STATUS}?leg=msm" statusCallbackEvent="ringing completed">{MARIA}</Number>'
    answered(town, f"<Dial>{number}</Dial>")
    does(town, MARIA, "busy")
    reports = forms(town, STATUS)
    assert [form["CallStatus"] for form in reports] == ["ringing", "busy"]
    assert {form["ParentCallSid"] for form in reports} == {leg(town)["sid"]}


BAD = [
    "<Dance/>",
    "<Gather><Dial>1</Dial></Gather>",
    '<Say volume="9">x</Say>',
    "<Say></Say>",
    f"<Say>{'x' * 4097}</Say>",
    "<Dial></Dial>",
    "<Say>",
    f"<!-- {'x' * 70_000} -->",
]


@pytest.mark.parametrize("document", BAD, ids=lambda document: document[:20])
def test_what_is_no_twiml_is_an_application_error(town: Town, document: str) -> None:
    answered(town, document)
    assert leg(town)["heard"] == ["An application error has occurred."]
    assert leg(town)["status"] == "completed"


def test_a_document_that_fails_is_asked_for_at_the_fallback_address(town: Town) -> None:
    call(town, status_callback="", status_callback_event=["completed"],
         fallback_url=f"{town.settings.public_base_url}/voice/fallback")  # fmt: skip
    town.gateway.answers.append(Response(status_code=500))
    says(town, "<Say>Sorry</Say>")
    does(town, ANA, "answer")
    (form,) = forms(town, "/voice/fallback")
    assert (form["ErrorCode"], form["ErrorUrl"]) == ("11200", f"{town.settings.public_base_url}{CONNECT}?c=1")
    assert leg(town)["heard"] == ["Sorry"]


def test_a_call_can_be_cancelled_and_ended_by_the_application(town: Town) -> None:
    ringing = call(town)
    assert town.twilio.calls(ringing.sid).update(status="canceled").status == "canceled"
    answered(town, GATHER)
    talking = leg(town)["sid"]
    assert town.twilio.calls(talking).update(status="canceled").status == "in-progress"
    assert town.twilio.calls(talking).update(status="completed").status == "completed"
    with pytest.raises(TwilioRestException) as over:
        town.twilio.calls(talking).update(status="completed")
    assert over.value.code == 21220


def test_only_a_call_in_progress_is_redirected(town: Town) -> None:
    elsewhere = f"{town.settings.public_base_url}/elsewhere"
    with pytest.raises(TwilioRestException) as early:
        town.twilio.calls(call(town).sid).update(url=elsewhere)
    assert early.value.code == 21220
    answered(town, GATHER)
    says(town, "<Say>Elsewhere</Say>")
    talking = leg(town)["sid"]
    town.twilio.calls(talking).update(url=elsewhere)
    town.settle()
    assert leg(town, talking)["heard"] == ["Press 1", "Elsewhere"]


def test_a_call_lasts_no_longer_than_was_asked(town: Town) -> None:
    answered(town, GATHER, time_limit=60)
    town.clock.push(timedelta(seconds=60))
    town.post("flush")
    town.settle()
    assert leg(town)["status"] == "completed"


@pytest.mark.parametrize(
    ("mode", "order"),
    [
        ("doubled", ["0", "0", "1", "1", "2", "2"]),
        ("out_of_order", ["1", "0", "2"]),
        ("late", []),
    ],
)
def test_reports_can_come_twice_late_or_in_the_wrong_order(town: Town, mode: str, order: list[str]) -> None:
    town.post("faults", provider="twilio", mode=mode)
    call(town, status_callback_event=["initiated", "ringing", "completed"])
    does(town, ANA, "busy")
    assert [form["SequenceNumber"] for form in forms(town, STATUS)] == order
    town.clock.push(timedelta(seconds=town.settings.sandbox_late_seconds))
    town.post("flush")
    town.settle()
    assert {form["SequenceNumber"] for form in forms(town, STATUS)} == {"0", "1", "2"}


@pytest.mark.parametrize("what", ["answer", "busy", "keys", "hangup"])
def test_the_control_api_says_when_a_phone_can_not_do_that(town: Town, what: str) -> None:
    body = {"digits": "1"} if what == "keys" else {}
    assert town.http.post(f"/sandbox/calls/{ANA}/{what}", json=body).status_code == 404
    call(town)
    does(town, ANA, "busy")
    answer: httpx.Response = town.http.post(f"/sandbox/calls/{ANA}/{what}", json=body)
    assert answer.status_code == 409


def test_a_call_that_is_over_waits_for_nothing(town: Town) -> None:
    call(town)
    does(town, ANA, "busy")
    assert town.http.post(f"/sandbox/calls/{ANA}/timeout").status_code == 409


def test_a_reset_forgets_calls_and_their_timers(town: Town) -> None:
    call(town)
    town.post("reset")
    town.clock.push(timedelta(hours=1))
    town.post("flush")
    town.settle()
    assert town.get("calls")["calls"] == []
