"""The tables of steps and topics that the dialogue engine learns from, out of the programme."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from app.cli import cli
from app.nlu.tables import tables
from app.places import ROOT
from bot.programme.loader import load_programme
from bot.programme.navigate import steps

CONTENT = ROOT / "data" / "nlu" / "content.yml"


@pytest.fixture(scope="module")
def blocks() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load(CONTENT.read_text(encoding="utf-8"))["nlu"]
    return found


def listed(block: dict[str, Any]) -> list[str]:
    return [line.removeprefix("- ") for line in str(block["examples"]).splitlines()]


def test_the_tables_are_those_of_the_shipped_programme() -> None:
    assert CONTENT.read_text(encoding="utf-8") == tables(load_programme(ROOT / "journeys")), (
        "write them: msb nlu tables"
    )


def test_every_step_and_topic_can_be_looked_up(blocks: list[dict[str, Any]]) -> None:
    programme = load_programme(ROOT / "journeys")
    known = {block["lookup"]: set(listed(block)) for block in blocks if "lookup" in block}
    names = {step.name.casefold() for journey in programme.journeys.values() for step in steps(journey)}
    topics = {topic.casefold() for resource in programme.resources.values() for topic in resource.topics}
    assert names <= known["step"]
    assert topics <= known["topic"]


def test_a_wording_stands_for_one_thing_alone(blocks: list[dict[str, Any]]) -> None:
    wordings = [wording for block in blocks if "synonym" in block for wording in listed(block)]
    assert len(set(wordings)) == len(wordings) > 50


def test_the_command_writes_them(tmp_path: Path) -> None:
    file = tmp_path / "content.yml"
    done = CliRunner().invoke(cli, ["nlu", "tables", str(file)])
    assert done.exit_code == 0, done.output
    assert file.read_text(encoding="utf-8") == CONTENT.read_text(encoding="utf-8")
