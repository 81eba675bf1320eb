"""The doctor looks at real parts, in health and in sickness."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from app import migrate
from app.actions_api import create_actions_app
from app.cli import cli
from app.doctor import channels, database, machine, reached, settings, work
from app.doctor.finding import Check, Finding, Site, State
from app.doctor.run import CHECKS, examine_site
from app.gateway import create_gateway
from app.wiring import Application
from bot.clock import SystemClock
from bot.config import Settings
from bot.db import Database
from bot.model import InboxMessage, InboxState, Lane, OutboxMessage, OutboxState, Pause, Purpose
from tests.support.databases import KINDS, empty_database
from tests.support.sandbox_clock import START, StillClock
from tests.support.sandbox_server import serve
from tests.unit.app.conftest import JOURNEYS

NOBODY = "http://127.0.0.1:9"
LONG = "a-long-secret-6f1e9c"


@contextmanager
def site(*, clock: Any = None, environ: dict[str, str] | None = None, **values: Any) -> Iterator[Site]:
    """A site where nothing runs, unless `values` say so."""
    given = {"programme_dir": JOURNEYS, "engine_url": NOBODY, "actions_port": 9, **values}
    with httpx.Client(timeout=5) as http:
        made = Site(Settings(_env_file=None, **given), clock or SystemClock(), http, environ or {})
        yield made
        if made.db is not None:
            made.db.close()


def found(check: Check, looked_at: Site) -> list[tuple[State, str]]:
    return [(finding.state, finding.words) for finding in check(looked_at)]


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    with empty_database(request.param, tmp_path) as made:
        yield made


@pytest.fixture
def migrated(url: str) -> str:
    db = Database(url)
    migrate.upgrade(db)
    db.close()
    return url


class StubEngine:
    """What the engine says of itself, with a clock that may be wrong."""

    def __init__(self) -> None:
        self.ready, self.model, self.token, self.off = True, "0123456789abcdef", LONG, timedelta()

    @contextmanager
    def listening(self) -> Iterator[str]:
        engine = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer(200, {"ready": engine.ready, "model": engine.model})

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                self._answer(422 if self.headers["Authorization"] == f"Bearer {engine.token}" else 401, {})

            def _answer(self, status: int, body: dict[str, Any]) -> None:
                content = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def date_time_string(self, timestamp: float | None = None) -> str:
                return format_datetime(SystemClock().wall().astimezone(UTC) + engine.off, usegmt=True)

            def log_message(self, *_args: object) -> None:
                """Says nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


@pytest.fixture
def engine() -> StubEngine:
    return StubEngine()


def test_a_database_that_answers_is_well(migrated: str) -> None:
    with site(database_url=migrated) as here:
        states = {state for state, _ in found(database.look, here)}
        assert State.BROKEN not in states
        assert found(database.tables, here)[0][0] is State.OK
        assert here.has_tables


@pytest.mark.parametrize(
    "wrong",
    ["postgresql+psycopg://msb:hunter2@127.0.0.1:9/msb", "oracle://x", "nonsense", "sqlite:///nowhere/at/all.db"],
)
def test_a_database_that_cannot_be_used_is_told_without_its_password(wrong: str) -> None:
    with site(database_url=wrong) as here:
        [finding] = database.look(here)
        assert finding.state is State.BROKEN
        assert "hunter2" not in finding.words + finding.remedy
        assert finding.remedy
        assert [state for state, _ in found(database.tables, here)] == [State.SKIPPED]


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "letter.db").write_text("Dear all, this is a letter and no database. " * 50)
    with site(database_url=f"sqlite:///{tmp_path / 'letter.db'}") as here:
        [finding] = database.look(here)
    assert finding.state is State.BROKEN
    assert "not a database" in finding.words


def test_a_database_without_tables_is_told_what_to_run(url: str) -> None:
    db = Database(url)
    with db.begin() as session:
        session.execute(sa.text("select 1"))
    db.close()
    with site(database_url=url) as here:
        list(database.look(here))
        [finding] = database.tables(here)
    assert (finding.state, finding.remedy) == (State.BROKEN, "Make them with `msb db upgrade`.")


@pytest.mark.parametrize(("revision", "words"), [("0004", "this version needs"), ("9999", "a later one was here")])
def test_tables_of_another_version_are_told(url: str, revision: str, words: str) -> None:
    db = Database(url)
    migrate.upgrade(db, "0004")
    if revision != "0004":
        with db.begin() as session:
            session.execute(sa.text("update alembic_version set version_num = :it"), {"it": revision})
    db.close()
    with site(database_url=url) as here:
        list(database.look(here))
        [finding] = database.tables(here)
    assert finding.state is State.BROKEN
    assert words in finding.words


