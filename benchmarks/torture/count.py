"""The counts. Pure functions: records in, findings out; no finding is what is hoped for."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from benchmarks.torture.records import Arrived, Kept, Records, Written

TOOK = frozenset({"sent", "delivered", "read"})
"""States in which the bot says that the provider has a message."""
ANSWERED = ("answered", "engine_down", "distress")
OWN_ANSWER = frozenset({"sms"})
"""Channels whose provider confirms STOP, START and HELP itself."""
ON_TIME = timedelta(seconds=30)
"""A send that the provider took so long after an answer had begun before it, whatever its row says: no call lasts
longer. Within that time the row tells when the attempt began."""


@dataclass(frozen=True)
class Finding:
    """Something that may not be. `subject` names what it is about."""

    subject: str
    words: str


def lost(records: Records) -> Iterator[Finding]:
    """A message that was accepted with 2xx is in the inbox, and has an answer or a named outcome.

    To be given up after many tries is none: nobody got an answer, and no rule wanted that.
    """
    kept = {row.key: row for row in records.kept}
    answered = {row.reply_to_id for row in records.sendings}
    for message in records.written:
        words = _missing(kept.get(message.key), message, answered) if message.accepted is not None else None
        if words is not None:
            yield Finding(message.key, words)
    for sending in records.sendings:
        if sending.state == "dead":
            yield Finding(f"outbox {sending.id}", f"was given up: {sending.error}")
        elif sending.state in TOOK and sending.channel in _CHANNELS and not records.joined.of(sending):
            yield Finding(f"outbox {sending.id}", f"is {sending.state}, and the provider never got it")


def _missing(row: Kept | None, message: Written, answered: Collection[int | None]) -> str | None:
    if row is None:
        return "was accepted, and is not in the inbox"
    if row.state == "dead" or (row.state == "done" and not row.outcome):
        return f"is {row.state} without an outcome: {row.error}"
    if row.state == "done" and _wants_answer(row) and row.id not in answered:
        return f"has the outcome {row.outcome}, and no answer"
    return None


UNTENDED = "no_next_step_case"
"""The auditor is right to say that nobody tends to these cases: in these runs staff do nothing."""
_CHANNELS = frozenset({"sms", "telegram", "messenger", "email"})


def _wants_answer(row: Kept) -> bool:
    outcome = row.outcome or ""
    if outcome.startswith("keyword:"):
        return row.channel not in OWN_ANSWER
    return outcome in ANSWERED


def doubled(records: Records) -> Iterator[Finding]:
    """Every message is answered once, every touch made once, every action has its effect once."""
    for stray in records.joined.strays:
        yield Finding(f"{stray.channel} {stray.provider_id}", f"arrived, and no row is known by it: {stray.text[:60]}")
    arrivals = list(records.joined.row_of.values())
    for name, numbers in (
        ("message", [row.reply_to_id for row in arrivals]),
        ("touch", [row.touch_id for row in arrivals]),
    ):
        for number, count in Counter(filter(None, numbers)).items():
            if count > 1:
                yield Finding(f"{name} {number}", f"was answered or made {count} times")
    for key, count in Counter(row.key for row in records.kept).items():
        if count > 1:
            yield Finding(key, f"is in the inbox {count} times")
    yield from _doubled_effects(records)
    yield from _doubled_consent(records)


def _doubled_effects(records: Records) -> Iterator[Finding]:
    """A step moves on in the transaction that notes that the action ran, which it does once for a message."""
    ran = {(effect.member_id, effect.moment) for effect in records.effects if effect.what == "action"}
    for effect in records.effects:
        if effect.what == "step" and (effect.member_id, effect.moment) not in ran:
            yield Finding(f"member {effect.member_id}", f"moved on at {effect.moment} without an action that ran then")
    actions = Counter(effect.inbox_id for effect in records.effects if effect.what == "action")
    for inbox_id, count in actions.items():
        if count > 1:
            yield Finding(f"inbox {inbox_id}", f"had {count} actions")


def _doubled_consent(records: Records) -> Iterator[Finding]:
    last: dict[tuple[str, str], str] = {}
    for entry in records.consents:
        at = (entry.channel, entry.address)
        if entry.kind == "withdrawn" and last.get(at) == "withdrawn":
            yield Finding(f"{entry.channel} {entry.address}", f"was withdrawn twice, at {entry.at}")
        last[at] = entry.kind


def out_of_order(records: Records) -> Iterator[Finding]:
    """Of two messages at one address, of which the first was accepted before the second was first told, the first is
    answered first."""
    written = {message.key: message for message in records.written}
    key_of = {row.id: row.key for row in records.kept}
    latest: dict[tuple[str, str], tuple[int, str]] = {}
    for arrival in records.arrived:
        row = records.joined.row_of.get(arrival.seq)
        message = written.get(key_of.get(row.reply_to_id or 0, "")) if row is not None else None
        if message is None or message.accepted is None or message.first_tried is None:
            continue
        at = (arrival.channel, arrival.address)
        tried, key = latest.get(at, (0, ""))
        if message.accepted < tried:
            yield Finding(message.key, f"was answered after {key}, which came later")
        latest[at] = max((tried, key), (message.first_tried, message.key))


def forbidden(records: Records) -> Iterator[Finding]:
    """After a STOP nothing leaves for that address but what it asks for; and what the auditor finds is none."""
    kept = {row.key: row for row in records.kept}
    for message in records.written:
        row = kept.get(message.key)
        is_done = message.accepted is not None and row is not None and row.state == "done"
        if message.kind == "stop" and is_done and row is not None and row.outcome != "keyword:STOP":
            yield Finding(message.key, f"said STOP, and that came to {row.outcome}")
    yield from _after_stop(records)
    for words in records.audit:
        if not words.startswith(UNTENDED):
            yield Finding("auditor", words)


FREE = frozenset({"notice", "staff"})
"""What may be said to somebody who has stopped: that they have, and how to come back."""


def _after_stop(records: Records) -> Iterator[Finding]:
    """What arrived, and what was tried: the provider may have been the one who refused."""
    stops = _stops(records)
    for row in records.sendings:
        if row.purpose not in FREE and _stopped_at(stops.get((row.channel, row.address), []), row.tried_at):
            yield Finding(f"outbox {row.id}", f"was tried after {row.address} had said STOP, and is {row.state}")
    for stray in records.joined.strays:
        if _stopped_at(stops.get((stray.channel, stray.address), []), stray.at):
            yield Finding(f"{stray.channel} {stray.provider_id}", f"left for {stray.address} after STOP")


Stops = list[tuple[datetime, bool]]


def _stops(records: Records) -> Mapping[tuple[str, str], Stops]:
    """When each address was stopped (True) and opened again (False)."""
    found: dict[tuple[str, str], Stops] = defaultdict(list)
    for entry in records.consents:
        found[entry.channel, entry.address].append((entry.at, entry.kind == "withdrawn"))
    return found


def _stopped_at(stops: Stops, moment: datetime | None) -> bool:
    if moment is None:
        return False
    before = [is_stop for at, is_stop in stops if at < moment]
    return bool(before) and before[-1]


@dataclass(frozen=True)
class AfterAnswer:
    """Touches whose question had been answered when the provider took them."""

    findings: tuple[Finding, ...]
    in_flight: int
    """Those whose attempt had begun when the answer was accepted."""


def after_answer(records: Records) -> AfterAnswer:
    """A touch that the provider took after the answer to its check-in had been accepted with 2xx.

    In flight are those whose attempt had begun before, as their row says; what arrives more than half a minute later
    was not.
    """
    closers = _closers(records)
    check_in_of = {touch.id: touch.check_in_id for touch in records.touches}
    findings, in_flight = [], 0
    for arrival in records.arrived:
        row = records.joined.row_of.get(arrival.seq)
        answered_at = closers.get(check_in_of.get(row.touch_id or 0, 0)) if row is not None else None
        if row is None or answered_at is None or arrival.at <= answered_at:
            continue
        has_begun = row.tried_at is not None and row.tried_at <= answered_at
        if has_begun and arrival.at - answered_at <= ON_TIME:
            in_flight += 1
        else:
            findings.append(Finding(f"touch {row.touch_id}", f"left {arrival.at - answered_at} after the answer"))
    return AfterAnswer(tuple(findings), in_flight)


def _closers(records: Records) -> dict[int, datetime]:
    """When the message that closed each check-in was accepted: the one that was in hand when it was closed."""
    accepted = {message.key: message.accepted_at for message in records.written}
    of_member: dict[int, list[Kept]] = defaultdict(list)
    for row in sorted(records.kept, key=lambda row: row.id):
        if row.member_id is not None and row.handled_at is not None:
            of_member[row.member_id].append(row)
    found: dict[int, datetime] = {}
    for check_in in records.asked:
        if check_in.state != "answered" or check_in.closed_at is None:
            continue
        for row in of_member[check_in.member_id]:
            at = accepted.get(row.key)
            if row.handled_at is not None and row.handled_at >= check_in.closed_at and at is not None:
                found[check_in.id] = at
                break
    return found


def stuck(records: Records) -> Iterator[Finding]:
    """Nothing waits when all is quiet."""
    yield from (Finding("waiting", words) for words in records.waiting)
    yield from (Finding(row.key, "is pending") for row in records.kept if row.state == "pending")
    yield from (Finding(f"outbox {row.id}", f"is {row.state}") for row in records.sendings
                if row.state in ("pending", "sending"))  # fmt: skip
    yield from (Finding(f"touch {touch.id}", "is queued") for touch in records.touches if touch.state == "queued")


def untimely(records: Records) -> Iterator[Finding]:
    """A touch that is said to be made was made; one that is not was not."""
    sent: dict[int, list[Arrived]] = defaultdict(list)
    for row in records.sendings:
        if row.touch_id is not None:
            sent[row.touch_id] += records.joined.of(row)
    for touch in records.touches:
        arrivals = sent[touch.id]
        if touch.state == "sent" and touch.channel in _CHANNELS and not arrivals:
            yield Finding(f"touch {touch.id}", "is said to be sent, and never arrived")
        if touch.state in ("held", "skipped", "cancelled") and arrivals:
            yield Finding(f"touch {touch.id}", f"is {touch.state} ({touch.reason}), and arrived")


def ended_oddly(records: Records) -> Iterator[Finding]:
    return (Finding("process", words) for words in records.odd)


COUNTS: Mapping[str, Callable[[Records], Iterable[Finding]]] = {
    "lost": lost,
    "doubled": doubled,
    "out_of_order": out_of_order,
    "forbidden": forbidden,
    "after_answer": lambda records: after_answer(records).findings,
    "stuck": stuck,
    "untimely": untimely,
    "ended_oddly": ended_oddly,
}


def count(records: Records) -> dict[str, list[Finding]]:
    """The findings of every count."""
    return {name: list(find(records)) for name, find in COUNTS.items()}
