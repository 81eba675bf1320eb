"""The report of a simulation as text."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from app.simulate.report import Passage, Report
from bot.auditor.kinds import TITLES, Kind

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
SHOWN = 10

Row = Sequence[object]


def text_of(report: Report) -> str:
    """All tables, one after another."""
    head = f"{report.members} members, {report.days} days from {report.start}, seed {report.seed}"
    said = f"{report.touches} messages sent, {report.messages_of_members} messages of members"
    return "\n".join([head, said, *_parts(report)])


def _parts(report: Report) -> Iterator[str]:
    yield _table("Messages by week (days are UTC)", *_weeks(report))
    yield _table("Answers by rung", ("rung", "sent", "answered", "share"), [
        (one.rung, one.sent, one.answered, _share(one.answered, one.sent)) for one in report.rungs
    ])  # fmt: skip
    yield _passages("Journeys", "completed", report.journeys)
    yield _passages("Milestones", "reached", report.milestones)
    yield _table("How journeys ended", ("journey: outcome", "members"), list(report.ends.items()))
    yield _table("Cases by Member Success Manager and week", *_cases(report))
    yield _table("Cases by reason", ("reason", "cases"), [
        *report.hand_off_reasons.items(), ("(still open at the end)", report.cases_open)
    ])  # fmt: skip
    yield _table("Not sent when planned", ("decision: reason", "times"), list(report.not_sent.items()))
    yield _table("Refused at the moment of sending", ("reason", "messages"), list(report.refused.items()))
    yield _table("Opt-outs", ("channel", "members"), list(report.opt_outs.items()))
    yield _findings(report)


def _weeks(report: Report) -> tuple[Row, list[Row]]:
    channels = sorted({channel for day in report.touches_by_day.values() for channel in day})
    by_channel: defaultdict[str, Counter[str]] = defaultdict(Counter)
    by_weekday: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for name, counts in report.touches_by_day.items():
        day = date.fromisoformat(name)
        by_channel[f"{day:%G-W%V}"].update(counts)
        by_weekday[f"{day:%G-W%V}"][day.weekday()] += sum(counts.values())
    rows: list[Row] = [
        (week, *(by_channel[week][channel] for channel in channels), *(by_weekday[week][day] for day in range(7)),
         by_weekday[week].total())
        for week in sorted(by_channel)
    ]  # fmt: skip
    return ("week", *channels, *WEEKDAYS, "total"), rows


def _cases(report: Report) -> tuple[Row, list[Row]]:
    weeks = sorted({week for counts in report.hand_offs.values() for week in counts})
    rows: list[Row] = [
        (name, *(counts.get(week, 0) for week in weeks), sum(counts.values()))
        for name, counts in report.hand_offs.items()
    ]
    return ("manager", *(week.partition("-")[2] for week in weeks), "total"), rows


def _passages(title: str, verb: str, passages: Sequence[Passage]) -> str:
    rows: list[Row] = [
        (one.what, one.entered, one.reached, _share(one.reached, one.entered), "-" if one.days is None else one.days)
        for one in passages
    ]
    return _table(title, ("", "entered", verb, "share", "days (median)"), rows)


def _findings(report: Report) -> str:
    if report.is_clean:
        return "\nThe auditor judged every message and found nothing."
    kinds: Mapping[str, int] = Counter(one["kind"] for one in report.findings)
    counts = [f"  {count} x {TITLES[Kind(kind)]} ({kind})" for kind, count in kinds.items()]
    first = [f"  {one['subject']}: {one['summary']}" for one in report.findings[:SHOWN]]
    return "\n".join([f"\nBREACHES: the auditor found {len(report.findings)}.", *counts, "The first:", *first])


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if whole else "-"


def _table(title: str, head: Row, rows: Sequence[Row]) -> str:
    """Columns as wide as their widest value: names to the left, numbers to the right."""
    if not rows:
        return f"\n{title}\n  none"
    cells = [[str(cell) for cell in row] for row in (head, *rows)]
    widths = [max(len(row[at]) for row in cells) for at in range(len(head))]
    lines = [
        "  " + "  ".join(cell.ljust(width) if at == 0 else cell.rjust(width)
                         for at, (cell, width) in enumerate(zip(row, widths, strict=True))).rstrip()
        for row in cells
    ]  # fmt: skip
    return "\n".join([f"\n{title}", *lines])
