"""Counters and gauges of each stage, in Prometheus' terms."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

webhooks = Counter("msb_webhooks", "Requests from providers by what became of them.", ["provider", "result"])
inbox_accepted = Counter("msb_inbox_accepted", "Messages stored, by channel.", ["channel"])
turns = Counter("msb_turns", "Incoming messages handled, by outcome.", ["outcome"])
turn_seconds = Histogram(
    "msb_turn_seconds",
    "From the acceptance of a message to its answer in the outbox (elapsed time).",
    buckets=(0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 15, 60),
)
engine_seconds = Histogram(
    "msb_engine_seconds", "Calls of the dialogue engine.", buckets=(0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5, 15)
)
actions = Counter("msb_actions", "Actions run for the dialogue engine, by name and result.", ["action", "result"])
touches = Counter("msb_touches", "Decisions on rungs, by what was decided and why.", ["decision", "reason"])
outbox_enqueued = Counter("msb_outbox_enqueued", "Messages put into the outbox.", ["channel", "purpose"])
deliveries = Counter("msb_deliveries", "Attempts to deliver, by result.", ["channel", "result"])
receipts = Counter("msb_receipts", "Provider receipts, by status.", ["channel", "status"])
calls = Counter("msb_calls", "Calls that ended, by what came of them.", ["outcome"])
hand_offs = Counter("msb_hand_offs", "What happened to hand-offs.", ["event", "reason"])
cases = Gauge("msb_cases", "Cases that are not resolved, by team and priority.", ["team", "priority"])
case_wait_seconds = Gauge(
    "msb_case_wait_seconds", "How long the member has waited who waits longest for staff.", ["team", "priority"]
)
ticks = Counter("msb_ticks", "Runs of each scheduled tick.", ["tick", "result"])
audits = Counter("msb_audits", "Passes of the auditor, by what they found.", ["result"])
audit_findings = Gauge("msb_audit_findings", "What the auditor finds wrong now, by kind.", ["kind"])
waiting = Gauge("msb_waiting", "Rows without an outcome, by table.", ["table"])
oldest_seconds = Gauge("msb_oldest_seconds", "Age of the oldest row without an outcome, by table.", ["table"])
dead = Gauge("msb_dead_letters", "Rows set aside, by table and state.", ["table", "state"])
