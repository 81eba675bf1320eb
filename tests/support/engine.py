"""The real dialogue engine, one process for all tests, and the action endpoint that it calls."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from starlette.types import ASGIApp, Receive, Scope, Send

from app.demo.plan import free_port
from app.engine import Engine
from app.places import ROOT, engine_python
from bot.config import Settings
from bot.errors import DialogueUnavailable
from bot.ports import Answer, Turn
from tests.support.sandbox_server import serve

ENGINE_TOKEN, ACTIONS_TOKEN = "engine-token", "actions-token"
START_SECONDS = 90


class ActionsSwitch:
    """The engine calls one address; each test puts its own application behind it."""

    def __init__(self) -> None:
        self.app: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert self.app is not None, "no application is behind the action endpoint"
        await self.app(scope, receive, send)


class PrefixedDialogue:
    """The engine as one test sees it: another test's member 1 is somebody else."""

    def __init__(self, engine: Engine, prefix: str) -> None:
        self.engine, self.prefix = engine, prefix
        self.turns: list[Turn] = []
        self.is_down = False

    def turn(self, turn: Turn) -> Answer:
        self.turns.append(turn)
        if self.is_down:
            raise DialogueUnavailable("switched off by the test")
        return self.engine.turn(replace(turn, conversation_id=f"{self.prefix}-{turn.conversation_id}"))


@contextmanager
def running_engine(folder: Path) -> Iterator[tuple[Engine, ActionsSwitch]]:
    """Serves the trained model. Fails at once, with the engine's own words, when it ends."""
    switch, port = ActionsSwitch(), free_port(0)
    url = f"http://127.0.0.1:{port}"
    with serve(switch) as actions:
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT / "engine"),
            "MSB_ENGINE_PORT": str(port),
            "MSB_ENGINE_TOKEN": ENGINE_TOKEN,
            "MSB_ENGINE_STORE_URL": f"sqlite:///{folder / 'engine.db'}",
            "MSB_ACTIONS_URL": f"{actions}/webhook",
            "MSB_ACTIONS_TOKEN": ACTIONS_TOKEN,
        }
        log = folder / "engine.log"
        with log.open("w") as output:
            process = subprocess.Popen(
                [str(engine_python()), "-m", "msb_engine", "serve"], cwd=ROOT, env=environment, stdout=output,
                stderr=subprocess.STDOUT,
            )  # fmt: skip
        engine = Engine(Settings(_env_file=None, engine_url=url, engine_token=ENGINE_TOKEN))
        try:
            _wait(process, engine, log)
            yield engine, switch
        finally:
            engine.close()
            process.terminate()
            process.wait(timeout=30)


def _wait(process: subprocess.Popen[bytes], engine: Engine, log: Path) -> None:
    give_up = time.monotonic() + START_SECONDS
    while not engine.is_ready():
        if process.poll() is not None or time.monotonic() > give_up:
            raise RuntimeError(f"the engine did not start:\n{log.read_text()[-2000:]}")
        time.sleep(0.1)
