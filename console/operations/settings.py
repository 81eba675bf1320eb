"""How long data is kept and how much there is; versions, and the settings in use, without what is secret."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import sqlalchemy as sa
from nicegui import ui
from pydantic import SecretStr
from sqlalchemy.orm import Session

from bot.config import Settings
from bot.housekeeping import overview
from bot.housekeeping.keeping import RULES, Keeping, Kind, read_keeping
from bot.housekeeping.overview import Size
from console.look import card, muted
from console.operations import look
from console.visit import Visit

SHOWN = 15
PACKAGES = ("member-success-bot", "nicegui", "fastapi", "sqlalchemy", "apscheduler", "procrastinate", "rasa-sdk")


@dataclass(frozen=True)
class Amounts:
    """How many rows of each class have had their time, and the largest tables."""

    ripe: dict[Kind, int]
    sizes: list[Size]


class Keep:
    """What is kept how long. Counting reads much, so it is done when somebody asks."""

    def __init__(self, visit: Visit, keeping: Keeping) -> None:
        self.visit, self.keeping = visit, keeping
        self.amounts: Amounts | None = None

    async def count(self) -> None:
        console, times = self.visit.console, self.visit.console.times()
        self.button.disable()
        self.amounts = await look.in_thread(
            lambda: Amounts(dict(overview.waiting(console.db, self.keeping, times)), overview.sizes(console.db)[:SHOWN])
        )
        self.button.enable()
        self.parts.refresh()

    def draw(self) -> None:
        with card("How long data is kept"):
            muted("Housekeeping does this every hour. MSB_KEEP changes it.")
            self.button = ui.button("Count now", icon="functions", on_click=self.count).props("no-caps outline dense")
            self.parts()

    @ui.refreshable_method
    def parts(self) -> None:
        with look.table("Classes of data", ("What", "Kept", "Then", "Has had its time"), ("Has had its time",)):
            for kind, rule in RULES.items():
                length = self.keeping.lengths.get(kind)
                ripe = f"{self.amounts.ripe.get(kind, 0):,}" if self.amounts is not None else "\u2013"
                with look.row():
                    with look.cell():
                        ui.label(rule.what)
                        muted(rule.needed_for)
                    look.cells(f"{length.days} days" if length else "for ever", str(rule.then), ripe, numbers=(2,))
        if self.amounts is not None:
            with look.table("Tables", ("Table", "Rows", "Size"), ("Rows", "Size")):
                for size in self.amounts.sizes:
                    told = f"{size.bytes / 1_000_000:,.1f} MB" if size.bytes is not None else "\u2013"
                    with look.row():
                        look.cells(size.table, f"{size.rows:,}", told, numbers=(1, 2))


def settings_told(settings: Settings) -> list[tuple[str, str, bool]]:
    """Name, value, and whether it is as usual; of what is secret only whether it is set."""
    told = []
    for name, field in type(settings).model_fields.items():
        value = getattr(settings, name)
        told.append((f"MSB_{name.upper()}", _told(value), value == field.default))
    return told


def _told(value: Any) -> str:
    if isinstance(value, SecretStr):
        return "set (not shown)" if value.get_secret_value() else "not set"
    text = str(value)
    if "://" in text:
        return ", ".join(_without_password(part.strip()) for part in text.split(","))
    return text


def _without_password(url: str) -> str:
    try:
        return sa.engine.make_url(url).render_as_string(hide_password=True)
    except sa.exc.ArgumentError:
        return "set (not shown)"


def versions(session: Session) -> list[tuple[str, str]]:
    """Of Python, of the packages that matter, of the database and of its tables."""
    found = [("Python", platform.python_version())]
    for name in PACKAGES:
        try:
            found.append((name, version(name)))
        except PackageNotFoundError:
            continue
    dialect = session.get_bind().dialect
    number = ".".join(str(part) for part in getattr(dialect, "server_version_info", None) or ())
    found.append((dialect.name, number))
    if sa.inspect(session.connection()).has_table("alembic_version"):
        found.append(("Tables", str(session.execute(sa.text("select version_num from alembic_version")).scalar())))
    return found


async def build(visit: Visit) -> None:
    look.begin(visit, "/operations/settings")
    Keep(visit, read_keeping(visit.console.settings.keep)).draw()
    with card("Versions"), look.table("Versions", ("What", "Version")):
        for name, number in await visit.read(versions):
            with look.row():
                look.cells(name, number)
    told = settings_told(visit.console.settings)
    with card("Settings in use"):
        muted("Those that are not as usual come first. Secrets are never shown.")
        with look.table("Settings", ("Setting", "Value")):
            for name, value, is_usual in sorted(told, key=lambda one: one[2]):
                with look.row():
                    with look.cell():
                        ui.label(name).classes("" if is_usual else "text-weight-bold")
                    look.cells(value)
