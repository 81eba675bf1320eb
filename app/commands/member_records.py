"""``msb members list``, ``show``, ``move``, ``export`` and ``erase``: records, from a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.orm import Session

from app.commands.member_facts import member as by_number
from app.commands.plan import find
from app.wiring import Application, build
from bot.config import Settings
from bot.errors import Refused
from bot.handoff import people
from bot.handoff.risk import Level
from bot.members import directory, dossier, erase, export, move, segments
from bot.members.directory import Asked, Listing, Order, Stage, Wanted
from bot.members.dossier import Dossier
from bot.members.hand import Hand
from bot.model import MemberStatus

Who = Annotated[str, typer.Argument(metavar="MEMBER", help="A member number, e-mail address, phone or id.")]
Number = Annotated[str, typer.Argument(help="A member number.")]
By = Annotated[str, typer.Option("--by", help="Your e-mail address, for the record.")]
Words = Annotated[str, typer.Argument(help="Words of the name, a member number, an e-mail address or a phone.")]
AUTO = "auto"
Folder = Annotated[Path, typer.Option(exists=True, file_okay=False, writable=True, help="Where the files go.")]


@dataclass(frozen=True)
class At:
    """One act, in one transaction."""

    session: Session
    application: Application
    hand: Hand


@contextmanager
def act(by: str) -> Iterator[At]:
    """A colleague acts.

    Raises:
        NotFound: we have not met them.
    """
    application = build(Settings())
    try:
        with application.db.begin() as session:
            person = people.colleague(session, by)
            yield At(session, application, Hand(f"staff:{person.email}", application.times(), person.id))
    finally:
        application.close()


def list_members(
    text: Words = "",
    segment: Annotated[str | None, typer.Option(help="The key of a segment.")] = None,
    stage: Annotated[Stage | None, typer.Option(help="Of a journey under way.")] = None,
    status: Annotated[MemberStatus | None, typer.Option(help="Of the membership.")] = None,
    risk: Annotated[Level | None, typer.Option(help="As of the last round of looking at members.")] = None,
    question: Annotated[Asked | None, typer.Option(help="Whether a question waits for an answer.")] = None,
    order: Annotated[Order, typer.Option(help="By what they are put in order.")] = Order.NAME,
    skip: Annotated[int, typer.Option(min=0)] = 0,
    most: Annotated[int, typer.Option(min=1, max=directory.MOST)] = 50,
) -> None:
    """List members, or find them."""
    wanted = Wanted(text, segment, stage, status, risk, question)
    application = build(Settings())
    try:
        with application.db.begin() as session:
            found = directory.find(
                session, application.programme, wanted, application.clock.now(), order=order, skip=skip, most=most
            )
    finally:
        application.close()
    for line in listed(found):
        typer.echo(line)


def listed(found: Listing) -> Iterator[str]:
    """A line for each member, and how many there are."""
    for one in found.lines:
        at = ", ".join(f"{way.journey}: {way.step}" if way.step else way.journey for way in one.at) or "in no journey"
        case = f", case {one.case_id}" if one.case_id is not None else ""
        yield f"{one.number or one.member_id}  {one.name}  {one.segment}  {one.status}  risk {one.risk}  {at}{case}"
    yield f"{len(found.lines)} of {found.total}."


def show(who: Who) -> None:
    """Show what is known of a member. What will happen, and what happened, tells msb plan."""
    application = build(Settings())
    try:
        with application.db.begin() as session:
            found = find(session, who)
            page = dossier.dossier(session, application.programme, found.id, application.clock.now())
    finally:
        application.close()
    for line in shown(page):
        typer.echo(line)


def shown(page: Dossier) -> Iterator[str]:
    """The member's page as lines of text."""
    person = page.person
    yield f"{person.name} ({person.number or person.member_id}), {person.status}, {person.segment_name}"
    yield f"Joined {person.joined_on}, renews {person.renews_on or 'on no known day'}, with {person.msm or 'nobody'}."
    yield f"Risk: {page.risk.level}{''.join(f'; {reason.words}' for reason in page.risk.reasons)}."
    for address in page.addresses:
        yield f"{address.channel_name}: {address.address}{f' ({address.why_not})' if address.why_not else ''}"
    for way in page.ways:
        yield f"{way.name}: {way.state}, {way.done} of {way.total} steps, from {way.point_a} to {way.point_b}."
    if page.goals and page.goals[0].end is None:
        yield f"Goal: {page.goals[0].text}"
    if page.paused_until is not None:
        yield f"Paused until {page.paused_until:%Y-%m-%d %H:%M} UTC."
    for case in page.cases:
        yield f"Case {case.case_id}: {case.reason}, {case.state}. {case.summary}"
    for note in page.notes:
        yield f"{note.at:%Y-%m-%d} {note.author}: {note.text}"


