"""``msb housekeeping``."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner, Result

from app.commands.housekeeping import cli
from bot.housekeeping import overview
from bot.housekeeping.keeping import KeepingRefused, Kind, read_keeping
from bot.model import InboxMessage
from tests.unit.housekeeping.past import Past


def msb(past: Past, *words: str, **settings: str) -> Result:
    """Runs the command on the house's database. It reads the real clock: what is old for the house is old for it."""
    url = past.house.db.url.render_as_string(hide_password=False)
    return CliRunner().invoke(cli, list(words), env={"MSB_DATABASE_URL": url, **settings})


def test_a_dry_run_tells_what_it_would_do_and_changes_nothing(past: Past) -> None:
    heard = past.heard(600)
    told = msb(past, "run", "--dry-run")
    assert told.output == "contents: 1 would be emptied\n"
    assert past.house.get(InboxMessage, heard.id).text == heard.text


def test_a_run_tells_what_it_did(past: Past) -> None:
    past.heard(600)
    assert msb(past, "run").output == "contents: 1 were emptied\n"
    assert msb(past, "run").output == "Nothing has had its time.\n"


def test_the_overview_shows_each_class_and_the_largest_tables(past: Past) -> None:
    past.heard(600)
    lines = msb(past, "show", MSB_KEEP='{"audit": "0d"}').output.splitlines()
    assert next(line for line in lines if line.startswith("contents")).split()[:4] == ["contents", "365", "days", "1"]
    assert next(line for line in lines if line.startswith("audit")).split()[:4] == ["audit", "for", "ever", "0"]
    assert any(line.startswith("inbox_message") for line in lines) or not past.house.db.is_sqlite


def test_what_was_archived_can_be_read(past: Past, tmp_path: Path) -> None:
    said = past.said(1000)
    folder = tmp_path / "archive"
    assert "messages: 1 were archived and deleted" in msb(past, "run", MSB_ARCHIVE_DIR=str(folder)).output
    [file] = folder.iterdir()
    [line] = msb(past, "archive-show", str(file)).output.splitlines()
    assert json.loads(line)["row"]["provider_id"] == said.provider_id


def test_a_class_that_does_not_exist_is_refused(past: Past) -> None:
    assert isinstance(msb(past, "show", MSB_KEEP='{"mails": "1d"}').exception, KeepingRefused)


def test_what_waits_is_counted_from_where_the_last_run_stopped(past: Past) -> None:
    past.heard(400)
    keeping = read_keeping({})
    assert overview.waiting(past.house.db, keeping, past.times())[Kind.CONTENTS] == 1
    past.run()
    past.heard(400)
    assert overview.waiting(past.house.db, keeping, past.times())[Kind.CONTENTS] == 1


def test_sizes_know_every_table(past: Past) -> None:
    names = {one.table for one in overview.sizes(past.house.db)}
    assert {"inbox_message", "outbox_message", "lane", "bookmark"} <= names
