"""Pipelines compared, on the same data and machine in one run: ``python -m benchmarks.pipelines --help``.

Each pipeline is trained by itself and then asked the held-out messages one at a time, in a process of its own. Those
that train fast enough are cross-validated too. Seconds and milliseconds are elapsed time, so other work on the machine
counts: trust the ratios. Training data that was drawn and models that were trained stay in the folder for a second run:
empty it when the data has changed.

Rasa's default pipeline needs TensorFlow, which the engine doesn't install. Name the interpreter of an environment that
has it with --tensorflow; without one that pipeline is left out. The last line is the result as JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from app.nlu.report import HELD_OUT, pipeline_alone
from app.nlu.scores import macro_f1, per_label
from app.nlu.table import read_rows
from app.places import ROOT, engine_python

SEED = 7
OUT_OF_SCOPE = "out_of_scope"
FALLBACK = "nlu_fallback"
COUNTS: list[dict[str, Any]] = [
    {"name": "CountVectorsFeaturizer"},
    {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
]
SCALED = {"epochs": 100, "constrain_similarities": True}
ASKS_BACK = {"name": "FallbackClassifier", "threshold": 0.3, "ambiguity_threshold": 0.1}


@dataclass(frozen=True)
class Candidate:
    """A pipeline, the interpreter that runs it, and whether it is cross-validated."""

    name: str
    pipeline: list[dict[str, Any]]
    python: Path
    is_cross_validated: bool = True


def candidates(tensorflow: Path | None) -> Iterator[Candidate]:
    """Rasa's default with DIET where TensorFlow is, the lightest, and the one that is served."""
    engine = engine_python()
    if tensorflow is not None:
        diet = [
            {"name": "WhitespaceTokenizer"},
            {"name": "RegexFeaturizer"},
            {"name": "LexicalSyntacticFeaturizer"},
            *COUNTS,
            {"name": "DIETClassifier", **SCALED},
            {"name": "EntitySynonymMapper"},
            {"name": "ResponseSelector", **SCALED},
            ASKS_BACK,
        ]
        yield Candidate("diet", diet, tensorflow, is_cross_validated=False)
    light = [{"name": "WhitespaceTokenizer"}, *COUNTS, {"name": "LogisticRegressionClassifier", "max_iter": 1000}]
    yield Candidate("light", [*light, ASKS_BACK], engine)
    yield Candidate("ours", pipeline_alone()["pipeline"], engine)


def sample(per_intent: int | None, target: Path) -> None:
    """Writes the training data, or as many messages of each intent, drawn alike each time; tables are kept whole."""
    drawn: dict[str, list[str]] = {}
    blocks: list[dict[str, str]] = []
    for file in sorted((ROOT / "data" / "nlu").glob("*.yml")):
        for block in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]:
            if "intent" not in block:
                blocks.append(block)
                continue
            lines = [line for line in str(block.get("examples") or "").split("\n") if line.startswith("- ")]
            drawn.setdefault(block["intent"], []).extend(lines)
    chance = random.Random(SEED)  # noqa: S311 - a sample, no secret
    kept = {
        intent: chance.sample(lines, min(per_intent or len(lines), len(lines)))
        for intent, lines in drawn.items()
        if lines
    }
    blocks += [{"intent": intent, "examples": "\n".join(lines) + "\n"} for intent, lines in kept.items()]
    target.write_text(yaml.safe_dump({"version": "3.1", "nlu": blocks}, allow_unicode=True), encoding="utf-8")


def held_out() -> list[tuple[str, str]]:
    """Messages and intents of all files that nothing is trained on."""
    files = sorted(HELD_OUT.glob("intents*.tsv"))
    return [(row["text"], row["intent"]) for file in files for row in read_rows(file, ("text", "intent"))]


def measure(one: Candidate, folder: Path, asked: Sequence[tuple[str, str]], folds: int) -> dict[str, Any]:
    """Trains it unless that is done, asks it, and cross-validates it."""
    config, model = folder / f"{one.name}.yml", folder / f"{one.name}.tar.gz"
    content = {"recipe": "default.v1", "assistant_id": "trial", "language": "en", "pipeline": one.pipeline}
    config.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    noted = folder / f"{one.name}.trained.json"
    if not (model.exists() and noted.exists()):
        noted.write_text(json.dumps(_trial(one, "train", str(config), str(folder / "data"), str(model))))
    trained = json.loads(noted.read_text())
    lines = "".join(json.dumps({"text": text}) + "\n" for text, _ in asked)
    told = _trial(one, "predict", str(model), lines=lines)
    rows = told.pop("rows")
    pairs = [(intent, row["found"]) for (_, intent), row in zip(asked, rows, strict=True)]
    guesses = [(intent, row["guess"]) for (_, intent), row in zip(asked, rows, strict=True)]
    result = {"name": one.name, "training_seconds": round(trained["seconds"], 1), **_rounded(told), **_quality(pairs)}
    result["macro_f1_of_guesses"] = macro_f1(per_label(guesses))
    if one.is_cross_validated and folds:
        rows = _trial(one, "cross", str(config), str(folder / "data"), str(folds))["rows"]
        figures = per_label([(row["expected"], row["found"]) for row in rows])
        result["macro_f1_cross_validated"] = macro_f1(figures)
    return result


def _quality(pairs: Sequence[tuple[str, str]]) -> dict[str, float]:
    """How right it is; a message beyond scope may as well be asked back."""
    figures = per_label(pairs)
    beyond = [found for intent, found in pairs if intent == OUT_OF_SCOPE]
    return {
        "macro_f1_held_out": macro_f1(figures),
        "accuracy_held_out": round(sum(one == two for one, two in pairs) / len(pairs), 4),
        "out_of_scope_recall": figures[OUT_OF_SCOPE]["recall"],
        "out_of_scope_or_asked_back": round(sum(one in (OUT_OF_SCOPE, FALLBACK) for one in beyond) / len(beyond), 4),
        "asked_back": round(sum(found == FALLBACK for _, found in pairs) / len(pairs), 4),
    }  # fmt: skip


def _rounded(told: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 2) for name, value in told.items()}


def _trial(one: Candidate, *arguments: str, lines: str = "") -> dict[str, Any]:
    done = subprocess.run(  # noqa: S603
        [str(one.python), "-m", "msb_engine.trial", *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT / "engine"), "PYTHONHASHSEED": "0"},
        input=lines,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode != 0:
        sys.exit(f"{one.name}: {done.stderr[-1500:]}")
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tensorflow", type=Path, help="the python of an environment with Rasa and TensorFlow")
    parser.add_argument("--per-intent", type=int, help="train on so many messages of each intent (default: all)")
    parser.add_argument("--folds", type=int, default=5, help="of the cross-validation; 0 leaves it out")
    parser.add_argument("--folder", type=Path, default=ROOT / "var" / "pipelines", help="where models are kept")
    options = parser.parse_args()
    folder: Path = options.folder.resolve()
    (folder / "data").mkdir(parents=True, exist_ok=True)
    data = folder / "data" / "nlu.yml"
    if not data.exists():
        sample(options.per_intent, data)
    messages = sum(block["examples"].count("\n") for block in yaml.safe_load(data.read_text("utf-8"))["nlu"])
    asked = held_out()
    results = [measure(one, folder, asked, options.folds) for one in candidates(options.tensorflow)]
    for result in results:
        print("  ".join(f"{name} {value}" for name, value in result.items()))
    print(json.dumps({"training_messages": messages, "held_out": len(asked), "pipelines": results}))


if __name__ == "__main__":
    main()
