"""Several schedulers at once: each row goes once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bot.housekeeping import batch, lanes
from bot.housekeeping.archive import read
from bot.housekeeping.keeping import Kind
from bot.housekeeping.passes import PASSES
from bot.model import OutboxMessage
from tests.unit.housekeeping.past import Past
from tests.unit.housekeeping.test_tidy import TWO, YEAR

ROWS = 60


def test_four_schedulers_archive_and_delete_each_row_once(past: Past, tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    ids = sorted(past.said(TWO).id for _ in range(ROWS))
    with ThreadPoolExecutor(4) as pool:
        reports = [future.result() for future in [pool.submit(past.run, folder) for _ in range(4)]]
    reports.append(past.run(folder))  # what one held while another came by
    assert sum(report.removed[Kind.MESSAGES] for report in reports) == ROWS
    assert past.house.rows(OutboxMessage) == []
    assert sorted(row["row"]["id"] for path in folder.iterdir() for row in read(path)) == ids


def test_a_table_that_somebody_else_is_at_is_left_to_them(past: Past) -> None:
    said = past.said(YEAR)
    [one] = [one for one in PASSES if one.name == "tidy:contents:outbox_message"]
    past.mark(one.name)
    now = past.times().now
    if past.house.db.is_sqlite:
        return  # there is one writer: whoever comes second waits
    with past.house.db.begin() as session:
        assert batch.held(session, one.name) is not None
        assert batch.run(past.house.db, one, now, now, None) == batch.Done()
    assert batch.run(past.house.db, one, now, now, None).removed == 1
    assert past.house.get(OutboxMessage, said.id).body["emptied"] is True


def test_a_row_that_somebody_works_on_is_left_for_the_next_run(past: Past) -> None:
    if past.house.db.is_sqlite:
        return
    said = past.said(YEAR)
    with past.house.db.begin() as session:
        session.get_one(OutboxMessage, said.id, with_for_update=True)
        assert past.removed(Kind.CONTENTS) == 0
    assert past.house.get(OutboxMessage, said.id).body == said.body
    assert past.removed(Kind.CONTENTS) == 1


def test_lanes_that_somebody_else_is_at_are_left_to_them(past: Past) -> None:
    wall = past.times().wall
    lanes.begin(past.house.db, wall)
    if past.house.db.is_sqlite:
        return
    past.house.says("hi")
    with past.house.db.begin() as session:
        assert batch.held(session, lanes.NAME) is not None
        assert lanes.run(past.house.db, wall, wall) == batch.Done()
