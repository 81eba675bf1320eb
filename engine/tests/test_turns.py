"""The turn contract, against the engine as it runs."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from actions_server import ActionsServer, says
from conftest import Member
from engine_process import EngineProcess

REPLY_FIELDS = {
    "ok", "duplicate", "messages", "intent", "intent_ranking", "entities", "latest_action", "n_events", "failures",
}  # fmt: skip


def texts(body: dict[str, Any]) -> list[str]:
    return [message["text"] for message in body["messages"]]


def test_a_text_is_understood_and_answered(member: Member, actions: ActionsServer) -> None:
    actions.handlers["action_next_step"] = lambda _: says("Next is your profile.")
    status, body = member.says("what is next")
    assert status == 200
    assert body.keys() == REPLY_FIELDS
    assert texts(body) == ["Next is your profile."]
    assert (body["ok"], body["duplicate"], body["failures"]) == (True, False, [])
    assert body["intent"]["name"] == "ask_next_step"
    assert body["intent_ranking"][0] == body["intent"]
    assert len(body["intent_ranking"]) == 5
    assert body["latest_action"] == "action_next_step"


def test_the_entities_of_a_text_are_told(member: Member) -> None:
    body = member.says("I am on holiday until Monday").body
    found = {"entity": "date_time", "value": "until Monday", "text": "until Monday", "start": 16, "end": 28}
    assert body["entities"] == [found]


def test_a_meaning_is_taken_as_given(member: Member, actions: ActionsServer) -> None:
    body = member.means("rate", entities={"number": 9}).body
    assert body["intent"] == {"name": "rate", "confidence": 1.0}
    assert body["entities"] == [{"entity": "number", "value": 9}]
    assert texts(body) == ["action_rate"]
    assert actions.calls[0]["tracker"]["latest_message"]["entities"] == [{"entity": "number", "value": 9}]


def test_buttons_and_custom_parts_arrive_with_their_message(member: Member, actions: ActionsServer) -> None:
    buttons = [{"title": "Yes", "payload": "b-1"}, {"title": "No", "payload": "b-2"}]
    actions.handlers["action_clarify"] = lambda _: says("Did you mean this?", buttons=buttons, custom={"kind": "card"})
    body = member.means("nlu_fallback").body
    assert body["messages"] == [{"text": "Did you mean this?", "buttons": buttons, "custom": {"kind": "card"}}]


def test_an_action_sees_the_message_id_the_metadata_and_the_slots(member: Member, actions: ActionsServer) -> None:
    turn = member.turn(kind="intent", intent="report_done", metadata={"sent_at": "x"}, slots={"member_id": "m-9"})
    assert member.engine.turn(turn).status == 200
    tracker = actions.calls[0]["tracker"]
    uttered = [event for event in tracker["events"] if event["event"] == "user"]
    assert [event["message_id"] for event in uttered] == [turn["message_id"]]  # the turns before it stay here
    assert tracker["latest_message"]["metadata"] == {"sent_at": "x"}
    assert tracker["latest_input_channel"] == "sms"
    assert tracker["slots"]["member_id"] == "m-9"


def test_the_action_server_is_called_with_its_token(member: Member, actions: ActionsServer) -> None:
    member.means("report_done")
    assert actions.headers[0]["Authorization"] == "Bearer actions-token"


@pytest.mark.parametrize(
    ("pending", "intent", "action"),
    [
        ("check_in", "affirm", "action_report_done"),
        ("check_in", "deny", "action_report_not_done"),
        ("confirm_away", "affirm", "action_affirm"),
        ("none", "affirm", "action_affirm"),
        ("none", "deny", "action_deny"),
        ("survey_score", "rate", "action_survey_answer"),
        ("check_in", "report_blocked", "action_report_blocked"),
    ],
)
def test_what_is_open_decides_what_an_answer_means(
    member: Member, actions: ActionsServer, pending: str, intent: str, action: str
) -> None:
    body = member.means(intent, slots={"pending_question": pending}).body
    assert body["latest_action"] == action
    assert actions.called(member.id) == [action]


def test_an_open_question_that_is_closed_again_no_longer_counts(member: Member) -> None:
    assert member.means("affirm", slots={"pending_question": "check_in"}).body["latest_action"] == "action_report_done"
    assert member.means("affirm", slots={"pending_question": "none"}).body["latest_action"] == "action_affirm"


def test_after_small_talk_the_open_question_is_offered_again(member: Member, actions: ActionsServer) -> None:
    body = member.means("greet", slots={"pending_question": "check_in"}).body
    assert actions.called(member.id) == ["action_reoffer"]
    assert len(body["messages"]) == 2
    assert texts(body)[1] == "action_reoffer"


def test_a_repeated_message_gets_the_same_answer_and_does_nothing(member: Member, actions: ActionsServer) -> None:
    turn = member.turn(kind="text", text="what is next")
    first = member.engine.turn(turn).body
    again = member.engine.turn(turn)
    assert again.status == 200
    assert again.body == {**first, "duplicate": True}
    assert actions.called(member.id) == ["action_next_step"]


def test_an_earlier_message_is_a_duplicate_too(member: Member) -> None:
    turns = [member.turn(kind="intent", intent="ask_progress") for _ in range(3)]
    firsts = [member.engine.turn(turn).body for turn in turns]
    assert member.engine.turn(turns[0]).body == {**firsts[0], "duplicate": True}


def test_the_same_message_id_of_another_member_is_another_message(
    member: Member, another: Callable[[], Member]
) -> None:
    turn = member.turn(kind="intent", intent="ask_progress")
    member.engine.turn(turn)
    other = {**turn, "conversation_id": another().id}
    assert member.engine.turn(other).body["duplicate"] is False


def test_a_long_conversation_stays_as_short_as_a_new_one(member: Member, actions: ActionsServer) -> None:
    counts = [member.means("ask_progress", slots={"member_id": f"m-{n}"}).body["n_events"] for n in range(300)]
    assert max(counts) <= 70
    assert len(actions.calls[-1]["tracker"]["events"]) <= 70
    assert actions.calls[-1]["tracker"]["slots"]["member_id"] == "m-299"


def test_turns_of_one_member_wait_for_each_other(member: Member, actions: ActionsServer) -> None:
    entered, release = threading.Event(), threading.Event()
    order: list[str] = []

    def slow(call: dict[str, Any]) -> Any:
        entered.set()
        assert release.wait(10)
        order.append(call["next_action"])
        return says("slow")

    def quick(call: dict[str, Any]) -> Any:
        order.append(call["next_action"])
        return says("quick")

    actions.handlers |= {"action_snooze": slow, "action_away": quick}
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(member.means, "snooze")
        assert entered.wait(10)
        second = pool.submit(member.means, "away")
        release.set()
        assert (first.result().status, second.result().status) == (200, 200)
    assert order == ["action_snooze", "action_away"]


def test_a_member_does_not_wait_for_another(
    member: Member, another: Callable[[], Member], actions: ActionsServer
) -> None:
    entered, release = threading.Event(), threading.Event()

    def slow(_call: dict[str, Any]) -> Any:
        entered.set()
        assert release.wait(10)
        return says("slow")

    actions.handlers["action_snooze"] = slow
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(member.means, "snooze")
        assert entered.wait(10)
        assert another().means("ask_progress").status == 200
        release.set()
        assert first.result().status == 200


def test_a_turn_whose_caller_hangs_up_is_finished_once(member: Member, actions: ActionsServer) -> None:
    entered, release = threading.Event(), threading.Event()

    def slow(_call: dict[str, Any]) -> Any:
        entered.set()
        assert release.wait(10)
        return says("done")

    actions.handlers["action_report_done"] = slow
    turn = member.turn(kind="intent", intent="report_done")
    connection = member.engine.hang_up_during(turn)
    assert entered.wait(10)
    connection.close()
    release.set()
    again = member.engine.turn(turn)
    assert again.status == 200
    assert again.body["duplicate"] is True
    assert texts(again.body) == ["done"]
    assert actions.called(member.id) == ["action_report_done"]


def test_health_names_the_model(engine: EngineProcess, model: Any) -> None:
    assert engine.get("health") == (200, {"ready": True, "model": model.name.removesuffix(".tar.gz")})
