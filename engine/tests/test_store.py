"""The store of conversations, on SQLite and, where a server is at hand, on PostgreSQL."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Barrier

import pytest
import sqlalchemy as sa
from engine_process import free_port
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, BotUttered, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from msb_engine.tracker_store import REPLIES_KEPT, Conversation, WindowTrackerStore, open_database
from msb_engine.window import recent_events

DOMAIN = Domain.from_yaml(
    """
    version: "3.1"
    intents: [greet]
    slots:
      member_id: {type: text, influence_conversation: false, mappings: [{type: custom}]}
      colour: {type: text, influence_conversation: false, mappings: [{type: custom}]}
    """
)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a database on a PostgreSQL server that lives as long as the tests."""
    if shutil.which("postgres") is None:
        pytest.skip("there is no PostgreSQL server on this machine")
    # Not in pytest's folder: only the user who runs the tests may enter that, and the server won't run as root.
    with tempfile.TemporaryDirectory(prefix="engine-postgres-") as name, serving(Path(name)) as port:
        yield f"postgresql+psycopg://engine@127.0.0.1:{port}/postgres"


@contextmanager
def serving(folder: Path) -> Iterator[int]:
    """Runs a server on a free port, with its files in `folder`."""
    user = []
    if os.geteuid() == 0:
        user = ["runuser", "-u", "nobody", "--"]
        shutil.chown(folder, "nobody")
    port = free_port()
    make = ["initdb", "-D", str(folder / "data"), "-U", "engine", "-A", "trust"]
    subprocess.run([*user, *make], check=True, capture_output=True, timeout=60)
    control = [*user, "pg_ctl", "-D", str(folder / "data"), "-l", str(folder / "log"), "-w"]
    options = f"-p {port} -h 127.0.0.1 -k {folder} -F"
    subprocess.run([*control, "-o", options, "start"], check=True, timeout=60, stdout=subprocess.DEVNULL)
    try:
        yield port
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], check=True, capture_output=True, timeout=60)


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/engine.db"
    return str(request.getfixturevalue("postgres"))


def spoken(tracker: DialogueStateTracker, text: str) -> None:
    """Adds a turn of four events."""
    parsed = {"intent": {"name": "greet", "confidence": 1.0}, "entities": [], "text": text}
    tracker.update(UserUttered(text, parsed["intent"], [], parsed, message_id=text), DOMAIN)
    tracker.update(ActionExecuted("utter_greet"), DOMAIN)
    tracker.update(BotUttered(f"re: {text}", {"buttons": [{"title": "ü"}]}), DOMAIN)
    tracker.update(ActionExecuted("action_listen"), DOMAIN)


def texts(tracker: DialogueStateTracker) -> list[str]:
    return [event.text for event in tracker.events if isinstance(event, UserUttered)]


def test_stores_that_open_an_empty_database_at_the_same_time_all_come_out_well(url: str) -> None:
    with open_database(url).begin() as connection:
        connection.execute(sa.text("drop table if exists engine_conversations"))
    together = Barrier(6)

    def opened(number: int) -> bool:
        together.wait()
        store = WindowTrackerStore(DOMAIN, host=url)
        return asyncio.run(store.load(f"m-{number}")).reply_to("in-1") is None

    with ThreadPoolExecutor(together.parties) as threads:
        assert all(threads.map(opened, range(together.parties)))


def test_a_new_conversation_is_listening_and_not_stored(url: str) -> None:
    store = WindowTrackerStore(DOMAIN, host=url)
    conversation = asyncio.run(store.load("new"))
    assert conversation.tracker.latest_action_name == "action_listen"
    assert asyncio.run(store.retrieve("new")) is None


def test_a_turn_and_its_reply_are_found_again_by_another_process(url: str) -> None:
    store = WindowTrackerStore(DOMAIN, host=url)
    conversation = asyncio.run(store.load("m-1"))
    spoken(conversation.tracker, "hello ünï \U0001f600")
    conversation.tracker.update(SlotSet("member_id", "7"), DOMAIN)
    asyncio.run(store.save_turn(conversation, "in-1", {"messages": [{"text": "ü"}]}))

    found = asyncio.run(WindowTrackerStore(DOMAIN, host=url).load("m-1"))
    assert found.reply_to("in-1") == {"messages": [{"text": "ü"}]}
    assert found.reply_to("in-2") is None
    assert list(found.tracker.events) == list(conversation.tracker.events)
    assert found.tracker.get_slot("member_id") == "7"