@pytest.mark.parametrize(
    ("queue", "url", "state"),
    [
        ("auto", "sqlite:///x.db", State.OK),
        ("procrastinate", "sqlite:///x.db", State.BROKEN),
        ("in_process", "postgresql+psycopg://x/y", State.WARNING),
        ("auto", "postgresql+psycopg://x/y", State.OK),
    ],
)
def test_the_queue_has_to_fit_the_database(queue: str, url: str, state: State) -> None:
    with site(database_url=url, queue=queue) as here:
        assert [one for one, _ in found(database.queue, here)] == [state]


def test_an_engine_that_is_down_is_broken() -> None:
    with site() as here:
        [finding] = reached.engine(here)
    assert finding.state is State.BROKEN
    assert "does not answer (ConnectError)" in finding.words


def test_each_of_several_engines_is_looked_at(engine: StubEngine) -> None:
    with engine.listening() as up, site(engine_url=f"{up}, {NOBODY}", engine_token=LONG) as here:
        states = [state for state, _ in found(reached.engine, here)]
    assert (states[0] is not State.BROKEN, states[-1]) == (True, State.BROKEN)


def test_an_engine_without_a_model_and_one_that_refuses_us_are_broken(engine: StubEngine) -> None:
    with engine.listening() as up:
        with site(engine_url=up, engine_token="another-long-secret") as here:
            assert found(reached.engine, here)[0][1].endswith("refuses MSB_ENGINE_TOKEN.")
        engine.ready = False
        with site(engine_url=up, engine_token=LONG) as here:
            assert found(reached.engine, here)[0][1].endswith("has no model yet.")


def test_a_model_of_other_files_is_told(engine: StubEngine) -> None:
    with engine.listening() as up, site(engine_url=up, engine_token=LONG) as here:
        [(state, words)] = found(reached.engine, here)
    assert "0123456789abcdef" in words
    assert state in (State.WARNING, State.OK), "OK where the engine's environment is not installed"


def test_the_action_endpoint_is_asked_for_what_it_does_not_have(application: Application) -> None:
    token = application.settings.actions_token.get_secret_value()
    with serve(create_actions_app(application.performer, token)) as up:
        environ = {"MSB_ACTIONS_URL": f"{up}/webhook"}
        for given, state in ((token, State.OK), ("wrong", State.BROKEN)):
            with site(actions_token=given, environ=environ) as here:
                assert [one for one, _ in found(reached.actions, here)] == [state]
        with site(actions_token=token, environ={"MSB_ACTIONS_URL": f"{up}/nothing"}) as here:
            assert found(reached.actions, here)[0][0] is State.BROKEN
    with site() as here:
        assert found(reached.actions, here)[0][0] is State.BROKEN


def test_our_own_address_is_called_as_providers_would(application: Application) -> None:
    channel: dict[str, Any] = {"telegram_bot_token": "12345:" + "x" * 35}
    with serve(create_gateway(application)) as up, site(public_base_url=up, **channel) as here:
        states = found(reached.public_url, here)
    assert [state for state, _ in states] == [State.WARNING, State.OK]
    assert "no provider can reach" in states[0][1]
    with site() as here:
        assert [state for state, _ in found(reached.public_url, here)] == [State.SKIPPED]


@pytest.mark.parametrize(
    ("off", "state"),
    [(0, State.OK), (10, State.WARNING), (-10, State.WARNING), (600, State.BROKEN), (-600, State.BROKEN)],
)
def test_the_engines_clock_is_compared(engine: StubEngine, off: int, state: State) -> None:
    engine.off = timedelta(seconds=off)
    with engine.listening() as up, site(engine_url=up) as here:
        assert [one for one, _ in found(machine.time, here)] == [state]


def test_the_clock_of_the_databases_server_is_compared(migrated: str) -> None:
    far = StillClock(datetime(2001, 1, 1, tzinfo=UTC))
    for clock, state in ((SystemClock(), State.OK), (far, State.BROKEN)):
        with site(database_url=migrated, clock=clock) as here:
            list(database.look(here))
            expected = State.SKIPPED if here.db is not None and here.db.is_sqlite else state
            assert [one for one, _ in found(machine.time, here)] == [expected]


def test_there_is_room_on_the_disk_or_the_folder_is_named(tmp_path: Path) -> None:
    with site() as here:
        assert [state for state, _ in found(machine.disk, here)] in ([State.OK], [State.WARNING])


def test_secrets_of_our_own_are_set_and_no_word_that_everybody_would_try() -> None:
    with site() as here:
        assert [state for state, _ in found(settings.secrets, here)] == [State.BROKEN, State.BROKEN]
    with site(engine_token="changeme-changeme-changeme", actions_token="short") as here:
        told = found(settings.secrets, here)
        assert [state for state, _ in told] == [State.WARNING, State.WARNING]
        assert "changeme" not in str(told)
    with site(engine_token=LONG, actions_token=LONG) as here:
        assert [state for state, _ in found(settings.secrets, here)] == [State.OK]


