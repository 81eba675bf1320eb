"""``msb members``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.orm import Session

from app.wiring import Application, build
from bot.config import Settings
from bot.errors import ImportRefused, NotFound, Refused
from bot.handoff import people
from bot.members import addresses, email_link, linking, merge, propose, segments
from bot.members.enrol import Enrolled, enrol_all
from bot.members.linking import NotLinked
from bot.members.table import read_members
from bot.model import Member

cli = typer.Typer(no_args_is_help=True)


@cli.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="CSV, UTF-8.")],
    check: Annotated[bool, typer.Option(help="Only say what is wrong in the file.")] = False,
) -> None:
    """Take members in from a CSV file: all of them, or none when a line is wrong."""
    application = build(Settings())
    try:
        taken = load(application, file, check=check)
    finally:
        application.close()
    new = sum(one.is_new for one in taken)
    typer.echo(f"{len(taken)} members read." if check else f"{new} members added, {len(taken) - new} updated.")


By = Annotated[str, typer.Option("--by", help="Your e-mail address, for the record.")]
Number = Annotated[str, typer.Argument(help="A member number.")]


@cli.command("link")
def link_member(
    number: Number,
    channel: Annotated[str, typer.Argument(help="telegram, messenger, email or slack.")],
    address: Annotated[str, typer.Option(help="Slack: the account, TEAM:USER, that is asked.")] = "",
) -> None:
    """Print a link that connects a member's chat, or ask the member by e-mail or in Slack to confirm."""
    application = build(Settings())
    try:
        typer.echo(link(application, number, channel, address))
    finally:
        application.close()


@cli.command("propose")
def propose_account(
    number: Number, channel: Annotated[str, typer.Argument(help="Where accounts can be looked up: slack.")] = "slack"
) -> None:
    """Look a member's account up by their e-mail address, and ask there whether it is theirs."""
    application = build(Settings())
    try:
        typer.echo(look_up(application, number, channel))
    finally:
        application.close()


@cli.command("merge")
def merge_members(
    keep: Number, other: Annotated[str, typer.Argument(help="The member number whose record ends.")], by: By
) -> None:
    """Make two records of one person one."""
    application = build(Settings())
    try:
        with application.db.begin() as session:
            staff = people.colleague(session, by)
            record = merge.merge(
                session, _member(session, keep), _member(session, other), staff, application.clock.now()
            )
        typer.echo(f"{other} is part of {keep} now. To undo it: msb members unmerge {record.id}")
    finally:
        application.close()


@cli.command("unmerge")
def unmerge_members(number: Annotated[int, typer.Argument(help="The number of the merge.")], by: By) -> None:
    """Take a merge apart."""
    application = build(Settings())
    try:
        with application.db.begin() as session:
            merge.undo(session, number, people.colleague(session, by), application.clock.now())
        typer.echo(f"Merge {number} is undone.")
    finally:
        application.close()


def link(application: Application, number: str, channel: str, address: str = "") -> str:
    """What to tell whoever asked for the link.

    Raises:
        NotFound: there is no such member.
        Refused: the channel has no links, a setting is missing, or the address is somebody else's.
    """
    times, settings = application.times(), application.settings
    with application.db.begin() as session:
        member = _member(session, number)
        if channel == "email":
            point = next((point for point in member.contact_points if point.channel == "email"), None)
            if point is None:
                raise Refused(f"{number} has no e-mail address on record.")
            email_link.send(session, settings, application.programme, point, times)
            return f"Asked {point.address} to confirm."
        if address:
            return _ask(application, session, member, channel, address)
        linking.url(settings, channel, "")  # refuses before a token is made
        return linking.url(settings, channel, linking.issue(session, member, channel, times.now))


def look_up(application: Application, number: str, channel: str) -> str:
    """What became of looking for a member's account; the provider is called outside of any transaction.

    Raises:
        NotFound: there is no such member.
        Refused: nobody can be looked up, nobody was found, or the account is somebody else's.
    """
    directory = application.channels.get(channel)
    if directory is None:
        raise Refused(f"The channel {channel} is not set up; see msb channels check.")
    if not isinstance(directory, propose.Directory):
        raise Refused(f"People can't be looked up by their e-mail address on {channel}.")
    with application.db.begin() as session:
        points = _member(session, number).contact_points
        email = next((known.address for known in points if known.channel == "email" and not known.unusable_at), None)
    if email is None:
        raise Refused(f"{number} has no e-mail address on record that works.")
    address = directory.by_email(email)
    if address is None:
        raise Refused(f"Nobody has the address {email} on {channel}.")
    with application.db.begin() as session:
        return _ask(application, session, _member(session, number), channel, address)


def _ask(application: Application, session: Session, member: Member, channel: str, address: str) -> str:
    asked = propose.propose(session, application.programme, member, channel, address, application.times())
    if isinstance(asked, NotLinked):
        raise Refused(f"{address} is somebody else's.")
    return f"{address} is connected already." if asked.confirmed else f"Asked {address} to confirm."


def _member(session: Session, number: str) -> Member:
    member = addresses.by_number(session, number)
    if member is None:
        raise NotFound(f"an active member with the number {number}")
    return member


def load(application: Application, file: Path, *, check: bool = False) -> list[Enrolled]:
    """Reads and enrols a file.

    Raises:
        ImportRefused: with a line for each error; nothing was written.
    """
    now = application.clock.now()
    try:
        text = file.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise ImportRefused(f"\n{file.name}: not UTF-8 at byte {error.start}. Save the file as UTF-8.") from error
    parsed = read_members(text, today=now.date(), segment_keys=segments.keys(application.programme))
    if parsed.errors:
        raise ImportRefused("".join(f"\n{file.name}, {error}" for error in parsed.errors))
    if check:
        return [Enrolled(0, is_new=False) for _ in parsed.rows]
    with application.db.begin() as session:
        return enrol_all(session, application.programme, parsed.rows, source=f"import:{file.name}", now=now)
