"""This machine: its clock against those of the others, and its disk."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import httpx
import sqlalchemy as sa

from app.doctor.finding import Finding, Site, broken, ok, skipped, warning
from bot.db import Database

NOTICEABLE, HARMFUL = timedelta(seconds=3), timedelta(seconds=60)
REMEDY = "Let NTP (chrony, systemd-timesyncd) keep the time on every machine."
LITTLE, TOO_LITTLE = 1_000_000_000, 100_000_000


def time(site: Site) -> Iterator[Finding]:
    """How far the machine's clock is from those of the database's server and of the engines."""
    found = []
    if site.db is not None and not site.db.is_sqlite:
        found.append(_judge("the database's server", _ahead_of_database(site, site.db)))
    for url in site.settings.engine_url.split(","):
        ahead = _ahead_of_engine(site, url.strip())
        if ahead is not None:
            found.append(_judge("the engine", ahead))
    if site.settings.clock != "system":
        found.append(warning("MSB_CLOCK is a file that moves time.", "Set it to system outside of demos and tests."))
    yield from found or [skipped("Nobody else's clock can be read.")]


def disk(site: Site) -> Iterator[Finding]:
    """Whether there is room where this machine writes."""
    folder = _folder(site)
    try:
        usage = shutil.disk_usage(folder)
    except OSError as error:
        yield broken(f"The folder {folder} can't be looked at ({type(error).__name__}).", "Make it, or mount its disk.")
        return
    words = f"{usage.free / 1e9:.1f} GB are free where {folder} is."
    if usage.free < TOO_LITTLE:
        yield broken(words, "Make room at once: without it nothing more can be accepted.")
    elif usage.free < LITTLE:
        yield warning(words, "Make room, or let `msb housekeeping` delete what is old.")
    else:
        yield ok(words)


def _judge(whose: str, ahead: timedelta) -> Finding:
    seconds = abs(ahead.total_seconds())
    words = f"This machine's clock is {seconds:.1f} s {'ahead of' if ahead > timedelta() else 'behind'} {whose}."
    if abs(ahead) > HARMFUL:
        return broken(words, REMEDY)
    return warning(words, REMEDY) if abs(ahead) > NOTICEABLE else ok(f"The clocks here and of {whose} agree.")


def _ahead_of_database(site: Site, db: Database) -> timedelta:
    with db.begin() as session:
        session.connection()
        before = site.clock.wall()
        told: datetime = session.execute(sa.select(sa.func.clock_timestamp())).scalar_one()
        return _outside(before, told, site.clock.wall())


def _ahead_of_engine(site: Site, url: str) -> timedelta | None:
    """By its answers' Date, which is cut to whole seconds; None when there is none."""
    before = site.clock.wall()
    try:
        told = site.http.get(f"{url}/webhooks/gateway/health").headers.get("date", "")
        at = parsedate_to_datetime(told).astimezone(UTC)
    except (httpx.HTTPError, ValueError):
        return None
    return _outside(before - timedelta(seconds=1), at, site.clock.wall())


def _outside(before: datetime, told: datetime, after: datetime) -> timedelta:
    """How far this clock is ahead of the other; what lies between question and answer is no difference."""
    if told < before:
        return before - told
    return after - told if told > after else timedelta()


def _folder(site: Site) -> Path:
    """The folder of the SQLite file, or that of the working directory where logs and archives usually are."""
    if site.db is not None and site.db.is_sqlite and site.db.url.database:
        return Path(site.db.url.database).resolve().parent
    return Path("var").resolve() if Path("var").is_dir() else Path.cwd()
