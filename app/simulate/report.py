"""What a simulation showed, as data: `tables` prints it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from app.simulate.tally import Tally, by_first
from app.simulate.wish import Wish


@dataclass(frozen=True)
class Passage:
    """How many came how far on a journey, or to one of its milestones; `days` is the median from entering."""

    what: str
    entered: int
    reached: int
    days: float | None


@dataclass(frozen=True)
class Rung:
    """The messages of one rung of all ladders, and how many of them were the last before an answer."""

    rung: int
    sent: int
    answered: int


@dataclass(frozen=True)
class Report:
    """Everything that is told; the same for the same seed. Days are UTC, weeks are those of ISO 8601."""

    members: int
    days: int
    seed: int
    start: str
    touches: int
    touches_by_day: dict[str, dict[str, int]]
    """By day, then by channel."""
    messages_of_members: int
    hand_offs: dict[str, dict[str, int]]
    """By Member Success Manager, then by week."""
    hand_off_reasons: dict[str, int]
    cases_open: int
    journeys: list[Passage]
    ends: dict[str, int]
    """How runs ended, or that they go on."""
    milestones: list[Passage]
    rungs: list[Rung]
    not_sent: dict[str, int]
    """Decisions of the policy when a touch was planned: ``held: quiet_hours``."""
    refused: dict[str, int]
    """Messages that were refused at the moment of sending, by reason."""
    opt_outs: dict[str, int]
    findings: list[dict[str, str]]
    """What the auditor found; there must be none."""

    @property
    def is_clean(self) -> bool:
        return not self.findings

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def make(wish: Wish, tally: Tally) -> Report:
    """The report on the tally of all parts."""
    return Report(
        members=wish.members, days=wish.days, seed=wish.seed, start=wish.start.isoformat(),
        touches=tally.sent.total(), touches_by_day=by_first(tally.sent, sorted({day for day, _ in tally.sent})),
        messages_of_members=tally.said, hand_offs=by_first(tally.cases, _managers(tally)),
        hand_off_reasons=_most_first(tally.case_reasons), cases_open=tally.cases_open,
        journeys=[_passage(key, count, tally.took.get(key, ())) for key, count in sorted(tally.entered.items())],
        ends=dict(sorted(tally.ends.items())),
        milestones=[
            _passage(f"{key}.{name}", tally.entered[key], days) for (key, name), days in sorted(tally.reached.items())
        ],
        rungs=[Rung(rung + 1, sent, tally.answered[rung]) for rung, sent in sorted(tally.rungs.items())],
        not_sent=_most_first(tally.not_sent), refused=_most_first(tally.refused),
        opt_outs=dict(sorted(tally.opt_outs.items())),
        findings=[{"kind": str(one.kind), "subject": one.subject, "summary": one.summary} for one in tally.findings],
    )  # fmt: skip


def _passage(what: str, entered: int, days: Sequence[float]) -> Passage:
    return Passage(what, entered, len(days), round(median(days), 1) if days else None)


def _managers(tally: Tally) -> list[str]:
    """By their numbers: the shorter name has the smaller one."""
    return sorted({name for name, _ in tally.cases}, key=lambda name: (len(name), name))


def _most_first(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
