"""Finding the way through a journey. Pure functions; "done" is the set of the keys of the steps that are done."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.clock import check_aware
from bot.programme.models import Journey, Milestone, Programme, Resource, Step

_WORD = re.compile(r"[^\W_]+")
# Words that tell no step from another.
_EMPTY = frozenset(
    re.findall(r"\w+", "a an and at for i in is it me member my of on one our that the this to up with you your")
)


@dataclass(frozen=True)
class Progress:
    """How far a member is; `reached` are the milestones of which every step is done, in order."""

    done: int
    total: int
    reached: tuple[Milestone, ...]

    @property
    def complete(self) -> bool:
        return self.done == self.total


def steps(journey: Journey) -> tuple[Step, ...]:
    """All steps, in order."""
    return tuple(step for milestone in journey.milestones for step in milestone.steps)


def step_of(journey: Journey, key: str) -> Step:
    """The step with this key.

    Raises:
        LookupError: the journey has none.
    """
    for milestone in journey.milestones:
        for step in milestone.steps:
            if step.key == key:
                return step
    raise LookupError(f'the journey "{journey.key}" has no step "{key}"')


def next_step(journey: Journey, over: Collection[str]) -> Step | None:
    """The step in hand: the first that is not over, may be asked, and whose requirements are over.

    `over` are the keys of the steps that are done or passed over. None when there is nothing to ask (now).
    """
    if is_complete(journey, over):
        return None
    before: Step | None = None
    for step in steps(journey):
        needed = step.requires if step.requires is not None else ((before.key,) if before else ())
        if step.key not in over and step.ladder is not None and all(key in over for key in needed):
            return step
        before = step
    return None


def is_complete(journey: Journey, over: Collection[str]) -> bool:
    """Whether nothing is left: the step that completes the journey is over, or all steps are."""
    return journey.complete_when in over or all(step.key in over for step in steps(journey))


def milestone_of(journey: Journey, key: str) -> Milestone:
    """The milestone that the step with this key belongs to.

    Raises:
        LookupError: the journey has no such step.
    """
    for milestone in journey.milestones:
        if any(step.key == key for step in milestone.steps):
            return milestone
    raise LookupError(f'the journey "{journey.key}" has no step "{key}"')


def milestone_reached_by(journey: Journey, key: str, done: Collection[str]) -> Milestone | None:
    """The milestone that doing this step completes; None when other steps of it are open, or this one was done before.

    `done` is what was done before the step `key`.
    """
    milestone = milestone_of(journey, key)
    if key in done:
        return None
    return milestone if all(step.key in done or step.key == key for step in milestone.steps) else None


def progress(journey: Journey, done: Collection[str]) -> Progress:
    """Keys in `done` that the journey doesn't have are not counted."""
    every = [step.key in done for step in steps(journey)]
    reached = tuple(m for m in journey.milestones if all(step.key in done for step in m.steps))
    return Progress(sum(every), len(every), reached)


@dataclass(frozen=True)
class Starts:
    """What due times count from; None while it is not known. `previous` is when the step before was done."""

    joined: datetime
    entered: datetime | None = None
    previous_step: datetime | None = None
    renewal: datetime | None = None
    dates: Mapping[str, datetime] = field(default_factory=dict)


def due_at(step: Step, starts: Starts) -> datetime | None:
    """The moment (UTC) from which the step may be asked; None while what it counts from is not known.

    Raises:
        ValueError: a time without a zone.
    """
    match step.due.after:
        case "date":
            start = starts.dates.get(step.due.date or "")
        case "joined" | "entered" | "previous_step" | "renewal" as name:
            start = getattr(starts, name)
    return None if start is None else check_aware(start) + step.due.offset


@dataclass(frozen=True)
class Question:
    """From when on (UTC) a step may be asked, and when its time is over; None stands for never."""

    step: Step
    due_at: datetime
    expires_at: datetime | None


def question_about(step: Step, starts: Starts) -> Question | None:
    """None while what the step counts from is not known."""
    due = due_at(step, starts)
    if due is None:
        return None
    return Question(step, due, due + step.lapses if step.lapses is not None else None)


def next_question(
    journey: Journey, over: Collection[str], starts: Starts, now: datetime
) -> tuple[list[Step], Question | None]:
    """The steps that are to be passed over because their time is over, and the question about the step in hand then.

    None when there is nothing to ask, or when it isn't known from which date the step counts.
    """
    gone = set(over)
    passed: list[Step] = []
    while (step := next_step(journey, gone)) is not None:  # ends: each pass takes a step
        question = question_about(step, starts)
        if question is None or question.expires_at is None or now < question.expires_at:
            return passed, question
        gone.add(step.key)
        passed.append(step)
    return passed, None


def journeys_for(programme: Programme, segment: str) -> tuple[Journey, ...]:
    """The journeys that are meant for members of this segment."""
    return tuple(j for j in programme.journeys.values() if not j.segments or segment in j.segments)


def find_step(journey: Journey, said: str) -> Step | None:
    """The step that a member's words name, by its name and aliases; None when none or more than one fits as well.

    Of a name's words at least half must be said, and of a name of two both: "hello" alone names no "hello in the
    forum". More words beat fewer, then the more complete name wins.
    """
    words = _words(said)
    ranked = sorted(((_likeness(step, words), step) for step in steps(journey)), key=lambda pair: pair[0], reverse=True)
    best, step = ranked[0]
    tied = len(ranked) > 1 and ranked[1][0] == best
    return None if tied or best == (0, 0.0) else step


def find_resource(programme: Programme, segment: str, said: str) -> Resource | None:
    """The resource that a member's words are about, by its title and topics; None when none or more than one fits.

    What is meant for the member's segment alone beats what is for all.
    """
    words = _words(said)
    fitting = [one for one in programme.resources.values() if not one.segments or segment in one.segments]
    ranked = sorted(((*_phrase_likeness((one.title, *one.topics), words), bool(one.segments), at) for at, one in
                     enumerate(fitting)), reverse=True)  # fmt: skip
    if not ranked or ranked[0][0] == 0:
        return None
    tied = len(ranked) > 1 and ranked[1][:3] == ranked[0][:3]
    return None if tied else fitting[ranked[0][3]]


def _likeness(step: Step, said: frozenset[str]) -> tuple[int, float]:
    return _phrase_likeness((step.name, *step.aliases), said)


def _phrase_likeness(phrases: Iterable[str], said: frozenset[str]) -> tuple[int, float]:
    """Of the phrase that fits best: how many of its words were said, and what share of it."""
    best = (0, 0.0)
    for phrase in map(_words, phrases):
        common = len(phrase & said)
        if common and common * 2 >= len(phrase) and (common > 1 or len(phrase) == 1):
            best = max(best, (common, common / len(phrase)))
    return best


def _words(text: str) -> frozenset[str]:
    found = (word.casefold() for word in _WORD.findall(text))
    return frozenset(_singular(word) for word in found if word not in _EMPTY)


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
