"""When something fails the turn is not stored, the caller is told, and the next try runs it again."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from actions_server import ActionsServer, Answer, says
from conftest import Member
from engine_process import EngineProcess

SECRET = "my-secret-words"


def hangs(release: threading.Event) -> Callable[[dict[str, Any]], Answer]:
    def wait(_call: dict[str, Any]) -> Answer:
        release.wait(10)
        return says("too late")

    return wait


FAILURES: dict[str, Callable[[dict[str, Any]], Answer]] = {
    "raised": lambda call: (500, json.dumps(call).encode()),
    "unknown action": lambda _: (404, b'{"error": "no such action"}'),
    "rejected": lambda _: (400, b'{"error": "no", "action_name": "action_report_done"}'),
    "not JSON": lambda _: (200, b"<html>"),
    "empty": lambda _: (200, b""),
    "no object": lambda _: (200, b"[]"),
    "bad events": lambda _: (200, b'{"events": [{"event": "slot"}], "responses": []}'),
    "unknown event": lambda _: (200, b'{"events": [{"event": "nonsense"}], "responses": []}'),
    "pauses": lambda _: says("x", events=[{"event": "pause"}]),
    "restarts": lambda _: says("x", events=[{"event": "restart"}]),
    "rewinds": lambda _: says("x", events=[{"event": "rewind"}]),
    "sets a deciding slot": lambda _: says(
        "x", events=[{"event": "slot", "name": "pending_question", "value": "none"}]
    ),
    "missing response": lambda _: says(response="utter_that_nobody_wrote"),
    "redirect": lambda _: (302, b""),
}


@pytest.mark.parametrize("how", FAILURES)
def test_a_failed_action_fails_the_turn_which_can_be_tried_again(
    member: Member, actions: ActionsServer, how: str
) -> None:
    actions.handlers["action_report_done"] = FAILURES[how]
    turn = member.turn(kind="intent", intent="report_done", text=SECRET)
    status, body = member.engine.turn(turn)
    assert status == 500
    assert (body["ok"], body["error"]) == (False, "action_failed")
    assert [failure["action"] for failure in body["failures"]] == ["action_report_done"]
    assert SECRET not in json.dumps(body)
    del actions.handlers["action_report_done"]
    again = member.engine.turn(turn)
    assert again.status == 200
    assert again.body["duplicate"] is False
    assert [message["text"] for message in again.body["messages"]] == ["action_report_done"]
    assert actions.called(member.id) == ["action_report_done", "action_report_done"]


def test_an_action_that_hangs_is_given_up(member: Member, actions: ActionsServer) -> None:
    release = threading.Event()
    actions.handlers["action_report_done"] = hangs(release)
    status, body = member.means("report_done")
    release.set()
    assert status == 500
    assert "did not answer in 0.5 seconds" in body["failures"][0]["reason"]


def test_a_failure_after_something_was_said_says_nothing(member: Member, actions: ActionsServer) -> None:
    actions.handlers["action_reoffer"] = FAILURES["raised"]
    status, body = member.means("greet")
    assert status == 500
    assert "messages" not in body
    assert [failure["action"] for failure in body["failures"]] == ["action_reoffer"]


def test_what_a_failed_turn_changed_is_forgotten(member: Member, actions: ActionsServer) -> None:
    member.means("ask_progress", slots={"member_id": "before"})
    actions.handlers["action_report_done"] = FAILURES["raised"]
    assert member.means("report_done", slots={"member_id": "after"}).status == 500
    member.means("ask_progress")
    tracker = actions.calls[-1]["tracker"]
    assert tracker["slots"]["member_id"] == "before"
    assert "report_done" not in [e["parse_data"]["intent"]["name"] for e in tracker["events"] if e["event"] == "user"]


def test_actions_that_never_end_fail_the_turn_and_not_the_conversation(member: Member, actions: ActionsServer) -> None:
    follow_up = [{"event": "followup", "name": "action_report_done"}]
    actions.handlers["action_report_done"] = lambda _: says("again", events=follow_up)
    status, body = member.means("report_done")
    assert (status, body["error"]) == (500, "action_loop")
    assert len(actions.called(member.id)) == 10
    del actions.handlers["action_report_done"]
    assert member.means("report_done").body["latest_action"] == "action_report_done"


def test_failures_of_one_member_are_not_told_to_another(
    another: Callable[[], Member], actions: ActionsServer, engine: EngineProcess
) -> None:
    """Twelve turns at once, every other one of which fails while all are in the action server."""
    members = [another() for _ in range(12)]
    failing = {member.id for member in members[::2]}
    together = threading.Barrier(len(members), timeout=10)

    def some_fail(call: dict[str, Any]) -> Answer:
        together.wait()
        return (500, b"{}") if call["sender_id"] in failing else says(call["sender_id"])

    actions.handlers["action_report_done"] = some_fail
    with ThreadPoolExecutor(len(members)) as pool:
        answers = list(pool.map(lambda member: member.means("report_done"), members))
    for member, (status, body) in zip(members, answers, strict=True):
        if member.id in failing:
            assert (status, len(body["failures"])) == (500, 1)
        else:
            assert (status, [message["text"] for message in body["messages"]]) == (200, [member.id])


def test_nothing_that_a_member_wrote_gets_into_the_log(member: Member, actions: ActionsServer) -> None:
    for how, handler in FAILURES.items():
        actions.handlers["action_report_done"] = handler
        assert member.means("report_done", text=f"{SECRET} {how}").status == 500
    assert SECRET not in member.engine.log.read_text()


def rename_table(store: Path, old: str, new: str) -> None:
    with closing(sqlite3.connect(store)) as database:
        database.execute(f"ALTER TABLE {old} RENAME TO {new}")


@contextmanager
def broken(store: Path) -> Iterator[None]:
    """While the block runs, the engine's table has another name."""
    rename_table(store, "engine_conversations", "hidden")
    try:
        yield
    finally:
        rename_table(store, "hidden", "engine_conversations")


