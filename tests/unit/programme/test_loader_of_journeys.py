"""The loader on what journeys, ladders by segment and surveys may say: one mistake at a time, by line and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.programme.loader import load_programme
from tests.unit.programme.good_folder import GOOD, problems, write

RICH_JOURNEY = """\
journey:
  key: engagement
  name: Engagement
  stage: engagement
  enters: {after: stage, stage: onboarding, offset: 2w, every: 52w}
  lapses: 50w
  complete_when: over
  milestones:
    - key: first
      name: First
      celebrate: Well done.
      ladder: cheer
      steps:
        - key: form
          name: your form
          ask: Is your form done?
          guide: Do it.
          due: {after: date, date: exam, offset: -3d}
          requires: []
          lapses: 1w
          ladder: by_group
          bridge: training
        - key: over
          name: the end
          ask: Is it over?
          guide: Wait.
          due: {after: entered, offset: 3d}
          requires: [form]
          ladder: null
          observed_by: [form.closed]
          bridge: training
"""
RICH_LADDERS = """\
ladders:
  standard:
    rungs:
      - {modality: sms, sender: programme, wait: 2d, text: "{ask}"}
    then: null
  by_group:
    rungs:
      - {modality: sms, sender: programme, wait: 2d, text: "{ask}"}
    then: {team: member_success, priority: normal}
    by_segment:
      everybody:
        rungs:
          - {modality: chat, sender: programme, wait: 2d, text: "{ask} {link}"}
        then: null
  cheer:
    rungs:
      - {modality: sms, sender: programme, wait: 1d, text: "{celebrate}"}
    then: null
"""
SURVEYS = """\
surveys:
  first_week:
    name: First week
    when: {after: event, event: event.attended, offset: 1d}
    segments: [everybody]
    ladder: standard
    thanks: Thanks.
    questions:
      - {key: score, kind: nps, ask: How likely is it}
      - {key: which, kind: single, ask: Which of these, choices: [one, two]}
      - key: why
        kind: text
        ask: Why?
        only_if: {question: score, at_most: 6}