def test_rasa_s_own_way_to_store_keeps_the_replies(url: str) -> None:
    store = WindowTrackerStore(DOMAIN, host=url)
    asyncio.run(store.save_turn(asyncio.run(store.load("m-2")), "in-1", {"ok": True}))
    tracker = asyncio.run(store.retrieve("m-2"))
    spoken(tracker, "again")
    asyncio.run(store.save(tracker))
    found = asyncio.run(store.load("m-2"))
    assert (found.reply_to("in-1"), texts(found.tracker)) == ({"ok": True}, ["again"])
    assert "m-2" in asyncio.run(store.keys())


def test_the_last_replies_are_kept_and_no_more(url: str) -> None:
    store = WindowTrackerStore(DOMAIN, host=url)
    for number in range(REPLIES_KEPT + 5):
        asyncio.run(store.save_turn(asyncio.run(store.load("m-3")), f"in-{number}", {"n": number}))
    found = asyncio.run(store.load("m-3"))
    assert [known for known, _ in found.replies] == [f"in-{number}" for number in range(5, REPLIES_KEPT + 5)]


def test_what_is_written_to_sqlite_is_on_the_disk(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/engine.db")
    with database.connect() as connection:
        assert connection.execute(sa.text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(sa.text("PRAGMA synchronous")).scalar() == 2


def test_a_wait_for_postgresql_has_an_end(postgres: str) -> None:
    with open_database(postgres).connect() as connection:
        assert connection.execute(sa.text("SHOW statement_timeout")).scalar() == "5s"
        assert connection.execute(sa.text("SHOW lock_timeout")).scalar() == "5s"


@pytest.mark.parametrize("url", ["mysql://localhost/x", "mssql://localhost/x"])
def test_another_kind_of_database_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="SQLite and PostgreSQL"):
        open_database(url)


def test_without_a_url_there_is_no_store() -> None:
    with pytest.raises(ValueError, match="database URL"):
        WindowTrackerStore(DOMAIN)


def tracker_of(turns: int) -> DialogueStateTracker:
    tracker = DialogueStateTracker("m", DOMAIN.slots)
    for number in range(turns):
        spoken(tracker, f"text {number}")
    return tracker


def test_a_short_conversation_is_kept_whole() -> None:
    tracker = tracker_of(15)
    assert recent_events(tracker) == list(tracker.events)


def test_a_long_conversation_is_cut_before_a_message_and_keeps_its_state() -> None:
    tracker = tracker_of(1)
    tracker.update(SlotSet("member_id", "early"), DOMAIN)
    tracker.update(SlotSet("colour", "blue"), DOMAIN)
    tracker.update(ActiveLoop("form"), DOMAIN)
    for number in range(1, 20):
        spoken(tracker, f"text {number}")
    tracker.update(SlotSet("colour", "red"), DOMAIN)
    kept = recent_events(tracker)
    assert len(kept) <= 30 + 4
    again = DialogueStateTracker.from_events("m", kept, DOMAIN.slots)
    assert again.current_slot_values() == tracker.current_slot_values()
    assert again.active_loop_name == "form"
    assert texts(again) == [f"text {number}" for number in range(13, 20)]
    assert isinstance(kept[4], UserUttered)


def test_a_slot_that_was_emptied_stays_empty() -> None:
    tracker = tracker_of(1)
    tracker.update(SlotSet("colour", "blue"), DOMAIN)
    tracker.update(SlotSet("colour", None), DOMAIN)
    for number in range(20):
        spoken(tracker, f"text {number}")
    assert SlotSet("colour", "blue") not in recent_events(tracker)


def test_a_turn_longer_than_the_window_leaves_the_state_alone() -> None:
    tracker = tracker_of(1)
    tracker.update(SlotSet("colour", "blue"), DOMAIN)
    for _ in range(80):
        tracker.update(BotUttered("again"), DOMAIN)
    kept = recent_events(tracker)
    assert DialogueStateTracker.from_events("m", kept, DOMAIN.slots).get_slot("colour") == "blue"
    assert Conversation(tracker).reply_to("any") is None
    assert len(kept) <= 3
