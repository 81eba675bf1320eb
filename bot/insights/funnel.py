"""A journey with its numbers: who came how far, and where members stop. Pure; the counts are those of `steps`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.insights.spans import median
from bot.insights.steps import HereCell, OverCell, Place, RunCell, Steps, Who
from bot.model import JourneyVersion, RunState, StepState
from bot.programme import navigate
from bot.programme.models import Journey, Programme


@dataclass(frozen=True)
class Chosen:
    """Whose runs: of members of a segment, who joined in a month (``2026-11``), that are pinned to a version."""

    segment: str | None = None
    joined: str | None = None
    version: str | None = None

    def takes(self, cell: RunCell | OverCell | HereCell) -> bool:
        return (
            self.segment in (None, cell.segment)
            and self.joined in (None, cell.joined)
            and self.version in (None, cell.version)
        )


EVERYBODY = Chosen()


@dataclass(frozen=True)
class RunFigures:
    """How many members are in a journey, finished it, or left before its end (by why); `days`: typically to finish."""

    active: int = 0
    completed: int = 0
    left: Mapping[str, int] = field(default_factory=dict)
    days: int | None = None

    @property
    def ended(self) -> int:
        return sum(self.left.values())

    @property
    def entered(self) -> int:
        return self.active + self.completed + self.ended


@dataclass(frozen=True)
class StepFigures:
    """Of the `entered` runs that have the step: each is counted once.

    `done` by who said so; `here` are those that stand at it now; `stopped` are those whose journey ended at it;
    `days` is when it is typically done, counted from entering the journey.
    """

    key: str
    entered: int
    done: Mapping[Who, int]
    skipped: int
    here: Mapping[Place, int]
    stopped: int
    days: int | None

    @property
    def all_done(self) -> int:
        return sum(self.done.values())

    @property
    def standing(self) -> int:
        return sum(self.here.values())

    @property
    def reached(self) -> int:
        """Whose turn it has been, or is."""
        return self.all_done + self.skipped + self.standing + self.stopped

    @property
    def not_yet(self) -> int:
        """Whose turn has not come, or will not come any more."""
        return max(0, self.entered - self.reached)

    def share(self, count: int) -> float:
        """Of those who entered, from 0 to 1."""
        return count / self.entered if self.entered else 0.0


@dataclass(frozen=True)
class Version:
    """A journey as members are pinned to it. `number` counts from the first that anybody entered."""

    digest: str
    number: int
    journey: Journey
    is_current: bool


@dataclass(frozen=True)
class Funnel:
    """`gone` are steps that only other versions than `journey` have."""

    journey: Journey
    runs: RunFigures
    steps: Mapping[str, StepFigures]
    gone: tuple[StepFigures, ...] = ()


def versions(session: Session, programme: Programme) -> dict[str, list[Version]]:
    """The versions of each journey that anybody entered, and of those of the programme; the oldest first."""
    rows = session.scalars(select(JourneyVersion).order_by(JourneyVersion.first_seen_at, JourneyVersion.digest))
    found: dict[str, list[Version]] = {key: [] for key in programme.journeys}
    for row in rows:
        of_journey, journey = found.setdefault(row.journey, []), programme.journeys.get(row.journey)
        is_current = journey is not None and journey.version == row.digest
        known = journey if is_current and journey is not None else Journey.model_validate(row.body)
        of_journey.append(Version(row.digest, len(of_journey) + 1, known, is_current))
    for key, journey in programme.journeys.items():
        if not any(one.is_current for one in found[key]):
            found[key].append(Version(journey.version, len(found[key]) + 1, journey, is_current=True))
    return found


def newest(of_journey: Iterable[Version]) -> Version:
    """The one that members enter now; of a journey that is no longer in the programme, the last."""
    ordered = sorted(of_journey, key=lambda one: (one.is_current, one.number))
    return ordered[-1]


def run_figures(steps: Steps, journey: str, chosen: Chosen = EVERYBODY) -> RunFigures:
    """The runs of one journey."""
    states: Counter[RunState] = Counter()
    left: Counter[str] = Counter()
    days: Counter[int] = Counter()
    for cell, count in steps.runs.items():
        if cell.journey != journey or not chosen.takes(cell):
            continue
        states[cell.state] += count
        if cell.state is RunState.ENDED:
            left[cell.outcome or "ended"] += count
        if cell.days is not None:
            days[cell.days] += count
    return RunFigures(states[RunState.ACTIVE], states[RunState.COMPLETED], dict(left.most_common()), median(days))


def funnel(steps: Steps, of_journey: list[Version], chosen: Chosen = EVERYBODY) -> Funnel:
    """The figures on the steps of the chosen version, else of the newest one, whose steps come in its order."""
    drawn = next((one for one in of_journey if one.digest == chosen.version), newest(of_journey)).journey
    have = {one.digest: {step.key for step in navigate.steps(one.journey)} for one in of_journey}
    counts = _Counts(steps, drawn.key, chosen)
    own = [step.key for step in navigate.steps(drawn)]
    others = dict.fromkeys(
        step.key for one in of_journey for step in navigate.steps(one.journey) if step.key not in own
    )
    figures = {key: counts.step(key, have) for key in (*own, *others)}
    gone = tuple(figures[key] for key in others if figures[key].entered)
    return Funnel(drawn, run_figures(steps, drawn.key, chosen), {key: figures[key] for key in own}, gone)


class _Counts:
    """The cells of one journey that were chosen, by step."""

    def __init__(self, steps: Steps, journey: str, chosen: Chosen) -> None:
        self.entered: Counter[str] = Counter()
        self.over: dict[str, list[tuple[OverCell, int]]] = {}
        self.here: dict[str, list[tuple[HereCell, int]]] = {}
        for run, count in steps.runs.items():
            if run.journey == journey and chosen.takes(run):
                self.entered[run.version] += count
        for over, count in steps.over.items():
            if over.journey == journey and chosen.takes(over):
                self.over.setdefault(over.step, []).append((over, count))
        for here, count in steps.here.items():
            if here.journey == journey and chosen.takes(here):
                self.here.setdefault(here.step, []).append((here, count))

    def step(self, key: str, have: Mapping[str, set[str]]) -> StepFigures:
        done: Counter[Who] = Counter()
        here: Counter[Place] = Counter()
        days: Counter[int] = Counter()
        skipped = stopped = 0
        for over, count in self.over.get(key, []):
            if over.state is StepState.SKIPPED:
                skipped += count
                continue
            done[over.who] += count
            if over.days is not None:
                days[over.days] += count
        for cell, count in self.here.get(key, []):
            if cell.run is RunState.ACTIVE:
                here[cell.place] += count
            elif cell.run is RunState.ENDED:
                stopped += count
        entered = sum(count for digest, count in self.entered.items() if key in have.get(digest, ()))
        return StepFigures(key, entered, dict(done), skipped, dict(here), stopped, median(days))


def months(steps: Steps, journey: str) -> list[str]:
    """The months in which those who entered had joined, the last first."""
    return sorted({cell.joined for cell in steps.runs if cell.journey == journey}, reverse=True)
