"""A page about how well the assistant understands: ``python -m app.nlu.report [FILE]``.

It holds a stratified cross-validation of the training data with the pipeline that is served, and every held-out file.
The page stands alone: nothing in it comes from elsewhere, and no script runs in it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from app.nlu import measure, page
from app.nlu.scores import Judged
from app.nlu.table import read_rows
from app.nlu.understood import understand
from app.places import ROOT, engine_python
from bot.errors import MsbError

FOLDS = 5
HELD_OUT = ROOT / "tests" / "dialogue" / "data"
PAGE = ROOT / "var" / "nlu-report" / "index.html"


class TrialFailed(MsbError):
    """The cross-validation ended without a result; the engine's own words say why."""


@dataclass(frozen=True)
class Part:
    """One measurement of intents, with a title and what a reader must know of it."""

    title: str
    about: str
    judged: Sequence[Judged]


def cross_validated(folds: int = FOLDS) -> list[Judged]:
    """Each training message as a model understands it that was trained without it.

    Raises:
        NotSetUp: the engine is not installed.
        TrialFailed: Rasa failed.
    """
    with tempfile.TemporaryDirectory() as name:
        config = Path(name) / "config.yml"
        config.write_text(yaml.safe_dump(pipeline_alone(), sort_keys=False), encoding="utf-8")
        rows = _trial("cross", str(config), str(ROOT / "data" / "nlu"), str(folds))["rows"]
    return [
        Judged(number, "", row["text"], row["expected"], row["found"], f"{row['guess']} {row['confidence']:.2f}")
        for number, row in enumerate(rows, start=1)
    ]


def pipeline_alone() -> dict[str, Any]:
    """config.yml without its policies: they have no part in understanding, and need the domain."""
    config: dict[str, Any] = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))
    return {key: value for key, value in config.items() if key != "policies"}


def _trial(*arguments: str) -> dict[str, Any]:
    done = subprocess.run(  # noqa: S603
        [str(engine_python()), "-m", "msb_engine.trial", *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT / "engine"), "PYTHONHASHSEED": "0"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode != 0:
        raise TrialFailed(done.stderr.strip()[-1000:])
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def held_out(folder: Path = HELD_OUT) -> Iterator[Part]:
    """The files of intents that no model was trained on, each judged by the model that is served."""
    for file in sorted(folder.glob("intents*.tsv")):
        rows = read_rows(file, ("text", "intent"))
        found = understand([row["text"] for row in rows])
        judged = [
            Judged(row.line, "", row["text"], row["intent"], one.intent, f"{one.ranking[0][0]} {one.confidence:.2f}")
            for row, one in zip(rows, found, strict=True)
        ]
        yield Part(f"Held out: {file.name}", "Messages that are not in the training data.", judged)


def main() -> None:
    """Writes the page and prints where it is."""
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else PAGE
    try:
        intents = list(held_out())
        others = {
            "Answers to an open question": measure.answers(HELD_OUT / "answers.tsv"),
            "Dates": measure.read_dates(HELD_OUT / "dates.tsv"),
            "Keywords": measure.read_keywords(HELD_OUT / "keywords.tsv"),
        }
        about = f"Each training message, judged by a model that was trained without it ({FOLDS} folds, stratified)."
        parts = [Part("Cross-validation", about, cross_validated()), *intents]
    except MsbError as error:
        raise SystemExit(str(error)) from error
    target.parent.mkdir(parents=True, exist_ok=True)
    sections = [page.intents(part.title, part.about, part.judged) for part in parts]
    sections += [page.figures(title, result) for title, result in others.items()]
    target.write_text(page.whole("How well the assistant understands", sections), encoding="utf-8")
    print(target)


if __name__ == "__main__":
    main()
