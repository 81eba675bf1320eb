"""What no record can check alone: that the names in the content point at something, and stand once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from bot.programme.models import Journey, Programme, Step
from bot.programme.source import Path
from bot.programme.template import placeholders


class Finding(NamedTuple):
    """A problem and the path in the programme's data of the value that causes it."""

    path: Path
    message: str
    remedy: str


def check_references(programme: Programme) -> Iterator[Finding]:
    """Everything that points nowhere, stands twice or can never happen."""
    yield from _segments(programme)
    for key, ladder in programme.ladders.items():
        for at, rung in enumerate(ladder.rungs):
            yield from _points(("ladders", key, "rungs", at, "sender"), "sender", rung.sender, programme.senders)
    for key, journey in programme.journeys.items():
        yield from _journey(programme, journey, ("journeys", key))


def _segments(programme: Programme) -> Iterator[Finding]:
    yield from _twice("segment", ("segments",), [segment.key for segment in programme.segments])
    last = len(programme.segments) - 1
    for at, segment in enumerate(programme.segments):
        if at < last and segment.rule is None:
            remedy = "Give it a `rule`, or move it to the end of the list."
            yield Finding(("segments", at), f'no segment after "{segment.key}" can be reached', remedy)
        if at == last and segment.rule is not None:
            remedy = "End the list with a segment without a `rule`: it takes everybody else."
            yield Finding(("segments", at), "some members would belong to no segment", remedy)


def _journey(programme: Programme, journey: Journey, path: Path) -> Iterator[Finding]:
    known = [segment.key for segment in programme.segments]
    for at, segment in enumerate(journey.segments):
        yield from _points((*path, "segments", at), "segment", segment, known)
    yield from _twice("milestone", (*path, "milestones"), [milestone.key for milestone in journey.milestones])
    steps: dict[str, Path] = {}
    for at, milestone in enumerate(journey.milestones):
        for number, step in enumerate(milestone.steps):
            place = (*path, "milestones", at, "steps", number)
            if step.key in steps:
                remedy = "Give each step of a journey a key of its own."
                yield Finding((*place, "key"), f'there is another step "{step.key}" in this journey', remedy)
            if step.due.after == "previous_step" and not steps:
                remedy = "Use `after: joined` or `after: renewal`."
                yield Finding((*place, "due", "after"), "the first step has no previous step", remedy)
            steps[step.key] = place
            yield from _step(programme, step, place)


def _step(programme: Programme, step: Step, path: Path) -> Iterator[Finding]:
    yield from _points((*path, "ladder"), "ladder", step.ladder, programme.ladders)
    if step.resource is not None:
        yield from _points((*path, "resource"), "resource", step.resource, programme.resources)
        return
    for name in ("ask", "guide"):
        if "link" in placeholders(getattr(step, name)):
            yield Finding((*path, name), "{link} has nothing to link to", "Name a `resource` in this step.")
    if step.bridge == "resource":
        remedy = "Name a `resource`, or choose `bridge: training` or `bridge: services`."
        yield Finding(path, f'the step "{step.key}" offers a resource and names none', remedy)


def _points(path: Path, kind: str, name: str, known: Collection[str]) -> Iterator[Finding]:
    if name not in known:
        there = ", ".join(known) or "none"
        yield Finding(path, f'there is no {kind} "{name}"', f"Use one of those there are ({there}), or add it.")


def _twice(kind: str, path: Path, keys: Sequence[str]) -> Iterable[Finding]:
    for at, key in enumerate(keys):
        if key in keys[:at]:
            remedy = "Give each a key of its own."
            yield Finding((*path, at, "key"), f'there is another {kind} "{key}"', remedy)
