"""Trains and tries pipelines that are not, or not yet, the one that is served: for reports and comparisons.

Runs in any environment that has Rasa 3.6, with TensorFlow or without. `python -m msb_engine.trial COMMAND`:

    train CONFIG DATA MODEL        trains a model that only understands, with DATA (a folder of training data)
    cross CONFIG DATA FOLDS        cross-validates, stratified by intent: each message judged by a model without it
    predict MODEL                  loads MODEL and understands the JSON lines {"text": ...} of the input, one at a time

The last line that is printed is the result as JSON. Seconds are elapsed time, megabytes those resident at most.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

SEED = 7
BATCH = 64
STARTED = time.monotonic()


def prepare() -> None:
    """As for the engine, but where TensorFlow is installed it stays."""
    # Rasa's own classifiers need it. It looks at every loaded module: first, that takes one second, after Rasa seven.
    import skops.io  # noqa: F401

    from msb_engine import bootstrap, no_tensorflow

    if find_spec("tensorflow") is not None:
        no_tensorflow.install = lambda: None
    bootstrap.prepare()


def train(config: Path, data: Path, model: Path) -> dict[str, Any]:
    """Seconds it took, and what the process grew to."""
    from rasa.model_training import train_nlu

    started = time.monotonic()
    made = train_nlu(str(config), str(data), str(model.parent), fixed_model_name=model.name.removesuffix(".tar.gz"))
    if made is None:
        raise SystemExit("Rasa did not train a model.")
    return {"model": made, "seconds": time.monotonic() - started, "megabytes": _megabytes()}


def cross(config: Path, data: Path, folds: int) -> dict[str, Any]:
    """Each message with its intent and what a model understood that was trained on the other folds."""
    import numpy as np
    from rasa.shared.nlu.training_data.loading import load_data
    from rasa.shared.nlu.training_data.training_data import TrainingData
    from sklearn.model_selection import StratifiedKFold

    examples = [one for one in load_data(str(data)).intent_examples if one.get("text")]
    intents = np.array([one.get("intent") for one in examples])
    judged: list[dict[str, Any]] = []
    splits = StratifiedKFold(folds, shuffle=True, random_state=SEED).split(intents, intents)
    for learnt, kept in splits:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            TrainingData([examples[index] for index in learnt]).persist_nlu(str(folder / "nlu.yml"))
            made = train(config, folder / "nlu.yml", folder / "fold.tar.gz")
            found = _understand(Path(made["model"]), [examples[index].get("text") for index in kept])
        for index, one in zip(kept, found, strict=True):
            judged.append({"text": examples[index].get("text"), "expected": str(intents[index]), **one})
    return {"rows": judged}


def predict(model: Path, texts: Sequence[str]) -> dict[str, Any]:
    """What is understood of each text alone, and how long that took from the second round on."""
    from msb_engine.parse import Parser

    parser = Parser(model)
    parser.parse(["hello"])
    ready = time.monotonic() - STARTED
    rows, milliseconds = [], []
    for text in texts:
        started = time.perf_counter()
        found = parser.parse([text])[0]
        milliseconds.append((time.perf_counter() - started) * 1000)
        rows.append({"text": text, **_told(found)})
    ranked = sorted(milliseconds)
    return {
        "rows": rows,
        "ready_after_seconds": ready,
        "milliseconds_p50": statistics.median(ranked),
        "milliseconds_p95": ranked[int(len(ranked) * 0.95)],
        "messages_per_second": 1000 * len(ranked) / sum(ranked),
        "megabytes": _megabytes(),
    }


def _understand(model: Path, texts: Sequence[str]) -> list[dict[str, Any]]:
    from msb_engine.parse import Parser

    parser, found = Parser(model), list[dict[str, Any]]()
    for start in range(0, len(texts), BATCH):
        found.extend(_told(one) for one in parser.parse(list(texts[start : start + BATCH])))
    return found


def _told(one: dict[str, Any]) -> dict[str, Any]:
    """What was understood, and the best guess before it was decided to ask back."""
    best = next((entry for entry in one["ranking"] if entry["name"] != "nlu_fallback"), one["ranking"][0])
    return {"found": one["intent"], "confidence": best["confidence"], "guess": best["name"]}


def _megabytes() -> float:
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 1024 if sys.platform != "darwin" else most / 1024**2


def main() -> int:
    """Prints the result as JSON. Returns the exit code."""
    command, *arguments = sys.argv[1:]
    # Rasa and TensorFlow print what they like: it goes to the error stream, so that the result stands alone.
    result_to = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    prepare()
    match command, arguments:
        case "train", [config, data, model]:
            result = train(Path(config), Path(data), Path(model))
        case "cross", [config, data, folds]:
            result = cross(Path(config), Path(data), int(folds))
        case "predict", [model]:
            result = predict(Path(model), [json.loads(line)["text"] for line in sys.stdin if line.strip()])
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    result_to.write(json.dumps(result, ensure_ascii=False, default=float) + "\n")
    result_to.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
