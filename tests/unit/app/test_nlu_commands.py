"""``msb nlu``: the files are checked, the last line is the result, and the table before it can be read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from app.cli import cli
from app.nlu import measure
from app.nlu.scores import macro_f1, per_label
from app.nlu.table import FileRefused, read_rows

NOW = "2026-03-25T09:15:00+00:00[Europe/London]"


def write(folder: Path, *lines: str) -> Path:
    file = folder / "examples.tsv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def run(command: str, file: Path) -> tuple[str, dict[str, Any]]:
    done = CliRunner().invoke(cli, ["nlu", command, str(file)])
    assert done.exit_code == 0, done.output
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return done.stdout, result


def test_dates_end_with_the_result(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        "now\ttext\tkind\tstart\tend",
        f"{NOW}\tuntil the 14th\tuntil\t2026-04-14\t",
        f"{NOW}\t[en-US] remind me on 4/5\tat\t2026-04-05\t",
        f"{NOW}\tin two weeks\tat\t2026-04-09\t",
    )
    said, result = run("dates", file)
    assert result["rows"] == 3
    assert result["accuracy"] == pytest.approx(0.6667)
    assert result["per_kind"]["at"] == {"rows": 2, "accuracy": 0.5}
    assert [error["line"] for error in result["errors"]] == [4]
    assert "line 4 'in two weeks': expected at 2026-04-09, found at 2026-04-08" in said


def test_one_instant_has_many_spellings(tmp_path: Path) -> None:
    file = write(tmp_path, "now\ttext\tkind\tstart\tend", f"{NOW}\tin an hour\tat\t2026-03-25T11:15:00+01:00\t")
    assert run("dates", file)[1]["accuracy"] == 1.0


def test_keywords_count_what_was_stopped_wrongly(tmp_path: Path) -> None:
    file = write(
        tmp_path, "text\texpect", r"STOP\n\nSent from my iPhone" + "\tSTOP", "[fr] arrêt\tSTOP",
        "[opted out] yes\tSTART",        "stop by later\tSTOP", "stop\tnone",
    )  # fmt: skip
    result = run("keywords", file)[1]
    assert (result["rows"], result["false_stop"], result["missed_stop"]) == (5, 1, 1)


def test_spaces_at_the_ends_of_a_text_are_kept(tmp_path: Path) -> None:
    file = write(tmp_path, "text\tintent", " hello \tgreet")
    assert read_rows(file, ("text", "intent"))[0]["text"] == " hello "


def test_answers_to_a_survey_need_no_engine(tmp_path: Path) -> None:
    file = write(
        tmp_path, "context\ttext\tmeaning", "nps\t7, no wait, 8\t8", "csat\t⭐⭐\t2", "ces\tskip\tskip",
        "why\tthe people\tanswer",        "nps\tgreat\tother", "why\tcan someone call me\trequest_human",
    )  # fmt: skip
    assert run("answers", file)[1]["accuracy"] == 1.0


@pytest.mark.parametrize(
    ("measured", "lines", "said"),
    [
        (measure.evaluate, ("text\tlabel", "a\tb"), "no column intent"),
        (measure.evaluate, ("text\tintent",), "no examples"),
        (measure.evaluate, ("text\tintent", "a\tb\tc"), "line 2: 3 cells instead of 2"),
        (measure.answers, ("context\ttext\tmeaning", "poll\t9\t9"), "line 2: context is 'poll'"),
        (measure.answers, ("context\ttext\tmeaning", "csat\t9\t9"), "line 2: meaning is '9'"),
        (measure.read_dates, ("now\ttext\tkind\tstart\tend", "today\ta\tat\t\t"), "line 2: now"),
        (measure.read_dates, ("now\ttext\tkind\tstart\tend", f"{NOW}\ta\tat\tsoon\t"), "line 2: start"),
        (measure.read_dates, ("now\ttext\tkind\tstart\tend", f"{NOW}\ta\twhen\t\t"), "line 2: kind"),
        (measure.read_keywords, ("text\texpect", "a\\t\tSTOP"), "line 2: '\\\\\\\\t' is none of"),
        (measure.read_keywords, ("text\texpect", "a\tHALT"), "line 2: expect"),
    ],
)
def test_a_file_that_is_none_is_refused_with_its_line(
    tmp_path: Path, measured: Any, lines: tuple[str, ...], said: str
) -> None:
    with pytest.raises(FileRefused, match=said):
        measured(write(tmp_path, *lines))


def test_a_file_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "latin.tsv"
    file.write_bytes("text\tintent\ncafé\tgreet\n".encode("latin-1"))
    with pytest.raises(FileRefused, match="not UTF-8 at byte"):
        read_rows(file, ("text", "intent"))


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="No such file"):
        read_rows(tmp_path / "none.tsv", ("text",))


def test_figures_are_those_of_the_textbook() -> None:
    figures = per_label([("a", "a"), ("a", "b"), ("b", "b"), ("b", "c")])
    assert figures["a"] == {"precision": 1.0, "recall": 0.5, "f1": 0.6667, "support": 2}
    assert figures["b"] == {"precision": 0.5, "recall": 0.5, "f1": 0.5, "support": 2}
    assert macro_f1(figures) == pytest.approx(0.5833, abs=1e-4)
