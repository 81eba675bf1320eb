"""What staff tell the system of a member (``msb members goal``, ``away``, ``step``, ...) and of their own absences."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from sqlalchemy.orm import Session

from app.wiring import Application, build
from bot.config import Settings
from bot.errors import NotFound, Refused
from bot.handoff import people
from bot.members import absences, addresses, fields, goals, preferences, progress_by_staff
from bot.members.absences import Days, Owner
from bot.members.consent import Evidence
from bot.members.progress_by_staff import Mark
from bot.model import Absence, GoalEnd, Member, Staff
from bot.programme.base import Declinable
from bot.progress.steps import Said

Number = Annotated[str, typer.Argument(help="A member number.")]
Email = Annotated[str, typer.Argument(help="A colleague's e-mail address.")]
By = Annotated[str, typer.Option("--by", help="Your e-mail address, for the record.")]
First = Annotated[str, typer.Argument(metavar="FROM", help="The first day away: 2026-12-03, today or +3d.")]
Last = Annotated[str, typer.Argument(metavar="UNTIL", help="The last day away.")]
Calendar = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="An iCalendar file (.ics).")]
Zone = Annotated[str, typer.Option("--zone", help="Where whole days are counted, if the calendar doesn't say.")]
Note = Annotated[str, typer.Option(help="Words for the record.")]


@dataclass(frozen=True)
class Desk:
    """One act of a colleague on one member, in one transaction."""

    session: Session
    application: Application
    member: Member
    source: str
    now: datetime


@contextmanager
def desk(number: str, by: str) -> Iterator[Desk]:
    """The member is held until the act is written.

    Raises:
        NotFound: no such member, or no such colleague.
        Refused: a value that can't be used.
    """
    application = build(Settings())
    try:
        with application.db.begin() as session:
            source = f"staff:{people.colleague(session, by).email}"
            yield Desk(session, application, member(session, number), source, application.clock.now())
    except fields.FieldRefused as problem:
        raise Refused(str(problem)) from None
    finally:
        application.close()


def member(session: Session, number: str) -> Member:
    """The active member with this number, held.

    Raises:
        NotFound: there is none.
    """
    found = addresses.by_number(session, number)
    if found is None:
        raise NotFound(f"an active member with the number {number}")
    return session.get_one(Member, found.id, with_for_update=True, populate_existing=True)


def goal(
    number: Number,
    by: By,
    text: Annotated[str, typer.Argument(help="The goal, as the member words it; it replaces the one before.")] = "",
    end: Annotated[GoalEnd | None, typer.Option(help="End the present goal instead.")] = None,
    percent: Annotated[int | None, typer.Option(help="Note how much of the way is done: 0 to 100.")] = None,
    note: Note = "",
) -> None:
    """Set, end or note progress on what a member wants to reach; without any of these, print all goals."""
    with desk(number, by) as at:
        if end is GoalEnd.REPLACED:
            raise Refused("A goal is replaced by setting another one.")
        if text:
            goals.set_goal(at.session, at.member, text, at.source, at.now)
        if percent is not None or note:
            goals.note_progress(at.session, at.member, percent, note or None, at.source, at.now)
        if end is not None:
            goals.end_goal(at.session, at.member, end, at.source, at.now)
        for told in goals.history(at.session, at.member.id):
            typer.echo(_line(told))


def prefer(
    number: Number,
    message_class: Annotated[str, typer.Argument(help="promotional, relationship or survey.")],
    wanted: Annotated[str, typer.Argument(help="yes or no.")],
    by: By,
    words: Annotated[str, typer.Option(help="How the member said so, for the ledger of consent.")] = "told staff",
) -> None:
    """Note that a member wants no more messages of one class, or wants them again."""
    with desk(number, by) as at:
        named, evidence = check_class(message_class), Evidence(at.source, words)
        if fields.check_yes_no(wanted):
            preferences.accept(at.session, at.member, named, evidence, at.now)
        else:
            preferences.decline(at.session, at.application.programme, at.member, named, evidence, at.now)
        gone = sorted(preferences.declined(at.session, at.member.id))
        typer.echo(f"{at.member.name} declines: {', '.join(gone) or 'nothing'}.")


def away(number: Number, first: First, last: Last, by: By, note: Note = "") -> None:
    """Note when a member is away; nothing is sent to them then."""
    with desk(number, by) as at:
        added = note_days(at.session, at.member, (first, last), at.source, note, at.now)
        typer.echo(spoken(at.member, added))


def list_absences(
    number: Number,
    by: By,
    remove: Annotated[int | None, typer.Option(help="Remove the absence with this number.")] = None,
) -> None:
    """List a member's absences from now on, or remove one."""
    with desk(number, by) as at:
        if remove is not None:
            absences.remove(at.session, at.member, remove, at.source, at.now)
        for absence in absences.of(at.session, at.member, at.now, at.now + absences.AHEAD):
            typer.echo(spoken(at.member, absence))


def calendar(number: Number, file: Calendar, by: By, zone: Zone = "") -> None:
    """Take a member's absences from their calendar file, in place of those of the last one."""
    with desk(number, by) as at:
        print_calendar(at.session, at.member, file, zone, at.now)


