"""The report: what was done to the system, and what was counted afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from benchmarks.torture.count import Finding, after_answer
from benchmarks.torture.events import Event
from benchmarks.torture.journal import results
from benchmarks.torture.plan import Wish
from benchmarks.torture.records import Records, Sending

NAMES = {
    "lost": "lost",
    "doubled": "doubled effects",
    "out_of_order": "out of order",
    "forbidden": "forbidden sends",
    "after_answer": "sends after an answer",
    "stuck": "stuck",
    "untimely": "touches said to be made that were not, or the reverse",
    "ended_oddly": "processes that ended by themselves",
}
SHOWN = 20
MOMENT, CALL = timedelta(seconds=1), timedelta(seconds=15)
PROVIDERS = {"sms": "twilio", "email": "mail", "staff": "slack"}
"""As the sandbox names them, where that is not the channel's name."""


@dataclass(frozen=True)
class Report:
    """One run. `seconds` is how long it took, `peace` how long it took to come to rest after the last trouble."""

    wish: Wish
    records: Records
    events: Sequence[Event]
    findings: Mapping[str, Sequence[Finding]]
    seconds: float
    peace: float

    @property
    def is_clean(self) -> bool:
        return not any(self.findings.values())

    def figures(self) -> dict[str, Any]:
        """All of it as JSON."""
        written, flight = self.records.written, after_answer(self.records).in_flight
        return {
            "mode": self.wish.mode,
            "seed": self.wish.seed,
            "members": self.wish.members,
            "seconds": round(self.seconds, 1),
            "seconds_to_rest": round(self.peace, 1),
            "kills": dict(sorted(Counter(one.subject for one in self._of("kill")).items())),
            "database_restarts": len(self._of("restart")),
            "faults": len(self._of("fault")),
            "business_time_moves": len(self._of("push")),
            "written": len(written),
            "accepted": sum(message.accepted is not None for message in written),
            "webhooks": results(written),
            "refused_for_good": sum(message.accepted is None for message in written),
            "outcomes": dict(Counter(row.outcome or row.state for row in self.records.kept).most_common()),
            "arrived": len(self.records.arrived),
            "sendings": dict(Counter(f"{row.purpose} {row.state}" for row in self.records.sendings).most_common()),
            "touches": dict(Counter(touch.state for touch in self.records.touches).most_common()),
            "in_flight_when_answered": flight,
            "counts": {name: len(found) for name, found in self.findings.items()},
            "unknown": [self._came_about(row) for row in self.records.sendings if row.state == "unknown"],
        }

    def as_markdown(self) -> str:
        figures = self.figures()
        parts = [self._head(figures), _table(("Count", "Found"), [(NAMES[n], k) for n, k in figures["counts"].items()])]
        for name, found in self.findings.items():
            if found:
                shown = [f"- {one.subject} {one.words}" for one in found[:SHOWN]]
                more = [f"- and {len(found) - SHOWN} more"] if len(found) > SHOWN else []
                parts.append("\n".join([f"**{NAMES[name]}**", "", *shown, *more]))
        parts.append(
            "**What became of the messages**\n\n" + _table(("Outcome", "Messages"), figures["outcomes"].items())
        )
        parts.append("**What was sent**\n\n" + _table(("Purpose and state", "Messages"), figures["sendings"].items()))
        parts.append("**Webhooks**\n\n" + _table(("Answer", "Webhooks"), figures["webhooks"].items()))
        parts.append(self._unknown(figures["unknown"]))
        return "\n\n".join(parts) + "\n"

    def _head(self, figures: Mapping[str, Any]) -> str:
        killed = ", ".join(f"{name} {times}" for name, times in figures["kills"].items())
        return (
            f"## {self.wish.mode}\n\n{figures['written']} messages of {figures['members']} members,"
            f" {figures['accepted']} accepted with 2xx; {figures['arrived']} messages taken by the providers;"
            f" {sum(figures['kills'].values())} kills ({killed}), {figures['database_restarts']} restarts of the"
            f" database, {figures['faults']} faults of providers, {figures['business_time_moves']}"
            f" moves of business time, in {figures['seconds']:.0f} s,"
            f" and {figures['seconds_to_rest']:.0f} s more until all was quiet."
        )

    def _unknown(self, unknown: Sequence[Mapping[str, Any]]) -> str:
        if not unknown:
            return "**Unknown sends**: none."
        rows = [(one["row"], one["purpose"], one["channel"], one["arrived"], one["why"]) for one in unknown]
        return "**Unknown sends**\n\n" + _table(("Row", "Purpose", "Channel", "Arrived", "How it came about"), rows)

    def _came_about(self, row: Sending) -> dict[str, Any]:
        """What happened while it was tried: a kill or a restart in that time, or the provider's last fault before."""
        near: list[str] = []
        if row.tried_at is not None:
            begun, provider = row.tried_at, PROVIDERS.get(row.channel, row.channel)
            faults = [one for one in self._of("fault") if one.subject == provider and one.wall <= begun + MOMENT]
            hits = [one for one in self.events if one.kind in ("kill", "restart") and begun <= one.wall <= begun + CALL]
            near = [
                f"{one.kind} of {one.subject} {one.detail} ({(one.wall - begun).total_seconds():+.1f} s)"
                for one in [*faults[-1:], *hits]
            ]
        return {
            "row": row.id,
            "purpose": row.purpose,
            "channel": row.channel,
            "arrived": "yes" if row.id in self.records.joined.found else "no",
            "why": "; ".join([row.error or "", *near]),
        }

    def _of(self, kind: str) -> list[Event]:
        return [event for event in self.events if event.kind == kind]


def _table(head: Sequence[str], rows: Any) -> str:
    lines = [head, ["---"] * len(head), *[[str(cell) for cell in row] for row in rows]]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
