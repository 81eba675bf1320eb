"""Rasa as `rasa init` sets it up, with this assistant's data: what the whole pipeline is held against.

Rasa's own defaults are left in place: no pipeline and no policies are named, so that Rasa takes DIET, the memoization,
the rule and the TED policy; the REST channel; the tracker store and the lock store in memory. The domain, the training
messages, the rules and the action endpoint are the assistant's. A project of `rasa init` has stories, without which
the TED policy does nothing: each rule that has no condition becomes part of one.

The interpreter is one of an environment with Rasa and TensorFlow; the model is kept in the folder for the next run.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

from app.places import ROOT
from benchmarks.pipelines import sample

CONFIG = {"recipe": "default.v1", "assistant_id": "default", "language": "en"}
RULES_A_STORY = 2
QUIET = {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3", "SQLALCHEMY_SILENCE_UBER_WARNING": "1"}
TRAINING_HOURS = 2


def trained(python: Path, folder: Path, per_intent: int | None) -> Path:
    """The model, trained unless an earlier run has left it there. Takes minutes."""
    folder = folder.resolve()
    model = folder / "models" / f"default-{per_intent or 'all'}.tar.gz"
    if model.exists():
        return model
    _write_project(folder, per_intent)
    print(f"training Rasa's default pipeline (log: {folder / 'train.log'}) ...", file=sys.stderr, flush=True)
    with (folder / "train.log").open("w") as log:
        done = subprocess.run(  # noqa: S603
            [str(python), "-m", "rasa", "train", "--config", "config.yml", "--domain", "domain.yml", "--data", "data",
             "--out", "models", "--fixed-model-name", model.name.removesuffix(".tar.gz")],
            cwd=folder, env={**os.environ, **QUIET, "PYTHONHASHSEED": "0"}, stdout=log, stderr=subprocess.STDOUT,
            check=False, timeout=TRAINING_HOURS * 3600,
        )  # fmt: skip
    if done.returncode or not model.exists():
        raise RuntimeError(f"Rasa's default was not trained:\n{(folder / 'train.log').read_text()[-2000:]}")
    return model


def command(python: Path, model: Path, port: int) -> list[str]:
    """Serves the model from the folder that it was trained in."""
    return [str(python), "-m", "rasa", "run", "--model", str(model), "--credentials", "credentials.yml", "--endpoints",
            "endpoints.yml", "--interface", "127.0.0.1", "--port", str(port)]  # fmt: skip


def write_endpoints(folder: Path, actions_url: str, actions_token: str) -> None:
    """Its channel, and where the assistant's actions are."""
    endpoint = {"url": actions_url, "headers": {"Authorization": f"Bearer {actions_token}"}}
    _write(folder / "endpoints.yml", {"action_endpoint": endpoint})
    _write(folder / "credentials.yml", {"rest": None})


def stories_of(rules: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Conversations in which the rules without a condition follow one another."""
    plain = [rule["steps"] for rule in rules if not rule.get("condition") and "intent" in rule["steps"][0]]
    groups = [plain[at : at + RULES_A_STORY] for at in range(0, len(plain), RULES_A_STORY)]
    return [
        {"story": f"story {number}", "steps": [step for steps in group for step in steps]}
        for number, group in enumerate(groups, start=1)
    ]


def _write_project(folder: Path, per_intent: int | None) -> None:
    (folder / "data").mkdir(parents=True, exist_ok=True)
    sample(per_intent, folder / "data" / "nlu.yml")
    rules = list(_rules())
    _write(folder / "data" / "rules.yml", {"version": "3.1", "rules": rules})
    _write(folder / "data" / "stories.yml", {"version": "3.1", "stories": stories_of(rules)})
    _write(folder / "config.yml", CONFIG)
    (folder / "domain.yml").write_bytes((ROOT / "domain.yml").read_bytes())


def _rules() -> Iterator[dict[str, Any]]:
    for file in sorted((ROOT / "data" / "rules").glob("*.yml")):
        yield from yaml.safe_load(file.read_text(encoding="utf-8"))["rules"]


def _write(file: Path, content: dict[str, Any]) -> None:
    file.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), encoding="utf-8")
