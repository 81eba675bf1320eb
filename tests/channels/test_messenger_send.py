"""Sending over the Graph API, against a server that answers as Meta does on bad days too."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.clock import Times
from bot.compose.cut import utf16
from bot.errors import Refused
from bot.model import OutboxMessage, OutboxState, Purpose
from bot.ports import Failed, RetryLater, Sent, Unknown
from channels.messenger import echoes, render
from channels.messenger.codes import MEANINGS, Kind, WindowClosed, refusal
from channels.messenger.parse import Echo
from channels.messenger.send import Messenger, Parcel
from channels.messenger.setup import check, register
from channels.messenger.window import CLOSED, Way, can_reach, last_heard
from tests.channels.messenger import APP_SECRET, PAGE, PSID, SETTINGS, change, hears, row
from tests.channels.provider import Answer, Provider, closed_port, serve
from tests.channels.world import NOW, World, fixture, make_settings, make_world

ERRORS = fixture("messenger_error_bodies")["errors"]
TAKEN = Answer.json({"recipient_id": PSID, "message_id": "m_1"})
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

WINDOW, UNUSABLE, FAILED, LATER, STOPPED, AGAIN = "window", "unusable", "failed", "later", "stopped", "again"
ACTIONS = {
    "window closed: HUMAN_AGENT if a person wrote it and <= 7 d, else utility template, else other channel": WINDOW,
    "stop the page, page ops (added 25 Jun 2026)": STOPPED,
    "retired message tag (since 27 Apr 2026)": FAILED,
    "permanent: wrong PSID/page pair": UNUSABLE,
    "permanent for now: blocked/deactivated": UNUSABLE,
    "config: page ops": STOPPED,
    "config": STOPPED,
    "not processed: back off": LATER,
    "back off": LATER,
    "back off; X-Business-Use-Case-Usage estimated_time_to_regain_access (minutes)": LATER,
    "stop, page ops": STOPPED,
    "retry with backoff (ambiguous)": AGAIN,
    "retry with backoff; may also mean blocked": AGAIN,
    "retry with backoff": AGAIN,
    "back off; classify on error.code, HTTP status is not contractual": LATER,
}


@pytest.fixture
def meta() -> Iterator[Provider]:
    with serve(TAKEN) as provider:
        yield provider


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = make_world(tmp_path, **SETTINGS)
    yield made
    made.db.close()


@pytest.fixture
def channel(meta: Provider) -> Messenger:
    return Messenger(make_settings(**SETTINGS, messenger_api_base=meta.url))


def parcel(*texts: str, ways: tuple[Way, ...] = (Way.RESPONSE,), **changes: Any) -> Parcel:
    values: dict[str, Any] = {
        "outbox_id": 7,
        "to": PSID,
        "ways": ways,
        "parts": tuple({"text": text} for text in texts or ("Hello",)),
        "template": None,
        "taken": {},
        "at_most_once": False,
        **changes,
    }
    return Parcel(**values)


def refused(code: int, subcode: int | None = None, status: int = 400, headers: dict[str, str] | None = None) -> Answer:
    error = {"message": "x", "type": "OAuthException", "code": code}
    return Answer.json({"error": error | ({"error_subcode": subcode} if subcode else {})}, status, **(headers or {}))


CLOSED_WINDOW = refused(10, 2018278)


def action(result: object) -> str:
    match result:
        case WindowClosed():
            return WINDOW
        case Failed(unusable=True):
            return UNUSABLE
        case Failed():
            return FAILED
        case RetryLater(whole_provider=True, after=timedelta()):
            return STOPPED
        case RetryLater(whole_provider=True):
            return LATER
        case RetryLater():
            return AGAIN
    raise AssertionError(result)


def prepared(world: World, number: int, **settings: Any) -> Parcel:
    channel = Messenger(make_settings(**{**SETTINGS, **settings}))
    with world.db.begin() as session:
        return channel.prepare(session, session.get_one(OutboxMessage, number), NOW)


def test_a_message_that_meta_takes_is_sent(meta: Provider, channel: Messenger) -> None:
    assert channel.send(parcel("Hi \u00e9")) == Sent("m_1")
    [request] = meta.received
    assert (request.method, request.path) == ("POST", f"/v25.0/{PAGE}/messages")
    assert request.query["access_token"] == "page-token"
    assert len(request.query["appsecret_proof"]) == 64
    assert request.fields == {
        "recipient": {"id": PSID},
        "messaging_type": "RESPONSE",
        "message": {"text": "Hi \u00e9"},
    }


def test_the_version_is_a_setting(meta: Provider) -> None:
    settings = make_settings(**SETTINGS, messenger_api_base=f"{meta.url}/graph/", messenger_graph_version="v26.0")
    assert Messenger(settings).send(parcel()) == Sent("m_1")
    assert meta.received[0].path == f"/graph/v26.0/{PAGE}/messages"


@pytest.mark.parametrize("status", [None, 200, 500])
@pytest.mark.parametrize("error", ERRORS, ids=lambda error: f"{error['body']['error']['code']}-{error['http']}")
def test_every_refusal_leads_to_what_the_contract_asks_whatever_its_status(
    meta: Provider, channel: Messenger, error: dict[str, Any], status: int | None
) -> None:
    meta.answers.append(Answer.json(error["body"], status or error["http"]))
    assert action(channel.send(parcel())) == ACTIONS[error["gateway_action"]]
    assert len(meta.received) == 1


def test_what_may_have_been_sent_all_the_same_is_not_repeated_when_nobody_waits_for_it(
    meta: Provider, channel: Messenger
) -> None:
    meta.answers.append(refused(1200, status=500))
    assert isinstance(channel.send(parcel(at_most_once=True)), Unknown)


@pytest.mark.parametrize(
    ("headers", "pause"),
    [
        ({"Retry-After": "7"}, timedelta(seconds=7)),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "9" * 12}, None),
        ({"Retry-After": "99999"}, HOUR),
        ({"X-Business-Use-Case-Usage": json.dumps({PAGE: [{"estimated_time_to_regain_access": 12}]})},
         timedelta(minutes=12)),
        ({"X-Business-Use-Case-Usage": json.dumps({PAGE: [{"estimated_time_to_regain_access": 0}, 5]}),
          "Retry-After": "3"}, timedelta(seconds=3)),
        ({"X-Business-Use-Case-Usage": json.dumps({PAGE: [{"estimated_time_to_regain_access": 600}]})}, HOUR),
        ({"X-Business-Use-Case-Usage": "[1"}, None),
        ({"X-Business-Use-Case-Usage": "[[1]]"}, None),
        ({}, None),
    ],
)  # fmt: skip
def test_the_pause_that_meta_asks_for_is_kept(
    meta: Provider, channel: Messenger, headers: dict[str, str], pause: timedelta | None
) -> None:
    meta.answers.append(refused(80006, headers=headers))
    result = channel.send(parcel())
    assert isinstance(result, RetryLater)
    assert (result.after, result.whole_provider) == (pause, True)


@pytest.mark.parametrize(
    "answer",
    [
        Answer(broken=True),
        Answer(200, "this is no JSON"),
        Answer.json({"recipient_id": PSID}),
        Answer.json({"message_id": 5}),
        Answer.json([]),
        Answer.json({"error": "x", "message_id": "m_1"}),
        Answer.json({"error": {"message": "no code"}}, 400),
        Answer(502, "<html>Bad gateway</html>"),
        Answer(429, ""),
    ],
    ids=["reset", "no JSON", "no id", "odd id", "a list", "odd error", "no code", "502", "429"],
)
def test_an_outcome_that_nobody_knows_is_unknown(meta: Provider, channel: Messenger, answer: Answer) -> None:
    meta.answers.append(answer)
    assert isinstance(channel.send(parcel()), Unknown)
    assert len(meta.received) == 1


def test_silence_after_the_connection_is_unknown(meta: Provider) -> None:
    meta.answers.append(Answer(silent=True))
    settings = make_settings(**SETTINGS, messenger_api_base=meta.url).model_copy(update={"send_timeout_seconds": 0.2})
    assert isinstance(Messenger(settings).send(parcel()), Unknown)


def test_without_a_connection_it_surely_was_not_sent() -> None:
    for base in (f"http://127.0.0.1:{closed_port()}", "http://meta.invalid"):
        result = Messenger(make_settings(**SETTINGS, messenger_api_base=base)).send(parcel())
        assert isinstance(result, RetryLater)
        assert not result.whole_provider


def test_when_meta_says_that_the_window_is_closed_the_next_way_is_taken(meta: Provider, channel: Messenger) -> None:
    meta.answers.append(CLOSED_WINDOW)
    assert channel.send(parcel(ways=(Way.RESPONSE, Way.HUMAN_AGENT))) == Sent("m_1")
    asked = [(request.fields["messaging_type"], request.fields.get("tag")) for request in meta.received]
    assert asked == [("RESPONSE", None), ("MESSAGE_TAG", "HUMAN_AGENT")]


def test_another_refusal_is_no_reason_to_try_another_way(meta: Provider, channel: Messenger) -> None:
    meta.answers.append(refused(551, 1545041))
    template = {"template": {"name": "news"}}
    result = channel.send(parcel(ways=(Way.RESPONSE, Way.UTILITY), template=template))
    assert isinstance(result, Failed)
    assert len(meta.received) == 1


def test_the_parts_of_a_long_text_go_in_order_under_the_first_id(meta: Provider, channel: Messenger) -> None:
    meta.answers.extend(Answer.json({"message_id": f"m_{number}"}) for number in (1, 2))
    assert channel.send(parcel("one", "two")) == Sent("m_1")
    assert [request.fields["message"]["text"] for request in meta.received] == ["one", "two"]


def test_when_a_later_part_fails_it_is_unknown_and_never_sent_again(meta: Provider, channel: Messenger) -> None:
    meta.answers.extend([TAKEN, refused(613)])
    result = channel.send(parcel("one", "two", "three"))
    assert isinstance(result, Unknown)
    assert result.reason.startswith("part 2 of 3: over the rate")


def test_parts_that_meta_echoed_are_not_sent_again(meta: Provider, channel: Messenger) -> None:
    assert channel.send(parcel("one", "two", taken={0: "m_0"})) == Sent("m_0")
    assert [request.fields["message"]["text"] for request in meta.received] == ["two"]
    assert channel.send(parcel("one", taken={0: "m_0"})) == Sent("m_0")
    assert len(meta.received) == 1


def test_only_echoes_of_every_part_settle_what_is_unknown(channel: Messenger) -> None:
    assert channel.reconcile(parcel("one", "two", taken={0: "m_0", 1: "m_1"}), NOW) == Sent("m_0")
    assert channel.reconcile(parcel("one", "two", taken={0: "m_0"}), NOW) is None
    assert channel.reconcile(parcel("one"), NOW) is None


def test_an_echo_that_came_is_found_when_the_message_is_looked_for(world: World) -> None:
    number = row(world)
    change(world, number, OutboxState.SENDING)
    with world.db.begin() as session:
        assert echoes.keep(session, Echo(number, 0, "m_e", PSID), Times(NOW, NOW))
    found = prepared(world, number)
    assert (found.ways, found.taken) == ((), {0: "m_e"})


def test_a_message_that_turns_out_to_be_sent_is_not_sent_again_and_needs_no_window(
    world: World, meta: Provider
) -> None:
    number = row(world)
    with world.db.begin() as session:
        assert echoes.keep(session, Echo(number, 0, "m_e", PSID), Times(NOW, NOW))
    found = prepared(world, number)
    assert Messenger(make_settings(**SETTINGS, messenger_api_base=meta.url)).send(found) == Sent("m_e")
    assert meta.received == []


@pytest.mark.parametrize(
    ("purpose", "silence", "template", "ways"),
    [
        (Purpose.REPLY, timedelta(), "", (Way.RESPONSE,)),
        (Purpose.REPLY, DAY, "news", ()),
        (Purpose.NOTICE, 23 * HOUR, "", (Way.RESPONSE,)),
        (Purpose.TOUCH, 23 * HOUR, "", (Way.RESPONSE,)),
        (Purpose.TOUCH, 23 * HOUR, "news", (Way.RESPONSE, Way.UTILITY)),
        (Purpose.TOUCH, DAY, "", ()),
        (Purpose.TOUCH, DAY, "news", (Way.UTILITY,)),
        (Purpose.TOUCH, None, "news", (Way.UTILITY,)),
        (Purpose.STAFF_REPLY, HOUR, "news", (Way.RESPONSE, Way.HUMAN_AGENT)),
        (Purpose.STAFF_REPLY, 6 * DAY, "", (Way.HUMAN_AGENT,)),
        (Purpose.STAFF_REPLY, 7 * DAY, "news", ()),
        (Purpose.STAFF_REPLY, None, "", ()),
    ],
)
def test_the_last_word_of_the_member_decides_the_ways(
    world: World, purpose: Purpose, silence: timedelta | None, template: str, ways: tuple[Way, ...]
) -> None:
    if silence is not None:
        hears(world, NOW - silence)
    number = row(world, purpose=purpose)
    if ways:
        assert prepared(world, number, messenger_utility_template=template).ways == ways
        return
    with pytest.raises(Refused, match="window closed"):
        prepared(world, number, messenger_utility_template=template)


def test_only_what_the_member_does_opens_the_window(world: World) -> None:
    hears(world, NOW - 3 * DAY)
    for event in ("staff_echo", "thread_control", "edited"):
        hears(world, NOW, event=event)
    with world.db.begin() as session:
        assert last_heard(session, PSID) == NOW - 3 * DAY
        assert can_reach(session, PSID, NOW) == CLOSED
        assert last_heard(session, "1") is None
    hears(world, NOW, event="start")
    with world.db.begin() as session:
        assert can_reach(session, PSID, NOW) is None
        assert can_reach(session, PSID, NOW + DAY) == CLOSED


def test_a_notification_that_came_late_opens_the_window_from_when_it_happened(world: World) -> None:
    hears(world, NOW, at=(NOW - 20 * HOUR).isoformat())
    with world.db.begin() as session:
        assert can_reach(session, PSID, NOW + 3 * HOUR) is None
        assert can_reach(session, PSID, NOW + 5 * HOUR) == CLOSED


def test_with_a_template_a_rung_reaches_everybody(world: World) -> None:
    with world.db.begin() as session:
        assert Messenger(world.settings).can_reach(session, PSID, NOW) == CLOSED
        with_template = make_settings(**SETTINGS, messenger_utility_template="news")
        assert Messenger(with_template).can_reach(session, PSID, NOW) is None


def test_choices_are_quick_replies_of_the_last_part(world: World) -> None:
    hears(world, NOW)
    number = row(world, "A sentence of a few words. " * 120, choices=["Yes", "Not yet"])
    first, last = prepared(world, number).parts
    assert "quick_replies" not in first
    assert utf16(first["text"]) <= 1999
    assert last["metadata"] == f"msb:{number}:1"
    assert last["quick_replies"] == [
        {"content_type": "text", "title": "Yes", "payload": f"c:{number}:0"},
        {"content_type": "text", "title": "Not yet", "payload": f"c:{number}:1"},
    ]


def test_choices_that_are_too_long_or_too_many_stand_in_the_text_too() -> None:
    choices = [f"choice number {number} of them all" for number in range(15)]
    [message] = render.parts(7, {"text": "Which?", "choices": choices})
    assert message["text"].startswith("Which?\n\n1. choice number 0 of them all\n2. ")
    assert message["text"].endswith("15. choice number 14 of them all")
    assert len(message["quick_replies"]) == 13
    assert all(0 < len(reply["title"]) <= 20 for reply in message["quick_replies"])


def test_choices_without_words_are_asked_in_words() -> None:
    [message] = render.parts(7, {"text": "", "choices": ["Yes", "No"]})
    assert message["text"] == "Reply 1 for Yes, 2 for No"
    assert len(message["quick_replies"]) == 2


def test_a_template_takes_the_text_as_one_line_with_its_choices() -> None:
    made = render.template("news", "de", {"text": "How is\n it\tgoing? " * 200, "choices": ["done", "not\nyet"]})
    assert made["template"]["name"] == "news"
    assert made["template"]["language"] == {"code": "de"}
    [component] = made["template"]["components"]
    [parameter] = component["parameters"]
    assert len(parameter["text"]) <= 900
    assert "\n" not in parameter["text"]
    assert parameter["text"].endswith("Reply 1 for done, 2 for not yet")


def test_an_empty_message_is_refused(world: World) -> None:
    hears(world, NOW)
    number = row(world, "  ")
    with pytest.raises(Refused, match="empty"):
        prepared(world, number)


def test_an_unknown_code_fails_the_message_and_nothing_else() -> None:
    assert refusal(99999, 5, None, at_most_once=False) == Failed("unknown error (Meta 99999/5)")


@pytest.mark.parametrize("code", sorted(MEANINGS, key=str))
def test_an_unknown_subcode_means_what_its_code_means(code: tuple[int, int | None]) -> None:
    kind, result = MEANINGS[code].kind, refusal(code[0], 4711, None, at_most_once=True)
    if code[1] is None:
        assert isinstance(result, RetryLater) == (kind in (Kind.LATER, Kind.PAGE))
        assert isinstance(result, Unknown) == (kind is Kind.AMBIGUOUS)
    assert result.reason.endswith(f"(Meta {code[0]}/4711)")


ME = Answer.json({"id": PAGE, "name": "Our page"})
SUBSCRIBED = Answer.json({"data": [{"id": SETTINGS["messenger_app_id"], "subscribed_fields": ["messages"]}]})


@pytest.mark.parametrize(
    ("answers", "accepted", "words"),
    [
        ([ME, SUBSCRIBED], True, "page Our page"),
        ([ME, Answer.json({"data": []})], True, "msb channels register"),
        ([Answer.json({"id": "5", "name": "Another"}), SUBSCRIBED], False, "Another"),
        ([refused(190, status=401), SUBSCRIBED], False, "Meta refuses the page's token"),
        ([ME, Answer(500, "x")], False, "Meta answered 500"),
        ([Answer(broken=True)], None, "can't be asked"),
    ],
)
def test_the_credentials_are_judged_by_meta(
    meta: Provider, answers: list[Answer], accepted: bool | None, words: str
) -> None:
    meta.answers.extend(answers)
    verdict = check(make_settings(**SETTINGS, messenger_api_base=meta.url))
    assert (verdict.accepted, words in verdict.words) == (accepted, True)


def test_registering_sets_webhook_subscription_and_button(meta: Provider) -> None:
    meta.default = Answer.json({"success": True})
    lines = register(make_settings(**SETTINGS, messenger_api_base=meta.url))
    assert lines[0] == "webhook https://bot.example.org/webhooks/messenger"
    hook, subscription, button = meta.received
    assert hook.path == f"/v25.0/{SETTINGS['messenger_app_id']}/subscriptions"
    assert hook.query == {"access_token": f"{SETTINGS['messenger_app_id']}|{APP_SECRET}"}
    assert hook.fields["callback_url"] == "https://bot.example.org/webhooks/messenger"
    assert "message_echoes" in subscription.fields["subscribed_fields"].split(",")
    assert button.fields == {"get_started": {"payload": "GET_STARTED"}}


@pytest.mark.parametrize(
    ("answer", "words"), [(refused(2200), "the webhook: unknown error"), (Answer(broken=True), "can't be reached")]
)
def test_a_registration_that_fails_says_why(meta: Provider, answer: Answer, words: str) -> None:
    meta.answers.append(answer)
    with pytest.raises(Refused, match=words):
        register(make_settings(**SETTINGS, messenger_api_base=meta.url))
