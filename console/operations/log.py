"""The audit log: who did what to whom, when and why."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode

from nicegui import ui
from sqlalchemy.orm import Session
from starlette.responses import Response

from bot import audit_log
from bot.audit_log import Asked, Entry
from bot.handoff.words import words
from bot.spreadsheet import cell
from console import shell
from console.look import muted
from console.operations import look
from console.operations.letters import DIGITS, before_of
from console.visit import Visit

PER_PAGE = 50
EXPORTED, BATCH = 100_000, 2_000


@dataclass(frozen=True)
class Choice:
    """What the address asks for; days are those of UTC."""

    actor: str = ""
    action: str = ""
    member: str = ""
    first: str = ""
    last: str = ""
    everything: bool = False

    @classmethod
    def read(cls, visit: Visit) -> Choice:
        said = {name: visit.query.get(name, "")[:254] for name in ("actor", "action", "member", "first", "last")}
        return cls(**said, everything=visit.query.get("all") == "yes")

    def query(self, **more: object) -> str:
        told = {"actor": self.actor, "action": self.action, "member": self.member, "first": self.first,
                "last": self.last, "all": "yes" if self.everything else "", **more}  # fmt: skip
        found = urlencode({name: str(value) for name, value in told.items() if value})
        return f"?{found}" if found else ""

    def asked(self) -> Asked:
        """What makes no sense is left out."""
        number = self.member if self.member.isascii() and self.member.isdigit() and len(self.member) <= DIGITS else ""
        last = _day(self.last)
        return Asked(
            actor=self.actor or None,
            action=self.action or None,
            member_id=int(number) if number else None,
            after=_day(self.first),
            until=last + timedelta(days=1) if last is not None else None,
            people=not self.everything and not self.actor,
        )


def _day(said: str) -> datetime | None:
    try:
        return datetime.combine(date.fromisoformat(said), time(), tzinfo=UTC)
    except ValueError:
        return None


@dataclass(frozen=True)
class Found:
    entries: list[Entry]
    actors: list[str]
    actions: list[str]


def read(session: Session, visit: Visit) -> Found:
    entries = audit_log.page(session, Choice.read(visit).asked(), before=before_of(visit), most=PER_PAGE)
    return Found(entries, audit_log.actors(session), audit_log.actions(session))


async def build(visit: Visit) -> None:
    look.begin(visit, "/operations/log")
    choice, found = Choice.read(visit), await visit.read(lambda session: read(session, visit))
    _filters(visit, choice, found)
    if not found.entries:
        with ui.card().props("flat bordered").classes("w-full items-center q-pa-lg"):
            ui.label("Nothing fits. Choose less above." if visit.query else "Nobody has done anything yet.")
    else:
        _entries(visit, found.entries)
    with ui.row().classes("items-center gap-4"):
        if len(found.entries) == PER_PAGE:
            ui.link("Older ones", f"{_at(visit)}{choice.query(before=found.entries[-1].id)}")
        if before_of(visit) is not None:
            ui.link("The newest", f"{_at(visit)}{choice.query()}")
        ui.link("Download as CSV", f"{_at(visit)}.csv{choice.query()}")
    muted(f"{look.ZONE} The file holds at most {EXPORTED:,} entries, the newest first.")


def _at(visit: Visit) -> str:
    return f"{shell.base(visit)}/operations/log"


def _filters(visit: Visit, choice: Choice, found: Found) -> None:
    """All of it stands in the address."""
    actors = {"": "Anybody"} | {one: one for one in sorted({*found.actors, choice.actor} - {""})}
    groups = sorted({one.partition(".")[0] for one in found.actions})
    actions = {"": "Anything"} | {one: f"{words(one).capitalize()}: all" for one in groups}
    actions |= {one: _action(one) for one in sorted({*found.actions, choice.action} - {""}) if one not in groups}
    with ui.row().classes("items-center gap-x-3 gap-y-2 w-full"):
        who = ui.select(actors, label="Who", value=choice.actor, with_input=True)
        what = ui.select(actions, label="What", value=choice.action, with_input=True)
        for field in (who, what):
            field.props("dense outlined options-dense").classes("w-36 grow sm:grow-0 sm:w-56 max-w-full")
        member = ui.input("Number of the member's page", value=choice.member).props("dense outlined inputmode=numeric")
        first, last = (ui.input(label, value=value).props("dense outlined stack-label type=date")
                       for label, value in (("From", choice.first), ("Until", choice.last)))  # fmt: skip
        rules = ui.checkbox("Also what the rules decided", value=choice.everything)

        def show() -> None:
            asked = Choice(who.value or "", what.value or "", (member.value or "").strip(), first.value or "",
                           last.value or "", bool(rules.value))  # fmt: skip
            ui.navigate.to(f"{_at(visit)}{asked.query()}")

        ui.button("Show", icon="search", on_click=show).props("no-caps unelevated")


def _entries(visit: Visit, entries: list[Entry]) -> None:
    with look.table("Log", ("When", "Who", "What", "Whom", "About", "Why")):
        for one in entries:
            with look.row():
                look.cells(look.moment(one.at), one.actor, _action(one.action))
                with look.cell():
                    if one.member_id is not None:
                        ui.link(one.who or f"member {one.member_id}", f"{shell.base(visit)}/members/{one.member_id}")
                with look.cell():
                    _subject(visit, one)
                with look.cell():
                    if one.reason:
                        ui.label(words(one.reason))
                    if one.details:
                        muted(_details(one))


def _subject(visit: Visit, one: Entry) -> None:
    kind, _, number = (one.subject or "").partition(":")
    if kind == "case" and number.isdigit():
        ui.link(f"case {number}", f"{shell.base(visit)}/cases/{number}")
    elif one.subject:
        ui.label(words(one.subject.replace(":", " ", 1)))


def _action(action: str) -> str:
    """Like ``Hand off: claimed``."""
    group, _, event = action.partition(".")
    return f"{words(group).capitalize()}: {words(event)}" if event else words(group).capitalize()


def _details(one: Entry) -> str:
    return ", ".join(f"{words(str(name))}: {_plain(value)}" for name, value in one.details.items())[:300]


def _plain(value: object) -> str:
    """A value in one line, whatever is within."""
    match value:
        case dict():
            return " ".join(
                f"{words(str(name))} {_plain(part)}" for name, part in value.items() if part not in ("", None)
            )
        case list():
            return " ".join(_plain(part) for part in value)
    return str(value)


async def download(visit: Visit) -> Response:
    """The entries that the address asks for, as a file for a spreadsheet. It is read in batches, each in a transaction
    of its own: on one machine nobody writes meanwhile."""
    asked, found = Choice.read(visit).asked(), list[Entry]()
    while len(found) < EXPORTED:
        before = found[-1].id if found else None
        batch = await visit.read(_batch(asked, before))
        found += batch
        if len(batch) < BATCH:
            break
    content = await look.in_thread(lambda: as_csv(found))
    headers = {"Content-Disposition": 'attachment; filename="log.csv"', "Cache-Control": "no-store"}
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)


def _batch(asked: Asked, before: int | None) -> Callable[[Session], list[Entry]]:
    return lambda session: audit_log.page(session, asked, before=before, most=BATCH)


def as_csv(entries: Iterable[Entry]) -> str:
    """Words of others may not begin like a formula: a spreadsheet would work it out."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(["at", "actor", "action", "member", "name", "subject", "reason", "details"])
    for one in entries:
        told = [one.actor, one.action, str(one.member_id or ""), one.who or "", one.subject or "", one.reason or "",
                _details(one)]  # fmt: skip
        writer.writerow([one.at.isoformat(), *map(cell, told)])
    return file.getvalue()
