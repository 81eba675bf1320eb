"""OpenTelemetry traces, for a site that has a collector. Without its address nothing of it is even imported."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from bot import tracing
from bot.config import Settings

if TYPE_CHECKING:
    from opentelemetry.trace import Span, SpanContext, Tracer

SERVICE = "member-success-bot"
TRACES = "/v1/traces"

Stop = Callable[[], None]
"""Hands over what was not sent yet, and ends it."""


def set_up(settings: Settings, role: str) -> Stop:
    """Begins to trace, if the settings ask for it."""
    if not settings.otlp_endpoint:
        return lambda: None
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
    from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased

    named = {"service.name": SERVICE, "service.version": product_version(), "msb.role": role}
    sampler = ParentBased(TraceIdRatioBased(settings.trace_share))
    provider = TracerProvider(sampler=sampler, resource=Resource.create(named), shutdown_on_exit=False)
    exporter = OTLPSpanExporter(endpoint=settings.otlp_endpoint.rstrip("/") + TRACES)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    tracing.install(Traced(provider.get_tracer(SERVICE)))

    def stop() -> None:
        tracing.install(None)
        provider.shutdown()

    return stop


def product_version() -> str:
    """The version of the installed package."""
    try:
        return version(SERVICE)
    except PackageNotFoundError:
        return "unknown"


class Traced:
    """`bot.tracing.Tracer` by OpenTelemetry."""

    def __init__(self, tracer: Tracer) -> None:
        self.tracer = tracer

    def start(self, name: str, parent: str, link: str, facts: Mapping[str, tracing.Value]) -> TracedSpan:
        from opentelemetry.context import Context
        from opentelemetry.trace import Link, NonRecordingSpan, set_span_in_context

        origin, linked = _read(parent), _read(link)
        # None is what is in hand; a span that is only linked to something begins a trace of its own.
        context = set_span_in_context(NonRecordingSpan(origin)) if origin else Context() if linked else None
        links = [Link(linked)] if linked else []
        return TracedSpan(self.tracer, self.tracer.start_span(name, context, attributes=_named(facts), links=links))

    def current(self) -> str:
        from opentelemetry.trace import get_current_span

        found = get_current_span().get_span_context()
        if not found.is_valid:
            return ""
        return f"00-{found.trace_id:032x}-{found.span_id:016x}-{int(found.trace_flags):02x}"


class TracedSpan:
    """`bot.tracing.Span` by OpenTelemetry."""

    def __init__(self, tracer: Tracer, span: Span) -> None:
        self.tracer, self.span = tracer, span

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        from opentelemetry.trace import set_span_in_context, use_span

        # An exception's text may quote what a member wrote: the log has it, masked.
        if not name:
            with use_span(self.span, record_exception=False, set_status_on_exception=False):
                yield
            return
        with self.tracer.start_as_current_span(
            name, set_span_in_context(self.span), record_exception=False, set_status_on_exception=False
        ):
            yield

    def end(self, **facts: tracing.Value) -> None:
        if self.span.is_recording():
            self.span.set_attributes(_named(facts))
            self.span.end()


def _named(facts: Mapping[str, tracing.Value]) -> dict[str, tracing.Value]:
    return {f"msb.{name}": value for name, value in facts.items()}


def _read(traceparent: str) -> SpanContext | None:
    """The span that a traceparent names; None when it is none."""
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    if not traceparent:
        return None
    from opentelemetry.trace import get_current_span

    found = get_current_span(TraceContextTextMapPropagator().extract({tracing.KEY: traceparent})).get_span_context()
    return found if found.is_valid else None
