"""Counters and gauges of each stage, in Prometheus' terms."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

webhooks = Counter("msb_webhooks", "Requests from providers by what became of them.", ["provider", "result"])
webhook_seconds = Histogram(
    "msb_webhook_seconds",
    "How long a provider's request took to be stored and answered.",
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5),
)
inbox_accepted = Counter("msb_inbox_accepted", "Messages stored, by channel.", ["channel"])
turns = Counter("msb_turns", "Incoming messages handled, by outcome.", ["outcome"])
turns.labels("engine_down")  # from zero on: an alert sees the first
turn_seconds = Histogram(
    "msb_turn_seconds",
    "From the acceptance of a message to its answer in the outbox (elapsed time).",
    buckets=(0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 15, 60),
)
engine_seconds = Histogram(
    "msb_engine_seconds", "Calls of the dialogue engine.", buckets=(0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5, 15)
)
actions = Counter("msb_actions", "Actions run for the dialogue engine, by name and result.", ["action", "result"])
action_seconds = Histogram(
    "msb_action_seconds",
    "Calls of the action endpoint.",
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5),
)
work_seconds = Histogram(
    "msb_work_seconds",
    "A row in a lane, by kind of lane and by stage: prepare and settle in the database, perform outside.",
    ["kind", "stage"],
    buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5, 15),
)
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
tick_seconds = Histogram(
    "msb_tick_seconds", "Runs of each scheduled tick that did not fail.", ["tick"],
    buckets=(0.005, 0.02, 0.05, 0.2, 0.5, 1, 5, 15, 60, 300),
)  # fmt: skip
audits = Counter("msb_audits", "Passes of the auditor, by what they found.", ["result"])
audit_findings = Gauge("msb_audit_findings", "What the auditor finds wrong now, by kind.", ["kind"])
waiting = Gauge("msb_waiting", "Rows without an outcome, by table.", ["table"])
oldest_seconds = Gauge("msb_oldest_seconds", "Age of the oldest row without an outcome, by table.", ["table"])
dead = Gauge("msb_dead_letters", "Rows set aside, by table and state.", ["table", "state"])
lanes_ready = Gauge("msb_lanes_ready", "Lanes that are ready or in hand, by kind and urgency.", ["kind", "urgency"])
lane_oldest_seconds = Gauge(
    "msb_lane_oldest_seconds", "Since when the lane is ready that is ready longest.", ["kind", "urgency"]
)
leases_expired = Gauge("msb_leases_expired", "Lanes whose worker gave no sign of life, by kind.", ["kind"])
due_lag_seconds = Gauge(
    "msb_due_lag_seconds", "How late that is which the scheduler should have looked at first, by what it is.", ["what"]
)
held = Gauge("msb_touches_held", "Touches that wait, by the reason that holds them.", ["reason"])
paused = Gauge("msb_paused", "1 while we hold something back ourselves, by what and why.", ["what", "reason"])
jobs = Gauge("msb_jobs_waiting", "Jobs of the task engine that wait, by queue.", ["queue"])
db_connections = Gauge("msb_db_connections", "Connections to the database of this process, by state.", ["state"])
info = Gauge("msb_info", "1, with the version and the role of the process.", ["version", "role"])
tidied = Counter("msb_tidied", "Rows that were emptied or deleted because their time was over, by class.", ["class"])
