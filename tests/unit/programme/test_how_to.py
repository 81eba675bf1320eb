"""The examples of the how-to are what the loader takes."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from bot.programme.loader import load_programme
from bot.programme.navigate import find_step

HOW_TO = Path(__file__).parents[3] / "docs" / "how-to" / "journey.md"


def test_the_examples_can_be_pasted_into_the_shipped_programme(content: Path, tmp_path: Path) -> None:
    step, resource, ladder = re.findall(r"```yaml\n(.*?)```", HOW_TO.read_text(encoding="utf-8"), re.DOTALL)
    folder = tmp_path / "journeys"
    shutil.copytree(content, folder)
    for name, example in (("resources.yml", resource), ("ladders.yml", ladder), ("journeys/onboarding.yml", step)):
        with (folder / name).open("a", encoding="utf-8") as file:
            file.write(example)
    programme = load_programme(folder)
    found = find_step(programme.journeys["onboarding"], "stuck on the photo")
    assert found is not None
    assert found.key == "directory_photo"
    assert programme.ladders["gentle"].then.priority == "low"