def move_member(
    number: Number,
    by: By,
    segment: Annotated[str, typer.Option(help="The key of a segment; auto: as the rules say.")] = "",
    start: Annotated[str, typer.Option(help="The key of a journey to enter.")] = "",
    stop: Annotated[str, typer.Option(help="The key of a journey to end.")] = "",
    milestone: Annotated[str, typer.Option(help="With --journey: the milestone to go on with.")] = "",
    journey: Annotated[str, typer.Option(help="The journey that --milestone is in.")] = "",
) -> None:
    """Move a member to another segment, into a journey, out of one, or on to a milestone."""
    with act(by) as at:
        member, programme = by_number(at.session, number), at.application.programme
        given = (at.session, programme, member.id, at.hand)
        if not (segment or start or stop or milestone):
            raise Refused("Say where to: --segment, --start, --stop, or --milestone with --journey.")
        if segment:
            chosen = None if segment == AUTO else segments.check(segment, segments.keys(programme))
            typer.echo(f"{member.name} is in the segment {move.to_segment(*given, chosen)}.")
        if stop:
            move.stop(*given, _run(at, member.id, stop))
            typer.echo(f"{member.name} is in {stop} no more.")
        if start:
            move.start(*given, start)
            typer.echo(f"{member.name} has entered {start}.")
        if milestone:
            count = move.skip_to(*given, _run(at, member.id, journey), milestone)
            typer.echo(f"{count} steps are passed over.")


def export_member(who: Who, by: By, folder: Folder = Path()) -> None:
    """Write all that is held about a member into two files: JSON, and text for a person."""
    with act(by) as at:
        found = export.export(at.session, at.application.programme, find(at.session, who).id, at.hand)
    for ending, text in (("json", found.as_json), ("txt", found.readable)):
        path = folder / f"{found.name}.{ending}"
        path.touch(mode=0o600)
        path.write_text(f"{text}\n", encoding="utf-8")
        typer.echo(str(path))


def erase_member(
    who: Who,
    by: By,
    confirm: Annotated[str, typer.Option(help="The member number once more. Without it, only say what would go.")] = "",
) -> None:
    """Forget a member for good. What stays, and what has to be done elsewhere, is told before."""
    with act(by) as at:
        found = find(at.session, who)
        if not confirm:
            for line in told(erase.preview(at.session, found.id)):
                typer.echo(line)
            return
        done = erase.erase(at.session, found.id, at.hand, confirm)
    rows = sum(done.deleted.values()) + sum(done.emptied.values())
    typer.echo(
        f"Erased: {rows} rows. The engine's dialogue is {done.conversation_id}: see docs/operations/retention.md."
    )


def told(erasure: erase.Erasure) -> Iterator[str]:
    """What erasing would do."""
    yield f"Erasing {erasure.name} deletes, for good:"
    yield from (f"- {line}" for line in erasure.goes)
    yield "What stays:"
    yield from (f"- {line}" for line in erasure.stays)
    yield erasure.hindrance or f'To do it: --confirm "{erasure.confirmation}"'


def _run(at: At, member_id: int, journey: str) -> int:
    """The run of a journey that is under way.

    Raises:
        Refused: there is none.
    """
    ways = move.options(at.session, at.application.programme, member_id).under_way
    found = next((one.run_id for one in ways if one.journey == journey and one.run_id is not None), None)
    if found is None:
        raise Refused(f"They are not in the journey {journey or '(none named: use --journey)'}.")
    return found


def add_to(members: typer.Typer) -> None:
    """Gives the commands to ``msb members``."""
    commands: dict[str, Callable[..., None]] = {
        "list": list_members,
        "show": show,
        "move": move_member,
        "export": export_member,
        "erase": erase_member,
    }
    for name, command in commands.items():
        members.command(name)(command)
