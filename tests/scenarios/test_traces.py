"""Traces as a collector gets them: real spans, exported as bytes, over all that a message passes through."""

from __future__ import annotations

from app import telemetry
from bot import tracing
from bot.config import Settings
from bot.model import OutboxMessage
from tests.support.collector import Collector, collecting, facts
from tests.support.stage import Stage

NUMBER = "+12025550143"


def test_a_message_is_one_trace_and_nothing_of_its_author_is_in_it(world: Stage) -> None:
    with collecting() as collector:
        stop = telemetry.set_up(Settings(_env_file=None, otlp_endpoint=collector.url), "serve")
        try:
            ana = world.enrol("Ana Diaz", NUMBER)
            ana.expects("")
            ana.says("I have done it, certainly")
            ana.expects("")
        finally:
            stop()
    assert collector.roles == {"serve"}
    check_the_story(collector)
    everything = b"".join(collector.raw)
    for personal in (b"Ana", b"Diaz", b"2025550143", b"certainly", b"story-"):
        assert personal not in everything
    with world.application.db.begin() as session:
        reply = session.query(OutboxMessage).filter_by(reply_to_id=1).one()
        assert tracing.parent_of(reply.body).startswith("00-")
    shown = str(world.get(f"phones/{NUMBER}")) + str(world.get("mail")) + str(world.get("slack/channel"))
    assert tracing.KEY not in shown, "providers hear nothing of traces"


def check_the_story(collector: Collector) -> None:
    """The stages of the first message belong to each other as one caused the next."""
    spans = {span.span_id: span for span in collector.spans}
    story = {span.name: span for span in spans.values() if facts(span).get("msb.correlation") == "in-1"}
    above = {name: spans[span.parent_span_id].name for name, span in story.items() if span.parent_span_id}
    assert above == {
        "turn": "webhook",
        "action": "turn.perform",
        "delivery": "turn.settle",
        "receipt": "turn.settle",
    }
    turn = story["turn"]
    assert {story[name].trace_id for name in above} == {turn.trace_id}
    below = {span.name for span in spans.values() if span.parent_span_id == turn.span_id}
    assert below == {"turn.prepare", "turn.perform", "turn.settle"}
    assert (facts(turn)["msb.outcome"], facts(turn)["msb.channel"]) == ("answered", "sms")