def step(
    number: Number,
    key: Annotated[str, typer.Argument(metavar="STEP", help="The key of a step of the member's journey.")],
    to: Annotated[Mark, typer.Argument(metavar="STATE", help="done, skipped or open (to be asked again).")],
    by: By,
    words: Annotated[str, typer.Option(help="How you know.")] = "",
) -> None:
    """Mark a step of a member's journey."""
    with desk(number, by) as at:
        said = Said(at.source, words or None)
        standing = progress_by_staff.mark(at.session, at.application.programme, at.member, key, to, said, at.now)
        ahead = standing.current
        typer.echo(f"{key} is {to}. Next: {ahead.key if ahead else 'nothing'}.")


def pause(
    number: Number, until: Annotated[str, typer.Argument(help="The day of the next contact: 2027-01-15.")], by: By
) -> None:
    """Write nothing first to a member before a day, at most a year ahead; their own messages are still answered."""
    with desk(number, by) as at:
        day = fields.check_day(until, today=at.now.astimezone(at.member.zone).date())
        ends, _ = Days(day, day).moments(at.member.zone)
        typer.echo(spoken(at.member, absences.pause(at.session, at.member, ends, at.source, at.now)))


def resume(number: Number, by: By) -> None:
    """End a pause."""
    with desk(number, by) as at:
        ended = absences.resume(at.session, at.member, at.source, at.now)
        typer.echo("The pause is over." if ended else "There was no pause.")


def staff_calendar(email: Email, file: Calendar, zone: Zone = "") -> None:
    """Take a colleague's absences from their calendar file, in place of those of the last one."""
    with colleague(email) as (session, person, now):
        print_calendar(session, person, file, zone, now)


def staff_away(email: Email, first: First, last: Last, zone: Zone = "", note: Note = "") -> None:
    """Note when a colleague is away: members are not called for them then."""
    with colleague(email) as (session, person, now):
        added = note_days(session, person, (first, last), f"staff:{person.email}", note, now, check_zone(zone))
        typer.echo(spoken(person, added))


@contextmanager
def colleague(email: str) -> Iterator[tuple[Session, Staff, datetime]]:
    """The colleague with this address, in one transaction.

    Raises:
        NotFound: we have not met.
        Refused: a value that can't be used.
    """
    application = build(Settings())
    try:
        with application.db.begin() as session:
            yield session, people.colleague(session, email), application.clock.now()
    except fields.FieldRefused as problem:
        raise Refused(str(problem)) from None
    finally:
        application.close()


def note_days(
    session: Session,
    owner: Owner,
    days: tuple[str, str],
    source: str,
    note: str,
    now: datetime,
    zone: ZoneInfo | None = None,
) -> Absence:
    """Keeps whole days, both included, in the owner's zone or in `zone`."""
    here = absences.zone_of(owner, zone)
    first, last = (fields.check_day(day, today=now.astimezone(here).date()) for day in days)
    starts, ends = Days(first, last).moments(here)
    return absences.add(session, owner, starts, ends, source, note or None, now)


def print_calendar(session: Session, owner: Owner, file: Path, zone: str, now: datetime) -> None:
    taken = absences.import_calendar(session, owner, file.read_bytes(), now, time_zone=check_zone(zone))
    for absence in taken:
        typer.echo(spoken(owner, absence))
    typer.echo(f"{len(taken)} absences of {owner.name} read.")


def check_zone(name: str) -> ZoneInfo | None:
    return ZoneInfo(fields.check_time_zone(name)) if name else None


def check_class(text: str) -> Declinable:
    """A class of messages, or surveys, by its name."""
    match text:
        case "transactional" | "relationship" | "promotional" | "survey":
            return text
    raise fields.FieldRefused(f'"{text}" is not a class of messages', "Write promotional, relationship or survey.")


def spoken(owner: Owner, absence: Absence) -> str:
    """One line about an absence: its number, its first and last moment in the owner's zone, its source and note."""
    zone = absences.zone_of(owner)
    starts, last = (moment.astimezone(zone) for moment in (absence.starts_at, absence.ends_at - timedelta(minutes=1)))
    words = f"{absence.id}\t{starts:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M}\t{absence.source}"
    return f"{words}\t{absence.note}" if absence.note else words


def _line(told: goals.Told) -> str:
    found = told.goal
    end = f"{found.end} {found.ended_at:%Y-%m-%d}" if found.ended_at else "present"
    noted = "".join(
        f"\n  {note.at:%Y-%m-%d}\t{'' if note.percent is None else f'{note.percent}%'}\t{note.text or ''}"
        for note in told.notes
    )
    return f"{found.set_at:%Y-%m-%d}\t{end}\t{found.text}{noted}"


OF_MEMBERS: dict[str, Callable[..., None]] = {
    "goal": goal,
    "prefer": prefer,
    "away": away,
    "absences": list_absences,
    "calendar": calendar,
    "step": step,
    "pause": pause,
    "resume": resume,
}
OF_STAFF: dict[str, Callable[..., None]] = {"calendar": staff_calendar, "away": staff_away}


def add_to(members: typer.Typer, staff: typer.Typer) -> None:
    """Puts these commands beside those that the groups have."""
    for group, commands in ((members, OF_MEMBERS), (staff, OF_STAFF)):
        for name, command in commands.items():
            group.command(name)(command)
