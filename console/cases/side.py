"""Beside a case: who the member is, how far they are, why they may be lost, what was tried, and other cases."""

from __future__ import annotations

from datetime import tzinfo

from nicegui import ui

from bot.handoff.risk import Risk
from bot.handoff.view_answers import Answer
from bot.handoff.view_member import MemberView, Person, Position
from bot.handoff.view_reach import Reach
from bot.handoff.view_story import Question, TouchLine
from bot.handoff.words import BEST, CALLS, CLOSED, SCALES, STEPS, TOUCHES, band, channel, reason, sentence, words
from bot.model import MemberStatus, StepState
from console.cases.desk import Desk
from console.look import card, day, facts, moment, muted, risk_tag


def key(desk: Desk) -> object:
    """All but the time of day where the member lives, which the head tells."""
    member = desk.whole.view.member
    known = None
    if member is not None:
        known = (member.position, member.risk, member.goal, member.answers, member.reach.best, member.reach.closed,
                 member.person.status, member.person.name, member.person.msm)  # fmt: skip
    return known, desk.whole.view.question, desk.whole.earlier, desk.whole.member_id


def draw(desk: Desk) -> None:
    member, question = desk.whole.view.member, desk.whole.view.question
    if member is not None:
        _about(desk, member)
    if question is not None:
        _tried(desk, question)
    if desk.whole.earlier:
        _earlier(desk)


def _about(desk: Desk, member: MemberView) -> None:
    with card("Member"):
        ui.link(f"{member.person.name}'s page", desk.link(f"/members/{desk.whole.member_id}"))
        facts([*_who(member.person), *_how(member.reach, member.person)])
    if member.position is not None:
        _journey(member.position, member.person.local_time.tzinfo)
    _risk(member.risk)
    if member.goal is not None or member.answers:
        with card("Goal and answers"):
            if member.goal is not None:
                far = [f"{member.goal.percent} %" if member.goal.percent is not None else None, member.goal.note]
                noted = ", ".join(part for part in far if part)
                ui.label(f"Wants to {member.goal.text}" + (f" ({noted})" if noted else "")).classes("msb-wrap")
            for answer in member.answers:
                ui.label(_answer(answer, member.person.local_time.tzinfo)).classes("msb-wrap")


def _who(person: Person) -> list[tuple[str, str | None]]:
    over = None if person.status == MemberStatus.ACTIVE else sentence(words(person.status))
    return [
        ("Membership", over),
        ("Number", person.number),
        ("Segment", sentence(person.segment)),
        ("Account", person.account),
        ("Joined", day(person.joined_on)),
        ("Renewal", _renewal(person)),
        ("Looked after by", person.msm),
    ]


def _renewal(person: Person) -> str | None:
    if person.renews_on is None or person.renews_in is None:
        return None
    days = person.renews_in.days
    near = "today" if days == 0 else f"in {days} day{'s' * (days != 1)}" if days > 0 else "past"
    return f"{day(person.renews_on)} ({near})"


def _how(reach: Reach, person: Person) -> list[tuple[str, str | None]]:
    zone = person.local_time.tzinfo
    around = f", around {reach.best_hour:02}:00 their time" if reach.best_hour is not None else ""
    why = f" ({BEST[reach.why]})" if reach.why in BEST else ""
    closed = ", ".join(f"{channel(name)} ({CLOSED.get(kind, words(kind))})" for name, kind in reach.closed)
    quiet = reach.quiet_until if not reach.away_until else None
    return [
        ("Lives by", str(zone)),
        ("Best reached", f"by {channel(reach.best)}{why}{around}" if reach.best else "No way that is open"),
        ("Away", f"until {moment(reach.away_until, zone)}" if reach.away_until and zone else None),
        ("Quiet", f"until {moment(quiet, zone)} there" if quiet and zone else None),
        ("Not by", closed or None),
    ]  # fmt: skip


def _journey(position: Position, zone: tzinfo | None) -> None:
    with card("Journey"):
        ui.label(f"{position.journey}: {position.done} of {position.total} steps done").classes("msb-wrap")
        share = position.done / position.total if position.total else 0
        bar = ui.linear_progress(share, show_value=False, size="10px").classes("rounded-borders")
        bar.props(f'aria-label="{position.done} of {position.total} steps done"')
        if position.open_step is None:
            ui.label("Complete" if position.done >= position.total else "Nothing is asked now")
        else:
            ui.label(f"Open step: {position.open_step} ({_state(position, zone)})").classes("msb-wrap")
        if position.state == StepState.BLOCKED and position.said:
            ui.label(f"\u201c{position.said}\u201d").classes("msb-wrap text-italic")
        if position.milestones:
            muted(f"Reached: {', '.join(position.milestones)}")


def _state(position: Position, zone: tzinfo | None) -> str:
    state = STEPS.get(position.state, words(position.state))
    since = position.since if position.state != StepState.PENDING else None
    return f"{state} since {day(since.astimezone(zone).date())}" if since else state


def _risk(risk: Risk) -> None:
    with card("Risk of losing them"):
        risk_tag(str(risk.level))
        with ui.element("ul").classes("list-disc q-pl-md q-my-none"):
            for one in risk.reasons:
                since = f", since {day(one.since)}" if one.since else ""
                with ui.element("li").classes("msb-wrap"):
                    ui.label(one.words)
                    muted(f"{one.source}{since}")


def _answer(answer: Answer, zone: tzinfo | None) -> str:
    told = [f"{answer.survey}, {day(answer.at.astimezone(zone).date())}:"]
    if answer.score is not None:
        kind = answer.kind or ""
        told.append(f"{answer.score} of {answer.highest} ({SCALES.get(kind, kind)}, {band(kind, answer.band or '')})")
    if answer.words:
        told.append(f"\u201c{answer.words}\u201d")
    return " ".join(told)


def _tried(desk: Desk, question: Question) -> None:
    """Each attempt to reach them before there was a case."""
    with card("What was tried"):
        ui.label(f"Asked about {question.about}").classes("msb-wrap")
        with ui.element("ol").classes("list-decimal q-pl-md q-my-none"):
            for touch in question.touches:
                with ui.element("li").classes("msb-wrap"):
                    ui.label(_touch(desk, touch))


def _touch(desk: Desk, touch: TouchLine) -> str:
    became = CALLS.get(touch.reason or "", TOUCHES.get(touch.state, words(touch.state)))
    because = "" if touch.reason is None or touch.reason in CALLS else f" ({words(touch.reason)})"
    at = moment(touch.at, desk.zone, desk.at)
    return f"{sentence(channel(touch.channel))} from {touch.sender} {became}{because}, {at}"


def _earlier(desk: Desk) -> None:
    with card("Other cases"), ui.element("ul").classes("q-pl-none q-my-none w-full").style("list-style: none"):
        for one in desk.whole.earlier:
            with ui.element("li").classes("msb-wrap q-mb-sm"):
                ui.link(f"Case {one.case_id}: {reason(one.reason)}", desk.link(f"/cases/{one.case_id}"))
                by = f" by {one.assignee}" if one.assignee and one.state != "open" else ""
                muted(f"{sentence(one.state)}{by}, opened {moment(one.opened_at, desk.zone, desk.at)}")
                if one.outcome:
                    ui.label(one.outcome).classes("msb-wrap text-caption")
