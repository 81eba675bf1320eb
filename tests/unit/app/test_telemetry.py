"""Traces behind a setting: what a collector gets, and what it costs without one."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

from app import telemetry
from bot import tracing
from bot.clock import Times
from bot.config import Settings
from bot.db import Database
from bot.model import InboxMessage, OutboxMessage, Purpose
from bot.outbox.enqueue import Message, enqueue
from bot.watched import Watched
from tests.support.collector import Collector, collecting, facts
from tests.support.sandbox_clock import START

ORIGIN = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def collector() -> Iterator[Collector]:
    with collecting() as listening:
        yield listening


def begin(collector: Collector, share: float = 1.0) -> telemetry.Stop:
    return telemetry.set_up(Settings(_env_file=None, otlp_endpoint=collector.url, trace_share=share), "worker")


class Idle:
    """A handler that finishes every row at once."""

    kind = "delivery"

    def prepare(self, *_row: object) -> None:
        return None


def touch(db: Database) -> None:
    """A touch is enqueued, and its lane comes to it."""
    message = Message("sms", "+12025550143", Purpose.TOUCH, "check_in", "one")
    with db.begin() as session:
        row = enqueue(session, message, now=START, wall=START)
        Watched(Idle()).prepare(session, session.get_one(OutboxMessage, row), Times(START, START))  # type: ignore[arg-type]


def test_a_touch_has_a_trace_of_its_own_that_names_its_tick(db: Database, collector: Collector) -> None:
    stop = begin(collector)
    with tracing.span("tick", tick="outreach"):
        touch(db)
    stop()
    tick, delivery = collector.one("tick"), collector.one("delivery")
    assert delivery.trace_id != tick.trace_id
    assert [link.span_id for link in delivery.links] == [tick.span_id]
    assert facts(delivery)["msb.purpose"] == "touch"


def test_a_span_goes_on_where_another_process_left_off(collector: Collector) -> None:
    stop = begin(collector)
    with tracing.span("turn", parent=ORIGIN):
        assert tracing.current().split("-")[1] == ORIGIN.split("-")[1]
    stop()
    assert collector.one("turn").parent_span_id.hex() == ORIGIN.split("-")[2]


@pytest.mark.parametrize("nonsense", ["", "00-0-0-00", "x", "00-" + "0" * 32 + "-" + "0" * 16 + "-01"])
def test_a_trace_that_cannot_be_read_is_begun_anew(collector: Collector, nonsense: str) -> None:
    stop = begin(collector)
    with tracing.span("turn", parent=nonsense):
        pass
    stop()
    assert not collector.one("turn").parent_span_id


def test_what_goes_wrong_in_a_stage_is_not_quoted(collector: Collector) -> None:
    stop = begin(collector)
    span = tracing.start("turn")
    with pytest.raises(ValueError, match="Ana"), span.stage("turn.prepare"):
        raise ValueError("Ana can't come")
    span.end()
    stop()
    assert len(collector.spans) == 2
    assert b"Ana" not in b"".join(collector.raw)


def test_a_share_of_nothing_is_carried_on_and_not_exported(collector: Collector) -> None:
    stop = begin(collector, share=0.0)
    with tracing.span("turn"):
        assert int(tracing.current()[-2:], 16) & 1 == 0, "it says that it is not sampled"
    with tracing.span("turn", parent=ORIGIN.removesuffix("01") + "00"):
        pass
    stop()
    assert collector.spans == []


def test_a_second_end_and_an_end_after_the_last_change_nothing(collector: Collector) -> None:
    stop = begin(collector)
    span = tracing.start("turn")
    span.end(outcome="answered")
    span.end(outcome="twice")
    late = tracing.start("turn")
    stop()
    late.end()
    assert facts(collector.one("turn"))["msb.outcome"] == "answered"


def test_a_collector_that_is_away_holds_up_nobody(collector: Collector) -> None:
    collector.url = "http://127.0.0.1:9"
    stop = begin(collector)
    with tracing.span("turn"):
        pass
    stop()
    assert tracing.current() == ""


def test_without_a_collector_nothing_is_carried(db: Database) -> None:
    telemetry.set_up(Settings(_env_file=None), "worker")()
    with tracing.span("tick"):
        touch(db)
    with db.begin() as session:
        assert session.query(OutboxMessage).one().body == {"text": ""}
        assert session.query(InboxMessage).count() == 0


def test_without_a_collector_opentelemetry_is_not_even_imported() -> None:
    program = "import sys, app.telemetry, app.log, bot.tracing; print([m for m in sys.modules if 'opentelemetry' in m])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"
