"""What no record can check alone: that the names in the content point at something, and stand once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from bot.programme.models import Journey, Ladder, Programme, Step, Survey, Variant
from bot.programme.source import Path
from bot.programme.template import placeholders


class Finding(NamedTuple):
    """A problem and the path in the programme's data of the value that causes it."""

    path: Path
    message: str
    remedy: str


def check_references(programme: Programme) -> Iterator[Finding]:
    """Everything that points nowhere, stands twice or can never happen."""
    for name, resource in programme.resources.items():
        for number, segment in enumerate(resource.segments):
            yield from _points(("resources", name, "segments", number), "segment", segment, _known_segments(programme))
    yield from _segments(programme)
    for key, ladder in programme.ladders.items():
        yield from _ladder(programme, ladder, ("ladders", key))
    for key, journey in programme.journeys.items():
        yield from _journey(programme, journey, ("journeys", key))
    for key, survey in programme.surveys.items():
        yield from _survey(programme, survey, ("surveys", key))
    yield from _inbox(programme, ("inbox",))
    if programme.self_assessment is not None:
        statements = [statement.key for statement in programme.self_assessment.statements]
        yield from _twice("statement", ("self_assessment", "statements"), statements)


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


def _inbox(programme: Programme, path: Path) -> Iterator[Finding]:
    """Routes name segments and teams that there are; a ladder that names people of a team needs teams."""
    inbox = programme.inbox
    for at, route in enumerate(inbox.routes):
        for number, segment in enumerate(route.segments):
            place = (*path, "routes", at, "segments", number)
            yield from _points(place, "segment", segment, _known_segments(programme))
        yield from _points((*path, "routes", at, "team"), "team", route.team, inbox.teams)
    if inbox.ladder and not inbox.teams:
        yield Finding((*path, "ladder"), "there is nobody to be reminded", "Add `teams`, or remove the ladder.")


def _known_segments(programme: Programme) -> list[str]:
    return [segment.key for segment in programme.segments]


def _ladder(programme: Programme, ladder: Ladder, path: Path) -> Iterator[Finding]:
    variants: list[tuple[Path, Variant]] = [(path, ladder)]
    for segment, variant in ladder.by_segment.items():
        place = (*path, "by_segment", segment)
        yield from _points(place, "segment", segment, _known_segments(programme))
        variants.append((place, variant))
    for place, variant in variants:
        for at, rung in enumerate(variant.rungs):
            yield from _points((*place, "rungs", at, "sender"), "sender", rung.sender, programme.senders)


def _survey(programme: Programme, survey: Survey, path: Path) -> Iterator[Finding]:
    for at, segment in enumerate(survey.segments):
        yield from _points((*path, "segments", at), "segment", segment, _known_segments(programme))
    yield from _points((*path, "ladder"), "ladder", survey.ladder, programme.ladders)
    yield from _twice("question", (*path, "questions"), [question.key for question in survey.questions])
    for at, question in enumerate(survey.questions):
        if question.only_if is not None:
            earlier = [before.key for before in survey.questions[:at]]
            yield from _points(
                (*path, "questions", at, "only_if"), "earlier question", question.only_if.question, earlier
            )
    yield from _follow_ups(survey, path)


def _follow_ups(survey: Survey, path: Path) -> Iterator[Finding]:
    """The question about the reason of a score has a key of its own, which nothing else may have."""
    own = {question.key for question in survey.questions}
    for at, question in enumerate(survey.questions):
        for key in question.keys[1:]:
            if key in own:
                remedy = f'Remove `follow_up`, or the question "{key}".'
                yield Finding((*path, "questions", at, "follow_up"), f'there is a question "{key}" already', remedy)


def _words_of_ladder(programme: Programme, key: str, *, celebrates: bool, path: Path) -> Iterator[Finding]:
    """A ladder either asks about a step or celebrates a milestone: the placeholders of the other have no meaning."""
    ladder = programme.ladders.get(key)
    if ladder is None:
        return
    foreign = {"ask", "step", "link"} if celebrates else {"celebrate"}
    for variant in (ladder, *ladder.by_segment.values()):
        for rung in variant.rungs:
            used = placeholders(rung.text) | placeholders(rung.subject or "")
            for name in sorted(used & foreign):
                use = "celebrates a milestone" if celebrates else "asks about a step"
                yield Finding(path, f'the ladder "{key}" uses {{{name}}}, and here it {use}', "Choose another ladder.")


def _journey(programme: Programme, journey: Journey, path: Path) -> Iterator[Finding]:
    for at, segment in enumerate(journey.segments):
        yield from _points((*path, "segments", at), "segment", segment, _known_segments(programme))
    yield from _twice("milestone", (*path, "milestones"), [milestone.key for milestone in journey.milestones])
    for at, milestone in enumerate(journey.milestones):
        if milestone.ladder is not None:
            place = (*path, "milestones", at, "ladder")
            yield from _points(place, "ladder", milestone.ladder, programme.ladders)
            yield from _words_of_ladder(programme, milestone.ladder, celebrates=True, path=place)
    yield from _steps(programme, journey, path)
    if journey.complete_when is not None:
        known = [step.key for milestone in journey.milestones for step in milestone.steps]
        yield from _points((*path, "complete_when"), "step", journey.complete_when, known)


def _steps(programme: Programme, journey: Journey, path: Path) -> Iterator[Finding]:
    steps: dict[str, Path] = {}
    for at, milestone in enumerate(journey.milestones):
        for number, step in enumerate(milestone.steps):
            place = (*path, "milestones", at, "steps", number)
            if step.key in steps:
                remedy = "Give each step of a journey a key of its own."
                yield Finding((*place, "key"), f'there is another step "{step.key}" in this journey', remedy)
            if step.due.after == "previous_step" and not steps:
                remedy = "Use another start, such as `after: joined` or `after: entered`."
                yield Finding((*place, "due", "after"), "the first step has no previous step", remedy)
            for needed, key in enumerate(step.requires or ()):
                yield from _points((*place, "requires", needed), "step before this one", key, steps)
            steps[step.key] = place
            yield from _step(programme, step, place)


def _step(programme: Programme, step: Step, path: Path) -> Iterator[Finding]:
    if step.ladder is not None:
        yield from _points((*path, "ladder"), "ladder", step.ladder, programme.ladders)
        yield from _words_of_ladder(programme, step.ladder, celebrates=False, path=(*path, "ladder"))
    elif not step.observed_by and step.confirm != "staff":
        remedy = "Name a `ladder`, the events in `observed_by`, or write `confirm: staff`."
        yield Finding(path, f'nobody would ever find out whether "{step.key}" is done', remedy)
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
