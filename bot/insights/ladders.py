"""Ladders with their numbers: what each rung brings. Pure; the counts are those of `rungs`.

A question keeps the ladder that it began with, so an attempt is told from the rung that stands in its place now by its
modality: what went out by another is counted as an earlier edition of the ladder.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.insights.funnel import Version
from bot.insights.rungs import Fate, TouchCell, Touches
from bot.insights.spans import median
from bot.model import CheckInKind, CheckInState, TouchState
from bot.programme import navigate
from bot.programme.models import Ladder, Programme, Variant

WRITTEN = ("sms", "email", "voice")


@dataclass
class RungFigures:
    """What became of one rung. The answer rate is `answered` of `sent`, less what may still be answered."""

    sent: int = 0
    answered: int = 0
    seen: int = 0
    waiting: int = 0
    handed_off: int = 0
    held: int = 0
    failed: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    hours: Counter[int] = field(default_factory=Counter)

    @property
    def judged(self) -> int:
        """Messages that were answered, or that it is too late to answer now."""
        return self.sent - self.waiting

    @property
    def rate(self) -> float | None:
        return self.answered / self.judged if self.judged else None

    @property
    def median_hours(self) -> int | None:
        return median(self.hours)

    def add(self, cell: TouchCell, count: int) -> None:
        if cell.fate is not Fate.UNSENT:
            self.sent += count
            self.answered += count * (cell.fate is Fate.ANSWERED)
            self.seen += count * (cell.fate is Fate.SEEN)
            self.waiting += count * (cell.fate is Fate.WAITING)
            self.handed_off += count * (cell.fate is Fate.HANDED_OFF)
            if cell.hours is not None:
                self.hours[cell.hours] += count
        elif cell.state is TouchState.SKIPPED:
            self.skipped[cell.reason or "unknown"] += count
        elif cell.state is TouchState.HELD:
            self.held += count
        elif cell.state is TouchState.FAILED:
            self.failed += count


@dataclass
class Climbs:
    """The questions that were asked by a ladder, by how they ended."""

    states: Counter[CheckInState] = field(default_factory=Counter)

    @property
    def began(self) -> int:
        return sum(self.states.values())

    @property
    def answered(self) -> int:
        return self.states[CheckInState.ANSWERED]

    @property
    def handed_off(self) -> int:
        return self.states[CheckInState.HANDED_OFF]

    @property
    def under_way(self) -> int:
        return self.states[CheckInState.SCHEDULED] + self.states[CheckInState.OPEN]

    @property
    def ended(self) -> int:
        """Without an answer and without a person: it lapsed, was cancelled, or ended quietly."""
        return self.began - self.answered - self.handed_off - self.under_way


@dataclass
class VariantFigures:
    """The rungs for some members: `segment` is empty for all who have none of their own. `rungs` are those of now."""

    segment: str
    variant: Variant
    climbs: Climbs
    rungs: list[RungFigures]
    earlier: dict[tuple[int, str], RungFigures] = field(default_factory=dict)

    has_any: bool = False

    def add(self, cell: TouchCell, count: int) -> None:
        self.has_any = True
        if cell.rung == 0:
            self.climbs.states[cell.climb] += count
        modality = modality_of(cell.channel)
        if cell.rung < len(self.rungs) and self.variant.rungs[cell.rung].modality == modality:
            self.rungs[cell.rung].add(cell, count)
        else:
            self.earlier.setdefault((cell.rung, modality), RungFigures()).add(cell, count)


@dataclass(frozen=True)
class LadderFigures:
    """A ladder as it is in the programme; `used_by` names the steps, milestones and surveys that name it."""

    key: str
    used_by: tuple[str, ...]
    variants: tuple[VariantFigures, ...]

    @property
    def began(self) -> int:
        return sum(one.climbs.began for one in self.variants)

    @property
    def answered(self) -> int:
        return sum(one.climbs.answered for one in self.variants)

    @property
    def handed_off(self) -> int:
        return sum(one.climbs.handed_off for one in self.variants)


@dataclass(frozen=True)
class Told:
    """`gone` counts messages of ladders that are no longer in the programme, by their keys."""

    ladders: tuple[LadderFigures, ...]
    gone: Mapping[str, int]


@dataclass(frozen=True)
class Wanted:
    """Which attempts: of members of a segment, not older than so many days, about the steps of a journey."""

    segment: str | None = None
    days: int | None = None
    journey: str | None = None


def ladders(programme: Programme, versions: Mapping[str, list[Version]], touches: Touches, wanted: Wanted) -> Told:
    """Each ladder of the programme, in its order."""
    used = used_by(programme)
    found = {key: _variants(ladder, wanted.segment) for key, ladder in programme.ladders.items()}
    gone: Counter[str] = Counter()
    named = _Names(programme, versions)
    for cell, count in touches.cells.items():
        if not _wanted(cell, wanted, named):
            continue
        key = named.ladder(cell) or "unknown"
        if key in found:
            variants = found[key]
            variants[cell.segment if cell.segment in variants else ""].add(cell, count)
        elif cell.fate is not Fate.UNSENT:
            gone[key] += count
    told = [LadderFigures(key, used.get(key, ()), tuple(variants.values())) for key, variants in found.items()]
    return Told(tuple(told), dict(gone))


def modality_of(channel: str) -> str:
    """What a touch went by; a rung that found no address says its modality itself."""
    return channel if channel in WRITTEN else "chat"


def used_by(programme: Programme) -> dict[str, tuple[str, ...]]:
    """What asks by each ladder, in words."""
    found: dict[str, list[str]] = {}
    for journey in programme.journeys.values():
        for milestone in journey.milestones:
            if milestone.ladder is not None:
                found.setdefault(milestone.ladder, []).append(f"{journey.name}: {milestone.name} (celebration)")
            for step in milestone.steps:
                if step.ladder is not None:
                    found.setdefault(step.ladder, []).append(f"{journey.name}: {step.name}")
    for survey in programme.surveys.values():
        found.setdefault(survey.ladder, []).append(f"Survey: {survey.name}")
    return {key: tuple(uses) for key, uses in found.items()}


def _variants(ladder: Ladder, segment: str | None) -> dict[str, VariantFigures]:
    """By segment; a ladder without the chosen segment asks its members by the rungs that are for all others."""
    own: dict[str, Variant] = {"": Variant(rungs=ladder.rungs, then=ladder.then), **ladder.by_segment}
    if segment is not None:
        kept = segment if segment in own else ""
        own = {kept: own[kept]}
    return {key: VariantFigures(key, one, Climbs(), [RungFigures() for _ in one.rungs]) for key, one in own.items()}


class _Names:
    """Which ladder a question was asked by, as the journey names it that the member is pinned to."""

    def __init__(self, programme: Programme, versions: Mapping[str, list[Version]]) -> None:
        self._surveys = {key: survey.ladder for key, survey in programme.surveys.items()}
        self._known: dict[tuple[str, CheckInKind, str], str | None] = {}
        self._journeys: dict[str, str] = {}
        for key, of_journey in versions.items():
            for version in of_journey:
                self._journeys[version.digest] = key
                for step in navigate.steps(version.journey):
                    self._known[version.digest, CheckInKind.STEP, step.key] = step.ladder
                for milestone in version.journey.milestones:
                    self._known[version.digest, CheckInKind.CELEBRATION, milestone.key] = milestone.ladder

    def ladder(self, cell: TouchCell) -> str | None:
        if cell.version is None:
            return self._surveys.get(cell.about)
        return self._known.get((cell.version, cell.kind, cell.about))

    def journey(self, cell: TouchCell) -> str | None:
        return self._journeys.get(cell.version or "")


def _wanted(cell: TouchCell, wanted: Wanted, named: _Names) -> bool:
    return (
        wanted.segment in (None, cell.segment)
        and (wanted.days is None or cell.age <= wanted.days)
        and (wanted.journey is None or named.journey(cell) == wanted.journey)
    )


def of_step(touches: Touches, versions: list[Version], step: str) -> RungFigures:
    """All attempts to ask about one step of a journey, whatever the rung."""
    digests, found = {one.digest for one in versions}, RungFigures()
    for cell, count in touches.cells.items():
        if cell.kind is CheckInKind.STEP and cell.about == step and cell.version in digests:
            found.add(cell, count)
    return found
