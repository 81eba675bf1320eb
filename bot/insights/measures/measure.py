"""A measure as it is shown: its value, how it went month by month, and its groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.insights.measures import figures, names
from bot.insights.measures.counts import WAITING, WHOLE, Counts, Tally
from bot.insights.measures.figures import Value, Verdict
from bot.insights.measures.kinds import COHORT, Kind
from bot.programme.models import Programme


@dataclass(frozen=True)
class Counted:
    """What was counted: by month, the oldest first, and over the whole period."""

    months: Mapping[str, Counts]
    period: Counts
    counted_at: datetime | None


@dataclass(frozen=True)
class Row:
    """One group of a breakdown; `key` is what the data calls it."""

    key: str
    name: str
    found: Value


@dataclass(frozen=True)
class Breakdown:
    """`is_share`: the values are shares of all that was counted, not of each group's own."""

    key: str
    title: str
    rows: tuple[Row, ...]
    is_share: bool = False


@dataclass(frozen=True)
class Measure:
    """`segment` None: of all members. `waiting` is how many things can't be counted yet."""

    kind: Kind
    segment: str | None
    found: Value
    verdict: Verdict
    months: tuple[tuple[str, Value], ...]
    waiting: int
    counted_at: datetime | None
    breakdowns: tuple[Breakdown, ...] = field(default=())

    @property
    def is_within_margin(self) -> bool:
        return figures.is_within_margin(self.kind, self.found)


def of(kind: Kind, programme: Programme, counted: Counted, segment: str | None = None) -> Measure:
    """What was counted comes to this."""
    whole = counted.period.total(segment)
    found = figures.value_of(kind, whole)
    months = tuple((name, figures.value_of(kind, one.total(segment))) for name, one in counted.months.items())
    waiting = counted.period.total(segment, WAITING)
    return Measure(
        kind=kind, segment=segment, found=found, verdict=figures.verdict(kind, found), months=months,
        waiting=waiting.n, counted_at=counted.counted_at,
        breakdowns=tuple(_breakdowns(kind, programme, counted, segment, whole)),
    )  # fmt: skip


def _breakdowns(
    kind: Kind, programme: Programme, counted: Counted, segment: str | None, whole: Tally
) -> Sequence[Breakdown]:
    found, counts, last_month = [], counted.period, max(counted.months)
    by_segment = counts.segments()
    if segment is None and by_segment:
        rows = [(key, names.segment(programme, key)) for key in names.ordered(WHOLE, by_segment)]
        found.append(Breakdown("segment", "By segment", _rows(kind, by_segment, rows)))
    for key, title in kind.breakdowns.items():
        groups, is_share = counts.groups(key, segment), key in kind.share_whole
        if key == COHORT:
            groups = _by_year(groups, last_month)
        if is_share:
            groups = {label: replace(tally, n=whole.n, squares=0) for label, tally in _counted(groups, key).items()}
        rows = [(label, names.group(programme, key, label)) for label in names.ordered(key, groups)]
        if key == "score" and figures.value_of(kind, whole).is_hidden:
            rows = []
        if rows:
            found.append(Breakdown(key, title, _share_rows(kind, groups, rows) if is_share
                                   else _rows(kind, groups, rows), is_share))  # fmt: skip
    return found


def _by_year(groups: Mapping[str, Tally], last_month: str) -> dict[str, Tally]:
    """Months of joining that are more than two years back are told by year: each has few members left."""
    first, found = f"{int(last_month[:4]) - 2}{last_month[4:]}", dict[str, Tally]()
    for label, tally in groups.items():
        found.setdefault(label if label > first else label[:4], Tally()).add(tally)
    return found


def _counted(groups: Mapping[str, Tally], key: str) -> Mapping[str, Tally]:
    """A score is counted by how many gave it, not by what it is worth."""
    return {label: replace(tally, k=tally.n) for label, tally in groups.items()} if key == "score" else groups


def _share_rows(kind: Kind, groups: Mapping[str, Tally], rows: Sequence[tuple[str, str]]) -> tuple[Row, ...]:
    plain = replace(kind, is_survey=False, unit=figures.unit_of_share(kind))
    return tuple(Row(key, name, figures.value_of(plain, groups[key])) for key, name in rows)


def _rows(kind: Kind, groups: Mapping[str, Tally], rows: Sequence[tuple[str, str]]) -> tuple[Row, ...]:
    """Where one group alone would be hidden, the next smallest is too: else it would be what the others leave over."""
    found = [Row(key, name, figures.value_of(kind, groups[key])) for key, name in rows]
    small = [row for row in found if row.found.is_hidden]
    others = [row for row in found if row.found.value is not None]
    if len(small) == 1 and others:
        next_one = min(others, key=lambda row: row.found.n)
        found = [replace(row, found=figures.hidden(groups[row.key])) if row is next_one else row for row in found]
    return tuple(found)
