"""Killed processes come back at once, and what stands before several gateways finds one that is there."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx
from starlette.responses import PlainTextResponse

from app.demo.plan import free_port
from benchmarks.torture.balancer import balancing
from benchmarks.torture.events import Events
from benchmarks.torture.plan import Spec
from benchmarks.torture.processes import supervised
from tests.support.sandbox_server import free_socket, serve

SLEEPS = (sys.executable, "-c", "import signal; signal.signal(signal.SIGTERM, lambda *_: exit(0)); signal.pause()")
ENDS = (sys.executable, "-c", "raise SystemExit(3)")


def spec(name: str, argv: tuple[str, ...]) -> Spec:
    return Spec(name, argv, dict(os.environ), 1, "")


def eventually(look: Callable[[], bool]) -> bool:
    give_up = time.monotonic() + 20
    while not look():
        if time.monotonic() > give_up:
            return False
        time.sleep(0.02)
    return True


def test_a_process_that_is_killed_is_started_again_and_that_is_nothing_odd(tmp_path: Path) -> None:
    events = Events()
    with supervised(tmp_path, events, [spec("a", SLEEPS)]) as alive:
        first = alive.processes["a"].popen.pid
        alive.kill("a")
        assert eventually(lambda: alive.processes["a"].popen.pid != first)
        last = alive.processes["a"].popen
    assert last.poll() is not None, "it outlived the run"
    assert alive.odd == []
    assert [event.subject for event in events.of("kill")] == ["a"]


def test_a_process_that_ends_by_itself_is_noted(tmp_path: Path) -> None:
    with supervised(tmp_path, Events(), [spec("a", ENDS)]) as alive:
        assert eventually(lambda: bool(alive.odd))
    assert alive.odd[0] == "a ended by itself with exit code 3"


def test_a_connection_goes_to_a_gateway_that_takes_it() -> None:
    nobody, bound = free_port(0), free_socket()
    with serve(PlainTextResponse("here"), bound):
        there = bound.getsockname()[1]
        port = free_port(0)
        with balancing(port, (nobody, there)):
            for _ in range(4):
                assert httpx.get(f"http://127.0.0.1:{port}/", trust_env=False).text == "here"
