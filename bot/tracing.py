"""Where traces begin and end. Off, it costs a call that does nothing; `install` puts a tracer behind it.

What goes from process to process is a W3C ``traceparent``: in the body of a row, and in the turn for the engine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, Protocol

KEY = "traceparent"

Value = str | int | float | bool


class Span(Protocol):
    """One piece of work. Without `end` nobody hears of it."""

    def stage(self, name: str) -> AbstractContextManager[None]:
        """The block is a part of it; what is begun in there belongs to that part."""

    def end(self, **facts: Value) -> None:
        """It is done; `facts` say what came of it. A second end changes nothing."""


class Tracer(Protocol):
    """What makes spans. Facts are names and numbers, never what or who a member is."""

    def start(self, name: str, parent: str, link: str, facts: Mapping[str, Value]) -> Span:
        """`parent` and `link` are traceparents, or empty; without a parent it belongs to what is in hand."""

    def current(self) -> str:
        """The traceparent of the work in hand; empty when there is none."""


class _Nothing:
    def stage(self, name: str) -> AbstractContextManager[None]:
        return nullcontext()

    def end(self, **facts: Value) -> None:
        return


NOTHING = _Nothing()
_tracer: Tracer | None = None


def install(tracer: Tracer | None) -> None:
    """From here on spans are made by `tracer`; None switches them off."""
    global _tracer
    _tracer = tracer


def start(name: str, *, parent: str = "", link: str = "", **facts: Value) -> Span:
    """Begins a span that may end in another transaction than it began in."""
    return NOTHING if _tracer is None else _tracer.start(name, parent, link, facts)


@contextmanager
def span(name: str, *, parent: str = "", **facts: Value) -> Iterator[Span]:
    """The block is a span."""
    if _tracer is None:
        yield NOTHING
        return
    made = _tracer.start(name, parent, "", facts)
    try:
        with made.stage(""):
            yield made
    finally:
        made.end()


def current() -> str:
    """The traceparent of the work in hand; empty when there is none."""
    return "" if _tracer is None else _tracer.current()


def carried() -> dict[str, str]:
    """What a row's body takes along."""
    found = current()
    return {KEY: found} if found else {}


def parent_of(body: Mapping[str, Any]) -> str:
    """What a row's body brought along."""
    return str(body.get(KEY) or "")
