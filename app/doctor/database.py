"""The database: whether it answers, whether it keeps its word, and whether the tables are those of this version."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.orm import Session

from app import migrate
from app.doctor.finding import Finding, Site, broken, ok, skipped, warning
from app.masking import mask
from bot.db import POOL, Database

OLDEST_SERVER = 130000
PROCESSES = 3
"""A gateway, a worker and a scheduler, at least."""
FULL = 0.8
WRITES_SAFELY = ("fsync", "full_page_writes", "synchronous_commit")


def look(site: Site) -> Iterator[Finding]:
    """Whether it answers, and how it is set."""
    try:
        db = Database(site.settings.database_url)
    except (sa.exc.ArgumentError, ImportError) as error:
        yield broken(
            f"MSB_DATABASE_URL can't be read ({type(error).__name__}).",
            "Write it as sqlite:///var/msb.db or postgresql+psycopg://user:password@host/name.",
        )
        return
    if db.is_sqlite and not _file_is_there(db):
        yield broken("The file of the database is not there.", "Make it with `msb db upgrade`.")
        return
    try:
        with db.begin() as session:
            found = list(_sqlite(session) if db.is_sqlite else _postgresql(session))
    except sa.exc.SQLAlchemyError as error:
        yield broken(f"The database does not answer ({_reason(error)}).", _remedy(db))
        db.close()
        return
    site.db = db
    yield from found


def tables(site: Site) -> Iterator[Finding]:
    """Whether the migrations of this version have been run, and no later ones."""
    if site.db is None:
        yield skipped("The database does not answer.")
        return
    scripts = ScriptDirectory.from_config(migrate.config())
    head = scripts.get_current_head()
    with site.db.engine.connect() as connection:
        present = MigrationContext.configure(connection).get_current_revision()
    site.has_tables = present == head
    if present == head:
        yield ok(f"The tables are those of this version ({head}).")
    elif present is None:
        yield broken("The database has no tables of ours.", "Make them with `msb db upgrade`.")
    elif present in {script.revision for script in scripts.walk_revisions()}:
        yield broken(f"The tables are at {present}, this version needs {head}.", "Run `msb db upgrade`.")
    else:
        yield broken(
            f"The tables are at {present}, which this version does not know: a later one was here.",
            "Run the later version, or restore the backup from before the upgrade.",
        )


def queue(site: Site) -> Iterator[Finding]:
    """Whether the way in which work is told of fits the database."""
    setting, is_sqlite = site.settings.queue, site.settings.database_url.startswith("sqlite")
    if is_sqlite and setting == "procrastinate":
        yield broken("MSB_QUEUE is procrastinate, which needs PostgreSQL.", "Set it to auto, or use PostgreSQL.")
    elif is_sqlite:
        yield ok("All work is done in one process (`msb serve`), as SQLite likes it.")
    elif setting == "in_process":
        yield warning(
            "MSB_QUEUE is in_process: processes don't tell each other of work.",
            "Leave it only where `msb serve` is the only process; otherwise set it to auto.",
        )
    else:
        yield ok("Procrastinate tells all processes of work.")


def _file_is_there(db: Database) -> bool:
    name = db.url.database
    return not name or name == ":memory:" or Path(name).is_file()


def _sqlite(session: Session) -> Iterator[Finding]:
    version = session.execute(sa.text("select sqlite_version()")).scalar_one()
    journal = session.execute(sa.text("pragma journal_mode")).scalar_one()
    if journal not in ("wal", "memory"):
        yield warning(f"SQLite keeps a {journal} journal.", "Put the file on a local disk that allows WAL.")
    yield ok(f"SQLite {version} answers.")


def _postgresql(session: Session) -> Iterator[Finding]:
    number, version = int(_show(session, "server_version_num")), _show(session, "server_version")
    if number < OLDEST_SERVER:
        yield broken(f"PostgreSQL {version} is too old.", "Upgrade the server to 13 or later; 15 or later is better.")
    else:
        yield ok(f"PostgreSQL {version} answers.")
    if (encoding := _show(session, "server_encoding")) != "UTF8":
        yield broken(f"The database's encoding is {encoding}.", "Make a database with encoding UTF8 and move to it.")
    if unsafe := [name for name in WRITES_SAFELY if _show(session, name) == "off"]:
        yield warning(f"{', '.join(unsafe)} is off: a crash of the server may lose what was accepted.", "Switch it on.")
    yield _connections(session)


def _connections(session: Session) -> Finding:
    most = int(_show(session, "max_connections")) - int(_show(session, "superuser_reserved_connections"))
    used = session.execute(sa.text("select count(*) from pg_stat_activity where backend_type = 'client backend'"))
    taken, each = int(used.scalar_one()), 2 * POOL
    words = f"{taken} of {most} connections are in use; each process of ours may take {each}."
    remedy = "Raise max_connections, or put a pooler in session mode before the server."
    if taken > FULL * most or most < PROCESSES * each:
        return warning(words, remedy)
    return ok(words)


def _show(session: Session, name: str) -> str:
    return str(session.execute(sa.text("select current_setting(:name)"), {"name": name}).scalar_one())


def _reason(error: sa.exc.SQLAlchemyError) -> str:
    """The first line of the driver's own words."""
    said = str(getattr(error, "orig", None) or error).strip().splitlines()
    return mask(said[0]) if said else type(error).__name__


def _remedy(db: Database) -> str:
    if db.is_sqlite:
        return "See that the file is a database, and that this user may write to it and to its folder."
    return "See that the server runs, and that host, name, user and password in MSB_DATABASE_URL are right."
