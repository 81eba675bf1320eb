"""The beginning of a demonstration: kept when it is prepared, and gone back to while everything runs."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import httpx
import sqlalchemy as sa

from app.wiring import Application
from bot import beginning
from bot.clock import Clock, SharedClock
from bot.db import Database
from bot.errors import Refused
from bot.members import handsets

DATABASE, FACTS = "msb.db", "start.json"
SECONDS = 20


def keep(folder: Path, database: Path, engine: Path, clock: Clock) -> None:
    """Keeps a copy of the database and the time, in `folder`. `engine` is where the engine will keep conversations."""
    folder.mkdir(parents=True, exist_ok=True)
    source, copy = sqlite3.connect(database), sqlite3.connect(folder / DATABASE)
    with contextlib.closing(source), contextlib.closing(copy):
        source.backup(copy)
    (folder / FACTS).write_text(json.dumps({"now": clock.now().isoformat(), "engine": str(engine)}))


def starter(application: Application) -> Callable[[], None] | None:
    """What brings this demonstration back to its beginning; None where there is none to go back to."""
    settings = application.settings
    if not (settings.sandbox_url and settings.sandbox_start):
        return None
    return lambda: start_over(application, Path(settings.sandbox_start))


def start_over(application: Application, folder: Path) -> None:
    """Everything as it was: the clock first, so that nothing new falls due; then the sandbox, and last the database,
    whose first messages go out at once.

    Raises:
        Refused: there is no beginning to go back to, or the sandbox does not answer.
    """
    facts = folder / FACTS
    if not facts.exists():
        raise Refused(f"There is no beginning to go back to in {folder}.")
    known = json.loads(facts.read_text())
    kept = Database(f"sqlite:///{folder / DATABASE}")
    try:
        with kept.begin() as session:
            rows = beginning.read_rows(session)
    finally:
        kept.close()
    _tell(application, "clock", {"set": known["now"]})
    _tell(application, "reset?contacts=true", {})
    _forget_conversations(Path(known["engine"]))
    with application.db.begin() as session:
        beginning.put_back(session, application.settings, rows)
        names = handsets.names(session)
    _tell(application, "contacts", {"contacts": [{"number": number, "name": name} for number, name in names.items()]})


def shared_clock(folder: Path) -> SharedClock:
    """The clock that all processes of the demonstration in this folder go by."""
    return SharedClock(folder / "clock.json")


def _tell(application: Application, what: str, body: object) -> None:
    try:
        url = f"{application.settings.sandbox_url}/sandbox/{what}"
        httpx.post(url, json=body, timeout=SECONDS, trust_env=False).raise_for_status()
    except httpx.HTTPError as problem:
        raise Refused(f"The sandbox does not answer ({type(problem).__name__}).") from None


def _forget_conversations(store: Path) -> None:
    """The engine would take the first message of the new story for one that it has answered."""
    if not store.exists():
        return
    engine = sa.create_engine(f"sqlite:///{store}", connect_args={"timeout": SECONDS})
    try:
        with engine.begin() as connection:
            for table in sa.inspect(connection).get_table_names():
                connection.execute(sa.delete(sa.table(table)))
    finally:
        engine.dispose()
