"""What needs no model understands the held-out files as well as is promised."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.nlu import measure
from app.nlu.table import read_rows
from bot.conversation.meaning import OTHER, short_cut

DATA = Path(__file__).with_name("data")
ENOUGH = 250


@pytest.mark.parametrize(("name", "columns"), [
    ("answers", ("context", "text", "meaning")),
    ("dates", ("now", "text", "kind", "start", "end")),
    ("keywords", ("text", "expect")),
])  # fmt: skip
def test_a_held_out_file_is_large_and_says_nothing_twice(name: str, columns: tuple[str, ...]) -> None:
    rows = [row.cells for row in read_rows(DATA / f"{name}.tsv", columns)]
    asked = [tuple(cells[column] for column in columns if column in ("context", "now", "text")) for cells in rows]
    assert len(rows) >= ENOUGH
    assert len(set(asked)) == len(asked)


def test_dates_are_read_right() -> None:
    result = measure.read_dates(DATA / "dates.tsv")
    assert result["accuracy"] >= 0.9, result["errors"]
    assert min(kind["accuracy"] for kind in result["per_kind"].values()) >= 0.85


def test_every_stop_is_heard_and_no_other_message_is_taken_for_one() -> None:
    result = measure.read_keywords(DATA / "keywords.tsv")
    assert (result["false_stop"], result["missed_stop"]) == (0, 0), result["errors"]
    assert result["accuracy"] >= 0.98


def test_scores_and_reasons_are_understood_without_a_model() -> None:
    rows = [
        row for row in read_rows(DATA / "answers.tsv", ("context", "text", "meaning")) if row["context"] != "check_in"
    ]
    wrong = [(row["context"], row["text"]) for row in rows if measure.meaning(row, None) != row["meaning"]]
    assert len(wrong) <= 0.05 * len(rows), wrong


def test_a_short_cut_of_a_check_in_is_hardly_ever_wrong() -> None:
    rows = [
        row for row in read_rows(DATA / "answers.tsv", ("context", "text", "meaning")) if row["context"] == "check_in"
    ]
    taken = [(row, short_cut("check_in", row["text"])) for row in rows]
    known = measure.MEANINGS["check_in"]
    wrong = [
        (row["text"], found)
        for row, found in taken
        if found is not None and row["meaning"] != (found if found in known else OTHER)
    ]
    assert sum(found is not None for _, found in taken) >= 0.3 * len(rows)
    assert len(wrong) <= 0.02 * len(rows), wrong


@pytest.fixture(scope="module")
def every_message(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All held-out messages in one file, so that the model is loaded once."""
    file = tmp_path_factory.mktemp("bars") / "intents.tsv"
    rows = [row for part in sorted(DATA.glob("intents*.tsv")) for row in read_rows(part, ("text", "intent"))]
    file.write_text("text\tintent\n" + "".join(f"{row['text']}\t{row['intent']}\n" for row in rows), encoding="utf-8")
    return file


def test_intents_are_understood(every_message: Path) -> None:
    """What was asked back counts as wrong."""
    result = measure.evaluate(every_message)
    assert result["rows"] > 1500
    assert result["macro_f1"] >= 0.9
    assert result["per_intent"]["out_of_scope"]["recall"] >= 0.85
    assert min(figures["f1"] for figures in result["per_intent"].values()) >= 0.75


def test_answers_beside_an_open_question_are_understood() -> None:
    result = measure.answers(DATA / "answers.tsv")
    assert result["accuracy"] >= 0.95, result["errors"]