def test_a_setting_that_nothing_reads_is_told_and_those_of_other_processes_are_not() -> None:
    environ = {"MSB_DATABSE_URL": "x", "MSB_ENGINE_PORT": "1", "MSB_CLOCK": "system", "PATH": "y"}
    with site(environ=environ) as here:
        [(state, words)] = found(settings.unread, here)
    assert (state, words) == (State.WARNING, "Nothing reads MSB_DATABSE_URL.")


def test_channels_are_complete_or_say_what_they_lack() -> None:
    with site(telegram_bot_token="12345:short", messenger_page_id="a page") as here:
        told = found(channels.look, here)
    words = " ".join(words for state, words in told if state in (State.BROKEN, State.WARNING))
    assert "telegram is on and lacks MSB_TELEGRAM_BOT_NAME" in words
    assert "messenger is on and lacks" in words
    assert "MSB_TELEGRAM_BOT_TOKEN doesn't look like one" in words
    assert "MSB_MESSENGER_PAGE_ID doesn't look like one" in words
    assert "12345:short" not in str(told)


def test_the_programme_is_read(tmp_path: Path) -> None:
    (tmp_path / "wrong.yml").write_text("journeys: 7\n")
    with site() as here:
        assert found(work.programme, here)[0][0] is State.OK
    with site(programme_dir=tmp_path) as here:
        assert found(work.programme, here)[0][0] is State.BROKEN


def test_work_that_nobody_takes_is_told(migrated: str) -> None:
    with site(database_url=migrated, clock=StillClock(START)) as here:
        list(database.look(here))
        list(database.tables(here))
        assert here.db is not None
        assert [state for state, _ in found(work.stuck, here)] == [State.OK]
        with here.db.begin() as session:
            late = START - timedelta(hours=3)
            session.add(Lane(key="in:1", kind="turn", due_at=late))
            session.add(Lane(key="out:1", kind="delivery", due_at=START - timedelta(minutes=5)))
            session.add(Pause(what="outreach", reason="outbox_full", since=late))
            session.add(Lane(key="in:2", kind="staff", due_at=late, lease_until=START + timedelta(seconds=9)))
        told = found(work.stuck, here)
    assert [state for state, _ in told] == [State.BROKEN, State.WARNING, State.WARNING]
    assert told[2][1] == "We have been holding back outreach for 3 hours: outbox_full."
    assert told[0][1] == "Nobody has taken messages of members for 3 hours."


def test_what_was_set_aside_is_counted(migrated: str) -> None:
    with site(database_url=migrated, clock=StillClock(START)) as here:
        list(database.look(here))
        list(database.tables(here))
        assert here.db is not None
        assert [state for state, _ in found(work.set_aside, here)] == [State.OK]
        common = {"lane": "x", "channel": "sms", "address": "a", "body": {}}
        with here.db.begin() as session:
            session.add(InboxMessage(dedupe="1", state=InboxState.DEAD, text="", received_at=START, **common))
            for n, state in enumerate((OutboxState.DEAD, OutboxState.UNKNOWN, OutboxState.FAILED, OutboxState.SENT)):
                row = OutboxMessage(dedupe=str(n), state=state, purpose=Purpose.REPLY, rule="r", created_at=START)
                for name, value in common.items():
                    setattr(row, name, value)
                session.add(row)
        told = [words for _, words in found(work.set_aside, here)]
    assert told == ["1 incoming messages were set aside.", "Of the messages that went out 1 dead and 1 unknown."]


def test_everything_is_looked_at_whatever_is_broken() -> None:
    with site(database_url="sqlite:///nowhere/at/all.db", clock=StillClock(START)) as here:
        findings = examine_site(here)
    assert list(dict.fromkeys(finding.check for finding in findings)) == [name for name, _ in CHECKS]
    assert all(finding.remedy for finding in findings if finding.state in (State.WARNING, State.BROKEN))
    assert all(isinstance(finding, Finding) for finding in findings)


def test_the_command_says_it_in_words_or_as_json_and_with_its_exit_code(migrated: str, engine: StubEngine) -> None:
    runner = CliRunner()
    environ = {"MSB_DATABASE_URL": migrated, "MSB_ENGINE_URL": NOBODY, "MSB_PROGRAMME_DIR": str(JOURNEYS)}
    said = runner.invoke(cli, ["doctor"], env=environ)
    assert said.exit_code == 1
    assert "BROKEN   engine" in said.stdout
    told = json.loads(runner.invoke(cli, ["doctor", "--json"], env=environ).stdout)
    assert told["counts"]["broken"] == sum(one["state"] == "broken" for one in told["findings"]) > 0
    unreadable = runner.invoke(cli, ["doctor"], env={**environ, "MSB_QUEUE": "carrier pigeons"})
    assert (unreadable.exit_code, "MSB_QUEUE" in unreadable.stdout) == (1, True)
