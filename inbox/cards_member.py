"""What staff see of a member: who they are, how far they are, how likely they are lost. Pure."""

from __future__ import annotations

from datetime import datetime, tzinfo

from bot.handoff.risk import Reason, Risk
from bot.handoff.view_answers import Answer
from bot.handoff.view_member import MemberView, Person, Position, Wanted
from bot.handoff.view_reach import Reach
from bot.handoff.words import BEST, CLOSED, SCALES, STEPS, band, channel, sentence
from bot.handoff.words import words as without_underscores
from bot.model import MemberStatus, StepState
from inbox.blocks import Block, fields, safe, section, words
from inbox.text import day, moment, zone_of
from slackkit.text import clip

NAME = 100
BAR = 20
REASONS = 6
SAID = 300
REACHED = 3


def about(member: MemberView) -> list[Block]:
    """Everything that is known of a member, without their name."""
    blocks = fields([*_who(member.person), *_how(member.reach, member.person)])
    if member.position is not None:
        blocks += _journey(member.position, _zone(member.person))
    blocks.append(section(_risk(member.risk)))
    said = [*_goal(member.goal), *(_answer(answer, _zone(member.person)) for answer in member.answers)]
    if said:
        blocks += [section("*Goal and answers*"), words("\n".join(said), 1100)]
    return blocks


def bar(done: int, total: int) -> str:
    """Like ``■■□□□``, at most 20 long, never full before the end and never empty after the start."""
    if total <= 0:
        return ""
    length = min(total, BAR)
    filled = round(length * min(max(done, 0), total) / total)
    if 0 < done < total:
        filled = min(max(filled, 1), length - 1)
    return "\u25a0" * filled + "\u25a1" * (length - filled)


def _zone(person: Person) -> tzinfo | None:
    return person.local_time.tzinfo


def _who(person: Person) -> list[tuple[str, str | None]]:
    over = None if person.status == MemberStatus.ACTIVE else sentence(without_underscores(person.status))
    return [
        ("Membership", over),
        ("Segment", sentence(person.segment)),
        ("Account", person.account),
        ("Joined", day(person.joined_on)),
        ("Renewal", _renewal(person)),
        ("Member Success Manager", person.msm),
    ]


def _renewal(person: Person) -> str | None:
    if person.renews_on is None or person.renews_in is None:
        return None
    days = person.renews_in.days
    near = "today" if days == 0 else f"in {days} day{'' if days == 1 else 's'}" if days > 0 else "past"
    return f"{day(person.renews_on)} ({near})"


def _how(reach: Reach, person: Person) -> list[tuple[str, str | None]]:
    zone = _zone(person)
    local = f"{moment(person.local_time)} ({zone_of(person.local_time)})"
    around = f", around {reach.best_hour:02}:00" if reach.best_hour is not None else ""
    best = (
        sentence(channel(reach.best)) + (f" ({BEST[reach.why]})" if reach.why in BEST else "") if reach.best else None
    )
    closed = ", ".join(f"{channel(name)} ({CLOSED.get(why, without_underscores(why))})" for name, why in reach.closed)
    away, quiet = (until.astimezone(zone) if until else None for until in (reach.away_until, reach.quiet_until))
    return [
        ("Their local time", local),
        ("Best reached by", f"{best}{around}" if best else "No way that is open"),
        ("Away", f"until {moment(away)}" if away else None),
        ("Quiet", f"until {moment(quiet)} there" if quiet and not away else None),
        ("Not by", closed or None),
    ]


def _journey(position: Position, zone: tzinfo | None) -> list[Block]:
    lines = [
        f"*{safe(position.journey, NAME)}*  {bar(position.done, position.total)}  {position.done} of {position.total}"
    ]
    if position.open_step is None:
        lines.append("Complete" if position.done >= position.total else "Nothing is asked now")
    else:
        lines.append(f"Open step: *{safe(position.open_step, NAME)}* ({_state(position, zone)})")
    if position.milestones:
        lines.append("Reached: " + ", ".join(safe(name, 60) for name in position.milestones[-REACHED:]))
    blocks = [section("\n".join(lines), 900)]
    if position.state == StepState.BLOCKED and position.said:
        blocks.append(words(quote(position.said), SAID))
    return blocks


def _state(position: Position, zone: tzinfo | None) -> str:
    state = STEPS.get(position.state, without_underscores(position.state))
    since = position.since if position.state != StepState.PENDING else None
    return f"{state} since {day(since.astimezone(zone).date())}" if since else state


def _risk(risk: Risk) -> str:
    lines = [f"*Risk of losing them: {risk.level}*"]
    lines += [_reason(reason) for reason in risk.reasons[:REASONS]]
    more = len(risk.reasons) - REASONS
    return "\n".join([*lines, *([f"\u2026 and {more} more"] if more > 0 else [])])


def _reason(reason: Reason) -> str:
    since = f", {day(reason.since)}" if reason.since else ""
    return f"\u2022 {safe(reason.words, NAME)} _({safe(reason.source, 60)}{since})_"


def _goal(goal: Wanted | None) -> list[str]:
    if goal is None:
        return []
    far = [f"{goal.percent} %" if goal.percent is not None else None, goal.note]
    noted = ", ".join(clip(part, 120) for part in far if part)
    return [f"Goal: {quote(goal.text)}" + (f" \u2013 {noted}" if noted else "")]


def _answer(answer: Answer, zone: tzinfo | None) -> str:
    at: datetime = answer.at.astimezone(zone)
    said = [f"{clip(answer.survey, 60)}, {day(at.date())}:"]
    if answer.score is not None:
        kind = answer.kind or ""
        scale = f"{answer.score} of {answer.highest}"
        said.append(f"{scale} ({SCALES.get(kind, kind)}, {band(kind, answer.band or '')})")
    if answer.words:
        said.append(quote(answer.words))
    return " ".join(said)


def quote(text: str) -> str:
    """Words of a member in one line, for plain text."""
    return f"\u201c{clip(' '.join(text.split()), SAID - 2)}\u201d"
