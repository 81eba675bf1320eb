"""``msb journeys validate`` and ``draw``, as somebody at a terminal sees them."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import cli
from bot.errors import Refused
from tests.house.sources import ROOT
from tests.unit.programme.good_folder import LADDERS

JOURNEYS = str(Path(ROOT) / "journeys")
run = CliRunner()


def test_good_content_is_counted() -> None:
    said = run.invoke(cli, ["journeys", "validate", JOURNEYS])
    assert said.exit_code == 0
    assert said.stdout.startswith("The programme is complete: 5 segments")


def test_a_mistake_is_told_with_its_place_and_ends_with_one(tmp_path: Path) -> None:
    (tmp_path / "ladders.yml").write_text(LADDERS.replace("sms", "fax"))
    said = run.invoke(cli, ["journeys", "validate", str(tmp_path)])
    assert said.exit_code == 1
    assert 'ladders.yml:4: modality: "fax" is not possible here' in said.stdout


@pytest.mark.parametrize(("name", "start"), [("x.svg", b"<?xml"), ("x.png", b"\x89PNG"), ("x.mmd", b"flowchart LR")])
def test_the_ending_of_the_output_says_what_is_drawn(tmp_path: Path, name: str, start: bytes) -> None:
    target = tmp_path / "new" / name
    said = run.invoke(cli, ["journeys", "draw", "winback", "--output", str(target), "--folder", JOURNEYS])
    assert said.exit_code == 0
    assert target.read_bytes().startswith(start)


def test_without_a_name_all_are_drawn(tmp_path: Path) -> None:
    options = ["--format", "mermaid", "--output", str(tmp_path), "--folder", JOURNEYS]
    assert run.invoke(cli, ["journeys", "draw", *options]).exit_code == 0
    assert "onboarding.mmd" in {path.name for path in tmp_path.iterdir()}


@pytest.mark.parametrize("wrong", [["draw", "nothing"], ["draw", "winback", "--segment", "martian"]])
def test_what_there_is_not_is_refused_with_what_there_is(wrong: list[str]) -> None:
    said = run.invoke(cli, ["journeys", *wrong, "--folder", JOURNEYS])
    assert isinstance(said.exception, Refused)
    assert "There are: " in str(said.exception)
