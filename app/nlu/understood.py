"""What the served model understands of texts: the engine's own command, once for all of them."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass

from app.places import ROOT, engine_python
from bot.errors import MsbError

PATIENCE_SECONDS = 1800


class NothingUnderstood(MsbError):
    """The engine could not parse the texts; its own words say why."""


@dataclass(frozen=True)
class Understood:
    """The best intent, its confidence, and the five best with theirs."""

    intent: str
    confidence: float
    ranking: list[tuple[str, float]]


def understand(texts: Sequence[str]) -> list[Understood]:
    """What a live message with these texts would be understood as, in their order.

    Raises:
        NotSetUp: the engine is not installed.
        NothingUnderstood: there is no model for the files as they are, or the engine failed.
    """
    lines = "".join(json.dumps({"text": text}) + "\n" for text in texts)
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "engine")}
    done = subprocess.run(  # noqa: S603
        [str(engine_python()), "-m", "msb_engine", "parse"],
        env=environment,
        input=lines,
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    answers = done.stdout.splitlines()
    if done.returncode != 0 or len(answers) != len(texts):
        raise NothingUnderstood(done.stderr.strip()[-1000:] or f"the engine ended with the code {done.returncode}")
    return [_understood(json.loads(line)) for line in answers]


def _understood(told: dict[str, object]) -> Understood:
    ranking = told["ranking"]
    assert isinstance(ranking, list)
    pairs = [(str(one["name"]), float(one["confidence"])) for one in ranking]
    return Understood(str(told["intent"]), float(str(told["confidence"])), pairs)
