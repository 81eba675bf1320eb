"""Figures over expected and found labels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Judged:
    """One example, what was expected of it, and what was found."""

    line: int
    group: str
    text: str
    expected: str
    found: str
    detail: str = ""

    @property
    def is_right(self) -> bool:
        return self.expected == self.found

    def as_error(self, group: str) -> dict[str, Any]:
        told: dict[str, Any] = {"line": self.line, "text": self.text, "expected": self.expected, "found": self.found}
        if group:
            told[group] = self.group
        if self.detail:
            told["detail"] = self.detail
        return told


def accuracy(judged: Sequence[Judged]) -> float:
    return round(sum(one.is_right for one in judged) / len(judged), 4) if judged else 0.0


def per_label(pairs: Sequence[tuple[str, str]]) -> dict[str, dict[str, float]]:
    """Precision, recall, F1 and support of each label that is expected, from (expected, found) pairs.

    What was found but is never expected costs recall of the others and is no label of its own.
    """
    expected, found = Counter(pair[0] for pair in pairs), Counter(pair[1] for pair in pairs)
    right = Counter(one for one, two in pairs if one == two)
    return {label: _figures(right[label], found[label], expected[label]) for label in sorted(expected)}


def macro_f1(figures: dict[str, dict[str, float]]) -> float:
    return round(sum(one["f1"] for one in figures.values()) / len(figures), 4) if figures else 0.0


def per_group(judged: Sequence[Judged]) -> dict[str, dict[str, float]]:
    """Rows and accuracy of each group, in the order in which the groups come."""
    groups = dict.fromkeys(one.group for one in judged)
    return {group: _of_group([one for one in judged if one.group == group]) for group in groups}


def _of_group(judged: Sequence[Judged]) -> dict[str, float]:
    return {"rows": len(judged), "accuracy": accuracy(judged)}


def _figures(right: int, found: int, expected: int) -> dict[str, float]:
    precision, recall = right / found if found else 0.0, right / expected
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return {"precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4), "support": expected}
