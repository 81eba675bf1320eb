"""Which of the questions that are open an answer is about, when two were asked in one message."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.conversation.scene import Scene
from bot.model import LIVE, CheckIn, Question
from bot.programme import navigate
from bot.programme.models import Step
from bot.progress import runs
from bot.progress.runs import Standing

# "not the first" is about the first too: whether it is done is the intent's matter.
FIRST = re.compile(r"\b(?:first|1st|former|number one|no\.? ?1|#1)\b|^\s*1\b", re.IGNORECASE)
SECOND = re.compile(r"\b(?:second|2nd|latter|the other|other one|number two|no\.? ?2|#2)\b|^\s*2\b", re.IGNORECASE)


@dataclass(frozen=True)
class Part:
    """A step, and the run that it belongs to."""

    standing: Standing
    step: Step


def parts(scene: Scene) -> list[Part]:
    """What the member speaks of: the step that they name or count out, else everything that was asked together."""
    step = scene.step()
    if scene.standing is None or step is None:
        return []
    main, asked = Part(scene.standing, step), open_parts(scene)
    if len(asked) < 2 or _is_named(scene):
        return [main]
    if FIRST.search(scene.heard.text):
        return asked[:1]
    return asked[1:] if SECOND.search(scene.heard.text) else asked


def open_parts(scene: Scene) -> list[Part]:
    """The questions of the last message that still wait for an answer, in the order in which they were asked."""
    if scene.conversation.question is not Question.CHECK_IN:
        return []
    data = scene.conversation.data
    found = (scene.session.get(CheckIn, key) for key in (data.get("check_in"), *data.get("also", ())) if key)
    live = [check_in for check_in in found if check_in is not None and check_in.state in LIVE]
    return [_part(scene, check_in.run_id, check_in.step) for check_in in live if check_in.run_id is not None]


def names(found: Sequence[Part]) -> str:
    """The steps' names in a sentence."""
    return " and ".join(part.step.name for part in found)


def _part(scene: Scene, run_id: int, step: str) -> Part:
    standing = runs.standing(scene.session, run_id)
    return Part(standing, standing.step(step))


def _is_named(scene: Scene) -> bool:
    assert scene.standing is not None
    return navigate.find_step(scene.standing.journey, scene.heard.text) is not None
