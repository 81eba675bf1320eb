"""Journeys and ladders in words of a membership manager, for pictures and pages."""

from __future__ import annotations

from datetime import timedelta

from bot.programme.models import Journey, Ladder, Programme, Rung, Step, Variant
from bot.programme.navigate import step_of, steps

MODALITIES = {"sms": "SMS", "email": "E-mail", "chat": "Chat", "voice": "Phone call"}
TEAMS = {
    "member_success": "Member success",
    "technical_support": "Technical support",
    "professional_services": "Professional services",
}
CONFIRMED = {"self_reported": "the member says", "observed": "seen in a product", "staff": "noted by staff"}
BRIDGES = {"resource": "helped by a page", "training": "helped by training", "services": "helped by our services"}
STARTS = {"joined": "joining", "entered": "entering", "previous_step": "the step before", "renewal": "renewal"}
QUIET = "ends quietly"


def length(span: timedelta) -> str:
    """``3 days``, ``2 weeks``, ``12 hours``; the largest unit that fits exactly."""
    seconds = int(abs(span).total_seconds())
    for unit, size in (("week", 604_800), ("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds and seconds % size == 0 and (unit != "week" or seconds > size):
            count = seconds // size
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return "no time" if not seconds else f"{seconds} seconds"


def after(span: timedelta, start: str) -> str:
    """``3 days after joining``, ``30 days before renewal``, ``on joining``."""
    if not span:
        return f"on {start}" if start != "the step before" else "right after the step before"
    return f"{length(span)} {'before' if span < timedelta() else 'after'} {start}"


def due(step: Step) -> str:
    start = STARTS.get(step.due.after) or (step.due.date or "").replace("_", " ")
    return after(step.due.offset, start)


def entry(journey: Journey) -> str:
    """When members enter, again, and until when."""
    known = journey.entry
    starts = {"joined": "joining", "renewal": "renewal", "lapsed": "the membership lapsed"}
    start = starts.get(known.after) or f"the stage {known.stage} has ended"
    parts = [f"Begins {after(known.offset, start)}"]
    if known.every is not None:
        parts.append(f"again every {length(known.every)}")
    if journey.lapses is not None:
        parts.append(f"ends {length(journey.lapses)} later at the latest")
    if journey.complete_when is not None:
        parts.append(f'complete as soon as "{step_of(journey, journey.complete_when).name}" is done')
    return ", ".join(parts) + "."


def for_whom(programme: Programme, journey: Journey) -> str:
    names = {segment.key: segment.name for segment in programme.segments}
    return ", ".join(names.get(key, key) for key in journey.segments) or "everybody"


def details(step: Step) -> list[str]:
    """The lines under a step's name."""
    lines = [f"due {due(step)}"]
    if step.lapses is not None:
        lines.append(f"passed over {length(step.lapses)} later")
    confirmed = CONFIRMED[step.confirm]
    if step.observed_by and step.confirm == "self_reported":
        confirmed += ", or seen in a product"
    lines += [confirmed, BRIDGES[step.bridge]]
    if step.message_class != "relationship":
        lines.append(step.message_class)
    return lines


def end(ladder: Variant) -> str:
    """What comes after the last rung."""
    return QUIET if ladder.then is None else f"{TEAMS[ladder.then.team]}, {ladder.then.priority}"


def rung_title(rung: Rung) -> str:
    sender = "the MSM" if rung.sender == "msm" else rung.sender.replace("_", " ")
    return f"{MODALITIES[rung.modality]} from {sender}"


def used_ladders(programme: Programme, journey: Journey) -> dict[str, Ladder]:
    """The ladders that the journey's steps and milestones name, in the order of their use."""
    keys = [step.ladder for step in steps(journey)] + [milestone.ladder for milestone in journey.milestones]
    return {key: programme.ladders[key] for key in dict.fromkeys(keys) if key is not None}


def variants(journey: Journey, ladder: Ladder, segment: str | None) -> list[tuple[str, Variant]]:
    """The rungs to draw, and for whom: those of one segment, or of each that the journey is for."""
    if segment is not None:
        return [("", ladder.for_segment(segment))]
    own = [(key, one) for key, one in ladder.by_segment.items() if not journey.segments or key in journey.segments]
    everybody = not journey.segments or any(key not in ladder.by_segment for key in journey.segments)
    others = "All others" if own else ""
    rest: list[tuple[str, Variant]] = [(others, Variant(rungs=ladder.rungs, then=ladder.then))] if everybody else []
    return [*rest, *own]
