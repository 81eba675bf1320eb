"""``msb db backup`` and what comes after a restore, with the databases' own tools."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner, Result

from app.backup import BackupFailed
from app.cli import cli
from app.migrate import upgrade
from bot.db import Database
from bot.model import Base, Lane, Member, OutboxMessage, OutboxState
from bot.outbox.after_restore import distrust
from tests.support.databases import KINDS, empty_database
from tests.support.house import House


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    if request.param == "postgresql" and shutil.which("pg_dump") is None:
        pytest.skip("there is no pg_dump here")
    return str(request.param)


@pytest.fixture
def house(kind: str, tmp_path: Path) -> Iterator[House]:
    """A migrated database in use: an answer to Dee and a check-in for Ana wait to be sent."""
    with empty_database(kind, tmp_path) as url:
        db = Database(url)
        upgrade(db)
        house = House(db)
        house.bring("Ana", "Dee")
        house.enqueue("well done", "Dee")
        while house.tick():
            pass
        yield house
        db.close()


def address(db: Database) -> str:
    return db.url.render_as_string(hide_password=False)


def msb(db: Database, *words: str) -> Result:
    done = CliRunner().invoke(cli, ["db", *words], env={"MSB_DATABASE_URL": address(db)})
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def bring_back(file: Path, empty: Database) -> None:
    """As docs/operations/backup.md says."""
    if empty.is_sqlite:
        shutil.copyfile(file, str(empty.url.database))
        return
    plain = empty.url.set(drivername="postgresql")._replace(password=None).render_as_string()
    command = ["pg_restore", "--exit-on-error", "--no-owner", "--single-transaction", f"--dbname={plain}", str(file)]
    subprocess.run(command, env={**os.environ, "PGPASSWORD": str(empty.url.password)}, check=True, timeout=60)


@pytest.fixture
def restored(house: House, kind: str, tmp_path: Path) -> Iterator[Database]:
    """The database as the backup has it, and as `msb db upgrade` leaves it."""
    (tmp_path / "new").mkdir()
    file = tmp_path / "saved"
    msb(house.db, "backup", str(file))
    with ExitStack() as stack:
        db = Database(stack.enter_context(empty_database(kind, tmp_path / "new")))
        bring_back(file, db)
        assert msb(db, "upgrade").exit_code == 0
        yield db
        db.close()


def come_back(house: House, restored: Database) -> House:
    """The same providers, with the restored database, before anything was sent from it."""
    with restored.begin() as session:
        assert distrust(session, house.times()) == 2
    return House(restored, clock=house.clock, sms=house.sms, staff=house.staff)


def contents(db: Database) -> dict[str, list[str]]:
    with db.engine.connect() as connection:
        return {
            table.name: sorted(str(tuple(row)) for row in connection.execute(sa.select(table)))
            for table in Base.metadata.sorted_tables
        }


def test_what_is_restored_is_all_that_was_there(house: House, restored: Database) -> None:
    assert contents(restored) == contents(house.db)
    assert len(contents(restored)["member"]) == 2


def test_a_backup_can_be_made_while_somebody_writes(house: House, kind: str, tmp_path: Path) -> None:
    with house.db.begin() as session:
        session.execute(sa.update(Member).values(first_name="half done"))
        session.flush()
        done = msb(Database(address(house.db)), "backup", str(tmp_path / "saved"))
    assert done.exit_code == 0
    if kind == "sqlite":
        with sqlite3.connect(tmp_path / "saved") as copy:
            assert ("half done",) not in copy.execute("select first_name from member").fetchall()


def test_a_backup_is_for_its_owners_eyes_only(house: House, tmp_path: Path) -> None:
    assert msb(house.db, "backup", str(tmp_path / "saved")).exit_code == 0
    assert stat.S_IMODE((tmp_path / "saved").stat().st_mode) == 0o600
    assert not (tmp_path / "saved.part").exists()


def test_a_backup_replaces_no_file(house: House, tmp_path: Path) -> None:
    (tmp_path / "saved").write_text("mine")
    with pytest.raises(BackupFailed, match="is there already"):
        msb(house.db, "backup", str(tmp_path / "saved"))
    assert (tmp_path / "saved").read_text() == "mine"


def test_a_backup_that_fails_leaves_nothing(kind: str, tmp_path: Path) -> None:
    with empty_database(kind, tmp_path) as url:
        nowhere = sa.make_url(url).set(database=f"{sa.make_url(url).database}-nowhere")
    with pytest.raises(BackupFailed, match="nowhere"):
        msb(Database(nowhere.render_as_string(hide_password=False)), "backup", str(tmp_path / "saved"))
    assert [path.name for path in tmp_path.glob("saved*")] == []


def test_nothing_that_went_out_after_the_backup_goes_out_again(house: House, restored: Database) -> None:
    house.deliver()
    sent = house.sms.texts()
    assert len(sent) == 2, "an answer, and a check-in"
    again = come_back(house, restored)
    house.clock.pass_real(timedelta(minutes=2))
    again.deliver()
    assert house.sms.texts() == sent
    assert len(house.sms.calls) == 2
    with restored.begin() as session:
        assert {row.state for row in session.scalars(sa.select(OutboxMessage))} == {OutboxState.SENT}


def test_after_a_restore_an_answer_that_never_went_out_is_sent_and_a_check_in_is_reported(
    house: House, restored: Database
) -> None:
    again = come_back(house, restored)
    house.clock.pass_real(timedelta(minutes=2))
    again.deliver()
    assert house.sms.texts() == ["well done"]
    with restored.begin() as session:
        states = sorted(session.scalars(sa.select(OutboxMessage.state)))
    assert states == [OutboxState.SENT, OutboxState.UNKNOWN]


def test_after_a_restore_nobody_holds_a_lane(house: House, restored: Database) -> None:
    with restored.begin() as session:
        session.execute(sa.update(Lane).values(lease_until=house.clock.wall() + timedelta(hours=1)))
    assert "2 waiting messages" in msb(restored, "restored").output
    with restored.begin() as session:
        assert session.scalars(sa.select(Lane).where(Lane.lease_until.is_not(None))).all() == []
