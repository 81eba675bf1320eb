"""Asks a new model a few sentences before it is used.

Rasa loads a classifier that it distrusts as an untrained one, without a word; such a model answers, always the same.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from rasa.core.agent import Agent
from rasa.exceptions import ModelNotFound
from rasa.shared.nlu.training_data.loading import load_data
from rasa.shared.nlu.training_data.training_data import TrainingData

EXAMPLES_PER_INTENT = 3
LEAST_RIGHT = 0.8


class ModelRefused(RuntimeError):
    """The model doesn't understand what it was trained on."""


def check_model(model: Path, data: Path) -> float:
    """Returns the share of a few training sentences that the model understands.

    Raises:
        ModelRefused: it can't be loaded, knows too little, or is never sure of anything.
    """
    try:
        agent = Agent.load(model)
    except ModelNotFound as error:
        raise ModelRefused("the model can't be loaded") from error
    samples = _samples(load_data(str(data)))
    if not samples:
        raise ModelRefused("there are no training sentences to ask")
    answers = asyncio.run(_ask(agent, [text for text, _ in samples]))
    right = [name == intent for (name, _), (_, intent) in zip(answers, samples, strict=True)]
    share = sum(right) / len(right)
    if share < LEAST_RIGHT:
        raise ModelRefused(f"the model understands only {share:.0%} of a few sentences it was trained on")
    return share


async def _ask(agent: Agent, texts: Sequence[str]) -> list[tuple[str, float]]:
    """The best intent of each text, before the fallback takes its place, and its confidence."""
    answers = []
    for text in texts:
        parsed = await agent.parse_message(text)
        best = next(entry for entry in parsed["intent_ranking"] if entry["name"] != "nlu_fallback")
        answers.append((best["name"], best["confidence"]))
    return answers


def _samples(data: TrainingData) -> list[tuple[str, str]]:
    """The first, the middle and the last sentence of each intent."""
    sentences: dict[str, list[str]] = {}
    for example in data.intent_examples:
        if example.get("text"):
            sentences.setdefault(example.get("intent"), []).append(example.get("text"))
    return [
        (texts[index * (len(texts) - 1) // (EXAMPLES_PER_INTENT - 1)], intent)
        for intent, texts in sorted(sentences.items())
        for index in range(EXAMPLES_PER_INTENT)
    ]