"""
RICH = {**GOOD, "ladders.yml": RICH_LADDERS, "surveys.yml": SURVEYS, "journeys/rich.yml": RICH_JOURNEY}


def test_a_good_folder_with_everything_in_it_is_read(tmp_path: Path) -> None:
    programme = load_programme(write(tmp_path, RICH))
    ladder = programme.ladders["by_group"]
    assert [rung.modality for rung in ladder.for_segment("everybody").rungs] == ["chat"]
    assert [rung.modality for rung in ladder.for_segment("somebody").rungs] == ["sms"]
    assert ladder.for_segment("everybody").then is None


RICH_FILE, LADDERS_FILE, SURVEYS_FILE = "journeys/rich.yml", "ladders.yml", "surveys.yml"
EDITS = [
    (
        RICH_FILE,
        "  enters: {after: stage, stage: onboarding, offset: 2w, every: 52w}\n",
        "",
        "journeys/rich.yml:1: journey: nobody would ever enter this journey",
        "Add `enters:`",
    ),
    (
        RICH_FILE,
        "stage: onboarding, offset",
        "offset",
        "journeys/rich.yml:5: enters: `after: stage` and `stage` belong together",
        "Name the stage",
    ),
    (
        RICH_FILE,
        "after: stage, stage: onboarding",
        "after: lapsed",
        "journeys/rich.yml:5: enters: `every` does not fit here",
        "one occasion",
    ),
    (RICH_FILE, "every: 52w", "every: 2d", "journeys/rich.yml:5: enters: `every` does not fit here", "at least a week"),
    (
        RICH_FILE,
        "offset: 2w",
        "offset: -2w",
        "journeys/rich.yml:5: enters: a journey can't begin before `stage`",
        "positive",
    ),
    (
        RICH_FILE,
        "complete_when: over",
        "complete_when: done",
        'journeys/rich.yml:7: complete_when: there is no step "done"',
        "(form, over)",
    ),
    (
        RICH_FILE,
        "ladder: cheer",
        "ladder: jeer",
        'journeys/rich.yml:12: ladder: there is no ladder "jeer"',
        "(standard, by_group, cheer)",
    ),
    (
        RICH_FILE,
        "ladder: cheer",
        "ladder: by_group",
        'journeys/rich.yml:12: ladder: the ladder "by_group" uses {ask}, and here it celebrates a milestone',
        "another ladder",
    ),
    (
        RICH_FILE,
        "ladder: by_group",
        "ladder: cheer",
        'journeys/rich.yml:21: ladder: the ladder "cheer" uses {celebrate}, and here it asks about a step',
        "another ladder",
    ),
    (RICH_FILE, "date: exam, ", "", "journeys/rich.yml:18: due: it does not say which date", "Add `date:`"),
    (
        RICH_FILE,
        "after: date, date: exam, offset: -3d",
        "after: entered, date: exam, offset: 3d",
        "journeys/rich.yml:18: due: `date` has no meaning beside `after: entered`",
        "remove `date`",
    ),
    (
        RICH_FILE,
        "after: entered, offset: 3d",
        "after: entered, offset: -3d",
        "journeys/rich.yml:27: due: a step can't be due before `entered`",
        "positive",
    ),
    (
        RICH_FILE,
        "requires: [form]",
        "requires: [over]",
        'journeys/rich.yml:28: requires: there is no step before this one "over"',
        "(form)",
    ),
    (
        RICH_FILE,
        "          observed_by: [form.closed]\n",
        "",
        'journeys/rich.yml:23: steps: nobody would ever find out whether "over" is done',
        "confirm: staff",
    ),
    (
        RICH_FILE,
        "form.closed",
        "Form closed",
        'journeys/rich.yml:30: observed_by: "Form closed" has the wrong form',
        "dots",
    ),
    (RICH_FILE, "lapses: 1w", "lapses: never", 'journeys/rich.yml:20: lapses: "never" is not a length', '"2d"'),
    (
        LADDERS_FILE,
        "      everybody:",
        "      martians:",
        'ladders.yml:11: martians: there is no segment "martians"',
        "(everybody)",
    ),
    (
        LADDERS_FILE,
        "chat, sender: programme",
        "chat, sender: nobody",
        'ladders.yml:13: sender: there is no sender "nobody"',
        "(programme)",
    ),
    (LADDERS_FILE, "    then: null\n  by", "  by", "ladders.yml:2: then: it is missing", "Add `then:`"),
    (
        SURVEYS_FILE,
        "[everybody]",
        "[martians]",
        'surveys.yml:5: segments: there is no segment "martians"',
        "(everybody)",
    ),
    (
        SURVEYS_FILE,
        "ladder: standard",
        "ladder: steep",
        'surveys.yml:6: ladder: there is no ladder "steep"',
        "(standard",
    ),
    (
        SURVEYS_FILE,
        "key: which",
        "key: score",
        'surveys.yml:10: key: there is another question "score"',
        "a key of its own",
    ),
    (
        SURVEYS_FILE,
        "question: score",
        "question: why",
        'surveys.yml:14: only_if: there is no earlier question "why"',
        "(score, which)",
    ),
    (SURVEYS_FILE, ", at_most: 6", "", "surveys.yml:14: only_if: it has no condition", "`at_least`"),
    (SURVEYS_FILE, "[one, two]", "[one]", "surveys.yml:10: questions: there is nothing to choose from", "two"),
    (
        SURVEYS_FILE,
        "kind: single",
        "kind: csat",
        "surveys.yml:10: questions: a question of the kind csat has no choices",
        "change `kind`",
    ),
    (SURVEYS_FILE, "kind: nps", "kind: stars", 'surveys.yml:9: kind: "stars" is not possible here', "'nps'"),
    (
        SURVEYS_FILE,
        "event: event.attended, ",
        "",
        "surveys.yml:4: when: `after: event` and `event` belong together",
        "Name the event",
    ),
    (
        SURVEYS_FILE,
        "offset: 1d",
        "offset: -1d",
        "surveys.yml:4: when: a survey can't come before `event`",
        "positive",
    ),
    ("base.yml", "[mon]", "[mon], best: noon", 'base.yml:2: best: "noon" is not a time of day', '"09:00"'),
]


@pytest.mark.parametrize(("file", "old", "new", "said", "remedy"), EDITS, ids=[f"{e[0]}: {e[2]!r}" for e in EDITS])
def test_one_mistake(tmp_path: Path, file: str, old: str, new: str, said: str, remedy: str) -> None:
    assert old in RICH[file]
    found = problems(tmp_path, {**RICH, file: RICH[file].replace(old, new, 1)})
    assert any(problem.startswith(said) and remedy in problem.removeprefix(said) for problem in found), found