def test_when_the_store_fails_the_turn_fails_and_nothing_is_lost(
    member: Member, actions: ActionsServer, store: Path
) -> None:
    member.means("ask_progress", slots={"member_id": "m-1"})
    turn = member.turn(kind="intent", intent="report_done", text=SECRET)
    with broken(store):
        status, body = member.engine.turn(turn)
    assert (status, body) == (500, {"ok": False, "error": "engine", "detail": "OperationalError"})
    again = member.engine.turn(turn)
    assert (again.status, again.body["duplicate"]) == (200, False)
    assert actions.calls[-1]["tracker"]["slots"]["member_id"] == "m-1"


def test_when_the_store_fails_at_the_end_the_turn_runs_again(
    member: Member, actions: ActionsServer, store: Path
) -> None:
    turn = member.turn(kind="intent", intent="report_done")

    def breaks_the_store(_call: dict[str, Any]) -> Answer:
        rename_table(store, "engine_conversations", "hidden")
        return says("done")

    actions.handlers["action_report_done"] = breaks_the_store
    status, body = member.engine.turn(turn)
    rename_table(store, "hidden", "engine_conversations")
    assert (status, body["error"]) == (500, "engine")
    del actions.handlers["action_report_done"]
    assert member.engine.turn(turn).body["duplicate"] is False
    assert actions.called(member.id) == ["action_report_done", "action_report_done"]


def stored_events(store: Path, conversation: str) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(store)) as database:
        query = "SELECT events FROM engine_conversations WHERE conversation_id = ?"
        return list(json.loads(database.execute(query, [conversation]).fetchone()[0]))


def write_events(store: Path, conversation: str, events: str) -> None:
    with closing(sqlite3.connect(store)) as database, database:
        change = "UPDATE engine_conversations SET events = ? WHERE conversation_id = ?"
        assert database.execute(change, [events, conversation]).rowcount == 1


def test_a_conversation_that_was_cut_off_is_repaired(member: Member, store: Path) -> None:
    member.means("report_done")
    events = stored_events(store, member.id)
    assert events[-1]["name"] == "action_listen"
    stuck = [*events[:-1], *(12 * [{"event": "action", "name": "action_report_done", "timestamp": 1.0}])]
    write_events(store, member.id, json.dumps(stuck))
    body = member.means("ask_progress").body
    assert body["latest_action"] == "action_progress"


def test_a_paused_conversation_is_resumed(member: Member, store: Path) -> None:
    member.means("report_done")
    write_events(store, member.id, json.dumps([*stored_events(store, member.id), {"event": "pause", "timestamp": 1.0}]))
    assert member.means("ask_progress").body["latest_action"] == "action_progress"


@pytest.mark.parametrize("content", ["", "{", "[1]", '[{"event": "from_another_version"}]', "null"])
def test_a_conversation_that_cannot_be_read_begins_anew(member: Member, store: Path, content: str) -> None:
    member.means("report_done")
    write_events(store, member.id, content)
    body = member.means("ask_progress").body
    assert body["latest_action"] == "action_progress"
    assert body["n_events"] < 10


def test_what_was_answered_survives_a_kill(
    start: Callable[[Path], EngineProcess], actions: ActionsServer, tmp_path: Path
) -> None:
    database = tmp_path / "engine.db"
    before = start(database)
    turn = {
        "conversation_id": "m",
        "message_id": "1",
        "kind": "intent",
        "intent": "report_done",
        "slots": {"member_id": "7"},
    }
    first = before.turn(turn)
    before.kill()
    after = start(database)
    try:
        assert after.turn(turn).body == {**first.body, "duplicate": True}
        assert after.turn({**turn, "message_id": "2", "slots": {}}).status == 200
        assert actions.calls[-1]["tracker"]["slots"]["member_id"] == "7"
    finally:
        assert after.stop() == 0
