"""The runner, with two of the cheap benchmarks in their quick form: that they run, not how fast."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.__main__ import main


def test_quick_benchmarks_run_and_tell_tables_bars_and_figures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told, plots = tmp_path / "told.json", tmp_path / "plots"
    arguments = [
        "--quick",
        "--only",
        "planning",
        "outbox",
        "--database",
        "",
        "--json",
        str(told),
        "--plots",
        str(plots),
    ]
    assert main(arguments) == 0
    printed = capsys.readouterr().out
    result = json.loads(printed.splitlines()[-1])
    assert result == json.loads(told.read_text(encoding="utf-8"))
    assert result["benchmarks"]["planning"]["SQLite"]["touches"] > 50
    assert result["benchmarks"]["outbox"]["serve"]["20"]["messages"] == 40
    assert "met?" in printed
    assert sorted(file.name for file in plots.iterdir()) == ["outbox.png", "planning.png"]


def test_a_benchmark_that_does_not_exist_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--only", "nothing"])
    assert "invalid choice" in capsys.readouterr().err
