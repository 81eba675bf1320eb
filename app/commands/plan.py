"""``msb plan``: what will happen with a member, what happened, and why."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import sqlalchemy as sa
import typer
from sqlalchemy.orm import Session

from app.api_plan import PlanBody
from app.wiring import build
from bot.config import Settings
from bot.errors import NotFound
from bot.members import fields
from bot.model import ContactPoint, Member, MemberStatus
from bot.outreach.plan import MOST_DAYS, MOST_HISTORY, plan_of
from bot.outreach.reach import Reach
from bot.plan.model import Asking, Coming, Happened, Kind, Plan

Who = Annotated[str, typer.Argument(metavar="MEMBER", help="A member number, e-mail address, phone or id.")]
Days = Annotated[int, typer.Option(min=0, max=MOST_DAYS, help="How many days to look ahead.")]
History = Annotated[int, typer.Option(min=0, max=MOST_HISTORY, help="How much of the past to tell.")]
AsJson = Annotated[bool, typer.Option("--json", help="As the programming interface gives it, with times in UTC.")]


def show(who: Who, days: Days = 30, history: History = 10, as_json: AsJson = False) -> None:
    """Tell what will happen with a member if they stay silent, what happened, and why."""
    application = build(Settings())
    try:
        with application.db.begin() as session:
            member, reach = find(session, who), Reach(application.channels)
            now = application.clock.now()
            plan = plan_of(session, application.programme, reach, member, now, days=days, history=history)
    finally:
        application.close()
    if as_json:
        typer.echo(PlanBody.model_validate(plan).model_dump_json(indent=2))
        return
    for line in lines(plan):
        typer.echo(line)


def find(session: Session, who: str) -> Member:
    """The member with this number, else with this address, else with this id; one who was merged stands for nobody.

    Raises:
        NotFound: there is none.
    """
    there = Member.status != MemberStatus.MERGED
    by_number = sa.select(Member).where(Member.number == who, there)
    by_address = sa.select(Member).join(ContactPoint).where(ContactPoint.address.in_(_spellings(who)), there)
    by_id = sa.select(Member).where(Member.id == int(who), there) if who.isdecimal() and len(who) < 19 else None
    for query in (by_number, by_address, by_id):
        found = session.scalars(query.order_by(Member.id).limit(1)).first() if query is not None else None
        if found is not None:
            return found
    raise NotFound(f"a member with the number, address or id {who}")


def _spellings(who: str) -> set[str]:
    """The address as it was written, and as addresses are kept."""
    found = {who}
    for check in (fields.check_email, fields.check_phone):
        try:
            found.add(check(who))
        except fields.FieldRefused:
            continue
    return found


def lines(plan: Plan) -> Iterator[str]:
    """The plan to read, in the member's local time."""
    zone = ZoneInfo(plan.time_zone)
    yield f"{plan.member} (id {plan.member_id}), {_at(plan.at, zone)} in {plan.time_zone}"
    yield from _titled("Under way", _ways(plan, zone))
    yield from _titled(f"If {plan.member} stays silent", _all_coming(plan, zone))
    yield from _titled("Journeys to come", (f"  {_at(e.at, zone)}  {e.journey}. {e.why}" for e in plan.entries))
    yield from _titled("Surveys to come", (_survey(one, zone) for one in plan.surveys))
    yield from _titled("What happened", (line for one in plan.history for line in _happened(one, zone)))


def _survey(one: Asking, zone: ZoneInfo) -> str:
    return f"  {_at(one.at, zone)}  {one.survey}{'' if one.is_asked else ': left out'}. {one.why}"


def _titled(title: str, found: Iterator[str]) -> Iterator[str]:
    told = list(found)
    if told:
        yield from ("", f"{title}:", *told)


def _ways(plan: Plan, zone: ZoneInfo) -> Iterator[str]:
    for way in plan.ways:
        ends = f", ends {_at(way.lapses_at, zone)} at the latest" if way.lapses_at else ""
        yield f"  {way.journey}, since {_at(way.entered_at, zone)}{ends}"
        yield f"    in hand: {way.in_hand or 'nothing'}"
        if way.ahead:
            yield f"    then: {', '.join(way.ahead)}"


def _all_coming(plan: Plan, zone: ZoneInfo) -> Iterator[str]:
    if not plan.coming:
        yield f"  nothing until {_at(plan.until, zone)}"
    for one in plan.coming:
        yield from _coming(one, zone, plan.until)
    if plan.is_cut:
        yield "  ... and more"


def _coming(one: Coming, zone: ZoneInfo, until: datetime) -> Iterator[str]:
    when = _at(one.at, zone) if one.at else "when a colleague is done"
    if one.at is not None and one.at > until:
        when = f"not before {when}"
    yield f"  {when}  {_what(one)}"
    if one.text is not None:
        yield f"    {_quoted(one.text)}"
    about = f"{one.journey}, {one.step}" if one.journey else one.step
    yield f"    why: {about}{f' and {one.also}' if one.also else ''}. {one.why}"
    for held in one.holds:
        lasts = f" Until {_at(held.until, zone)}." if held.until else ""
        yield f"    held: {held.words}{lasts}"
    for left_out in one.skips:
        yield f"    left out: rung {left_out.rung} ({left_out.modality}). {left_out.words}"


def _what(one: Coming) -> str:
    match one.kind:
        case Kind.MESSAGE:
            way = f"{one.channel} to {one.address}" if one.channel else f"{one.modality}, which reaches nobody"
            return f"{way}, from {one.sender}, rung {one.rung} of {one.rungs}"
        case Kind.CASE:
            return f"a case for {(one.team or '').replace('_', ' ')}"
        case Kind.END:
            return "the question ends"


def _happened(one: Happened, zone: ZoneInfo) -> Iterator[str]:
    by = f" by {one.channel}" if one.channel else ""
    rule = f" [{one.rule}]" if one.rule else ""
    yield f"  {_at(one.at, zone)}  {one.what}{by}{rule}"
    if one.text is not None:
        yield f"    {_quoted(one.text)}"
    if one.why is not None:
        yield f"    {one.why}"


def _quoted(text: str) -> str:
    return f'"{" ".join(text.split())}"'


def _at(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%a %d %b %Y %H:%M}"
