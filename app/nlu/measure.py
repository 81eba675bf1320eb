"""The four measurements: intents, answers to an open question, dates, and keywords."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

from app.nlu import dates, keywords
from app.nlu.scores import Judged, accuracy, macro_f1, per_group, per_label
from app.nlu.table import Row, check_known, read_rows
from app.nlu.understood import Understood, understand
from bot.conversation.meaning import ANSWER, OTHER, SCALES, Open, in_check_in, short_cut

Result = dict[str, Any]

MEANINGS: Mapping[str, frozenset[str]] = {
    "check_in": frozenset(
        {
            "report_done",
            "report_in_progress",
            "report_not_done",
            "report_blocked",
            "snooze",
            "away",
            "request_human",
            "opt_out",
            OTHER,
        }
    ),
    **{
        name: frozenset({str(score) for score in range(low, high + 1)} | {"skip", "opt_out", OTHER})
        for name, (low, high) in SCALES.items()
    },
    "why": frozenset({ANSWER, "skip", "opt_out", "request_human"}),
}


def evaluate(file: Path) -> Result:
    """Intents of messages with no open question.

    Raises:
        FileRefused: the file is not one of examples.
        NotSetUp, NothingUnderstood: the engine can't be asked.
    """
    rows = read_rows(file, ("text", "intent"))
    judged = [
        Judged(row.line, "", row["text"], row["intent"], found.intent, _guesses(found))
        for row, found in zip(rows, understand([row["text"] for row in rows]), strict=True)
    ]
    per_intent = per_label([(one.expected, one.found) for one in judged])
    return {
        **_totals(judged),
        "macro_f1": macro_f1(per_intent),
        "per_intent": per_intent,
        "confused": _confused(judged),
        "errors": _errors(judged),
    }


def answers(file: Path) -> Result:
    """Answers to an open question. Raises what `evaluate` raises."""
    rows = read_rows(file, ("context", "text", "meaning"))
    check_known(file, rows, "context", frozenset(get_args(Open)))
    for row in rows:
        check_known(file, [row], "meaning", MEANINGS[row["context"]])
    judged = [
        Judged(row.line, row["context"], row["text"], row["meaning"], found)
        for row, found in zip(rows, _meanings(rows), strict=True)
    ]
    return {**_grouped(judged, "per_context", "context"), "per_meaning": _per_meaning(judged)}


def read_dates(file: Path) -> Result:
    """Dates as `bot.language.dates` reads them. Raises FileRefused."""
    return _grouped(dates.judge(file), "per_kind", "kind")


def read_keywords(file: Path) -> Result:
    """Keywords as the intake hears them. Raises FileRefused."""
    judged = keywords.judge(file)
    stop = keywords.STOP
    return {
        **_totals(judged),
        "false_stop": sum(one.found == stop != one.expected for one in judged),
        "missed_stop": sum(one.expected == stop != one.found for one in judged),
        "per_keyword": per_label([(one.expected, one.found) for one in judged]),
        "errors": _errors(judged),
    }


def _meanings(rows: Sequence[Row]) -> list[str]:
    """Only answers to a check-in need the model, and all of them ask it at once."""
    asked = [row["text"] for row in rows if row["context"] == "check_in"]
    understood = iter(understand(asked) if asked else [])
    return [meaning(row, next(understood) if row["context"] == "check_in" else None) for row in rows]


def meaning(row: Row, understood: Understood | None) -> str:
    """What the text of the row means in its context; `understood` is given for a check-in only."""
    if understood is not None:
        return in_check_in(row["text"], understood.intent, understood.ranking)
    question = next(name for name in get_args(Open) if name == row["context"])
    found = short_cut(question, row["text"]) or OTHER
    if found in MEANINGS[question]:
        return found
    return ANSWER if question == "why" else OTHER


def _per_meaning(judged: Sequence[Judged]) -> dict[str, dict[str, dict[str, float]]]:
    contexts = dict.fromkeys(one.group for one in judged)
    return {
        context: per_label([(one.expected, one.found) for one in judged if one.group == context])
        for context in contexts
    }


def _guesses(found: Understood) -> str:
    return ", ".join(f"{name} {weight:.2f}" for name, weight in found.ranking[:3])


def _totals(judged: Sequence[Judged]) -> Result:
    return {"rows": len(judged), "accuracy": accuracy(judged)}


def _grouped(judged: Sequence[Judged], per: str, group: str) -> Result:
    return {**_totals(judged), per: per_group(judged), "errors": _errors(judged, group)}


def _errors(judged: Sequence[Judged], group: str = "") -> list[dict[str, Any]]:
    return [one.as_error(group) for one in judged if not one.is_right]


def _confused(judged: Sequence[Judged]) -> list[dict[str, Any]]:
    """Which intents are taken for which, the most frequent first."""
    pairs = Counter((one.expected, one.found) for one in judged if not one.is_right)
    return [{"expected": one, "found": two, "rows": rows} for (one, two), rows in pairs.most_common()]
