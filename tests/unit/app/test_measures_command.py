"""``msb measures``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import cli
from bot.errors import NotFound, Refused
from bot.insights.measures.catalogue import MEASURES
from tests.unit.app.conftest import JOURNEYS


def test_the_command_line_prints_each_measure_to_read_and_as_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MSB_DATABASE_URL", f"sqlite:///{tmp_path / 'msb.db'}")
    monkeypatch.setenv("MSB_PROGRAMME_DIR", str(JOURNEYS))
    runner = CliRunner()
    for command in (["db", "upgrade"], ["members", "import", str(JOURNEYS / "sample_members.csv")]):
        assert runner.invoke(cli, command).exit_code == 0
    shown = runner.invoke(cli, ["measures"])
    assert shown.exit_code == 0, shown.output
    lines = shown.stdout.strip().splitlines()
    assert len(lines) == len(MEASURES)
    assert any(line.startswith("Net Promoter Score (NPS): no data yet. Needed: ") for line in lines)
    told = json.loads(runner.invoke(cli, ["measures", "--json", "--months", "3"]).stdout)
    assert [one["measure"] for one in told] == list(MEASURES)
    assert all(len(one["months"]) == 3 for one in told)
    assert isinstance(runner.invoke(cli, ["measures", "--months", "5"]).exception, Refused)
    assert isinstance(runner.invoke(cli, ["measures", "--segment", "luck"]).exception, NotFound)
