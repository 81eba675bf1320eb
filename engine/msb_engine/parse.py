"""Reads messages as JSON lines and writes what the served model understands of each, without answering any.

A line is {"text": ..., "pending_question"?: ...}; its answer is {"intent", "confidence", "ranking", "entities"}, in
the same order. A text is what a member typed, and is treated as the turn channel treats it. What the bot has just asked
changes no meaning here, for the pipeline doesn't know of it; the key is accepted so that callers may say it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

from msb_engine import bootstrap, config_guard
from msb_engine.serve import NotReady, find_model
from msb_engine.settings import read_paths
from msb_engine.turn_request import LONGEST_TEXT, plain

RANKED = 5
BATCH = 64
FIELDS = frozenset({"text", "pending_question"})
FALLBACK = "nlu_fallback"


class LineRefused(ValueError):
    """A line of the input is not a message."""


class Parser:
    """A model's understanding of messages: its pipeline, with everything in it, and no dialogue."""

    def __init__(self, model: Path) -> None:
        from rasa.core.processor import MessageProcessor

        metadata, self._runner = MessageProcessor._load_model(model)[1:]
        self._target = metadata.nlu_target

    def parse(self, texts: list[str]) -> list[dict[str, Any]]:
        """What is understood of each text, in one run of the pipeline: that is what makes many of them fast."""
        from rasa.core.channels.channel import UserMessage
        from rasa.engine.constants import PLACEHOLDER_MESSAGE, PLACEHOLDER_TRACKER
        from rasa.shared.core.trackers import DialogueStateTracker

        said = [(index, plain(text)) for index, text in enumerate(texts)]
        asked = [(index, text) for index, text in said if text]
        answers = [_nothing() for _ in texts]
        if asked:
            inputs = {
                PLACEHOLDER_MESSAGE: [UserMessage(text) for _, text in asked],
                PLACEHOLDER_TRACKER: DialogueStateTracker.from_events("parse", []),
            }
            parsed = self._runner.run(inputs=inputs, targets=[self._target])[self._target]
            for (index, _), message in zip(asked, parsed, strict=True):
                answers[index] = _told(message.as_dict(only_output_properties=True))
        return answers


def read_lines(lines: Iterable[str]) -> Iterator[str]:
    """The texts of the lines; empty lines are passed over.

    Raises:
        LineRefused: with the number of the line.
    """
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _text(line, number)


def answer(parser: Parser, lines: Iterable[str], out: TextIO) -> None:
    """Writes a line for each line, a batch at a time.

    Raises:
        LineRefused: a line is not a message; those of earlier batches are answered.
    """
    texts = read_lines(lines)
    while batch := list(islice(texts, BATCH)):
        for found in parser.parse(batch):
            out.write(json.dumps(found, ensure_ascii=False, default=float) + "\n")
        out.flush()


def _text(line: str, number: int) -> str:
    try:
        fields = json.loads(line)
    except ValueError as error:
        raise LineRefused(f"line {number} is not JSON") from error
    if not isinstance(fields, dict) or not isinstance(fields.get("text"), str):
        raise LineRefused(f"line {number} is no object with a text")
    unknown = fields.keys() - FIELDS
    if unknown:
        raise LineRefused(f"line {number}: unknown fields: {', '.join(sorted(unknown))}")
    return str(fields["text"])[:LONGEST_TEXT]


def _told(parsed: dict[str, Any]) -> dict[str, Any]:
    intent = parsed["intent"]
    ranking = [{"name": one["name"], "confidence": one["confidence"]} for one in parsed.get("intent_ranking", [])]
    entities = [
        {key: one[key] for key in ("entity", "value", "text", "start", "end") if key in one}
        for one in parsed.get("entities", [])
    ]
    return {
        "intent": intent["name"],
        "confidence": intent["confidence"],
        "ranking": ranking[:RANKED],
        "entities": entities,
    }


def _nothing() -> dict[str, Any]:
    """A text of nothing but spaces and slashes is not asked: a turn takes it for not understood, too."""
    certain = {"name": FALLBACK, "confidence": 1.0}
    return {"intent": FALLBACK, "confidence": 1.0, "ranking": [certain], "entities": []}


def main() -> int:
    """Answers until the input ends. Returns the exit code."""
    paths = read_paths()
    for stream in (sys.stdin, sys.stdout):
        stream.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    try:
        bootstrap.prepare()
        config_guard.check(paths.config)
        parser = Parser(find_model(paths))
        answer(parser, sys.stdin, sys.stdout)
    except (config_guard.ConfigRefused, NotReady, LineRefused) as error:
        print(f"nothing is parsed: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
