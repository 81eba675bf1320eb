"""The loader tells file, line and remedy. Each test writes one thing wrong into an otherwise good folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import ContentError
from bot.programme.loader import check_folder, load_programme
from tests.unit.programme.good_folder import BASE, GOOD, JOURNEY, LADDERS, TEXTS, problems, write


def test_a_good_folder_is_read(tmp_path: Path) -> None:
    programme = load_programme(write(tmp_path, GOOD))
    assert [step.key for step in programme.journeys["onboarding"].milestones[0].steps] == ["form", "hello"]
    assert programme.hours.end.isoformat() == "20:00:00"  # YAML 1.1 would read 20:00 as the number 1200


EDITS = [
    (
        "ladders.yml",
        "{first_name}",
        "{frist_name}",
        "ladders.yml:7: text: {frist_name} is not known here",
        "Use one of: ",
    ),
    ("ladders.yml", "{ask}", "{ask", "ladders.yml:7: text: the braces don't match", "Write {{ and }}"),
    (
        "ladders.yml",
        "{ask}",
        "{ask.x}",
        'ladders.yml:7: text: "{ask.x}" is not a plain placeholder',
        "Write only a name",
    ),
    ("ladders.yml", "2d", "2", "ladders.yml:6: wait: 2 has no unit", '"2d"'),
    ("ladders.yml", "2d", "soon", 'ladders.yml:6: wait: "soon" is not a length of time', '"2d"'),
    ("ladders.yml", "2d", "0d", "ladders.yml:4: rungs: the wait is not positive", "Give the member time"),
    ("ladders.yml", "2d", "-1d", "ladders.yml:4: rungs: the wait is not positive", "Give the member time"),
    ("ladders.yml", ": sms", ": fax", 'ladders.yml:4: modality: "fax" is not possible here', "Write 'sms', 'email'"),
    ("ladders.yml", ": sms", ": email", "ladders.yml:4: rungs: the e-mail has no subject", "Add `subject:`"),
    ("ladders.yml", "r: programme", "r: nobody", 'ladders.yml:5: sender: there is no sender "nobody"', "(programme)"),
    (
        "ladders.yml",
        "  standard:",
        "  Standard:",
        'ladders.yml:2: Standard: "Standard" has the wrong form',
        "lower-case",
    ),
    ("ladders.yml", "normal}", "asap}", 'ladders.yml:8: priority: "asap" is not possible here', "'urgent'"),
    ("ladders.yml", "wait:", "wiat:", "ladders.yml:6: wiat: it is not known here", "Did you mean `wait`?"),
    ("ladders.yml", "        wait: 2d\n", "", "ladders.yml:4: wait: it is missing", "Add `wait:` here."),
    ("texts.yml", "  help: help\n", "", "texts.yml:1: help: it is missing", "Add `help:` here."),
    (
        "texts.yml",
        "stranger: s",
        "stranger: '{msm}' #",
        "texts.yml:5: stranger: {msm} is not known here",
        "{help_contact}",
    ),
    ("texts.yml", "help: help", "help: ' '", "texts.yml:4: help: the text is empty", "Write the text"),
    ("texts.yml", "help: help", "help: 12", "texts.yml:4: help: it is not text", "in quotes"),
    (
        "texts.yml",
        "  help: help",
        "  help: a\n  help: b",
        'texts.yml:5: "help" is there already, on line 4',
        "Keep one",
    ),
    ("texts.yml", "texts:", "text:", 'texts.yml:1: "text" is not known here', "Did you mean `texts`?"),
    ("base.yml", "end: 20:00", "end: 8", 'base.yml:2: end: "8" is not a time of day', '"09:00"'),
    ("base.yml", "end: 20:00", "end: 25:00", "base.yml:2: end: there is no such time of day", "23:59"),
    ("base.yml", "end: 20:00", "end: 08:00", "base.yml:2: hours: the hours end before they start", "Make `end` later"),
    ("base.yml", "[mon]", "[mon, mon]", "base.yml:2: weekdays: a weekday is named twice", "once"),
    ("base.yml", "[mon]", "[]", "base.yml:2: weekdays: it is empty", "at least one"),
    ("base.yml", "per_week: 3", "per_week: 0", "base.yml:3: per_week: the number is too small", "1 or more"),
    ("base.yml", "per_day: 1", "per_day: 9", "base.yml:3: caps: the cap of a week is below that of a day", "per_week"),
    ("base.yml", "/form", " form", 'base.yml:6: url: "https://example.org form" has the wrong form', "https://"),
    ("base.yml", "caps:", "cap:", 'base.yml:3: "cap" is not known here', "Did you mean `caps`?"),
    (
        "base.yml",
        "[{key: everybody, name: Everybody}]",
        "\n  - {key: a, name: A}\n  - {key: a, name: A, rule: {any: [{trait: x, op: exists}]}}",
        'base.yml:5: segments: no segment after "a" can be reached',
        "move it to the end",
    ),
    (
        "base.yml",
        "[{key: everybody, name: Everybody}]",
        "\n  - {key: a, name: A, rule: {any: [{trait: x, op: exists}]}}\n  - {key: a, name: A}",
        'base.yml:6: key: there is another segment "a"',
        "a key of its own",
    ),
    (
        "base.yml",
        "name: Everybody}",
        "name: Everybody, rule: {all: [{trait: x, op: exists}]}}",
        "base.yml:4: segments: some members would belong to no segment",
        "without a `rule`",
    ),
    (
        "journeys/onboarding.yml",
        "ladder: standard",
        "ladder: steep",
        'journeys/onboarding.yml:15: ladder: there is no ladder "steep"',
        "(standard)",
    ),
    (
        "journeys/onboarding.yml",
        "resource: form_help",
        "resource: book",
        'journeys/onboarding.yml:16: resource: there is no resource "book"',
        "(form_help)",
    ),
    (
        "journeys/onboarding.yml",
        "          resource: form_help\n",
        "",
        "journeys/onboarding.yml:13: guide: {link} has nothing to link to",
        "Name a `resource`",
    ),
    (
        "journeys/onboarding.yml",
        "bridge: training",
        "bridge: resource",
        'journeys/onboarding.yml:17: steps: the step "hello" offers a resource and names none',
        "bridge: training",
    ),
    (
        "journeys/onboarding.yml",
        "- key: hello",
        "- key: form",
        'journeys/onboarding.yml:17: key: there is another step "form" in this journey',
        "a key of its own",
    ),
    (
        "journeys/onboarding.yml",
        "after: joined",
        "after: previous_step",
        "journeys/onboarding.yml:14: after: the first step has no previous step",
        "after: joined",
    ),
    (
        "journeys/onboarding.yml",
        "offset: 2d",
        "offset: -2d",
        "journeys/onboarding.yml:21: due: a step can't be due before `previous_step`",
        "positive",
    ),
    (
        "journeys/onboarding.yml",
        "  stage: onboarding",
        "  stage: onboarding\n  segments: [everybody, martians]",
        'journeys/onboarding.yml:5: segments: there is no segment "martians"',
        "(everybody)",
    ),
    (
        "journeys/onboarding.yml",
        "  key: onboarding",
        "  key: On Boarding",
        'journeys/onboarding.yml:2: key: "On Boarding" has the wrong form',
        "lower-case",
    ),
    (
        "journeys/onboarding.yml",
        "  key: onboarding\n",
        "",
        "journeys/onboarding.yml:1: key: it is missing",
        "Add `key:` here.",
    ),
]


@pytest.mark.parametrize(("file", "old", "new", "said", "remedy"), EDITS, ids=[f"{e[0]}: {e[2]!r}" for e in EDITS])
def test_one_mistake(tmp_path: Path, file: str, old: str, new: str, said: str, remedy: str) -> None:
    assert old in GOOD[file]
    found = problems(tmp_path, {**GOOD, file: GOOD[file].replace(old, new, 1)})
    assert any(problem.startswith(said) and remedy in problem.removeprefix(said) for problem in found), found


def test_a_single_mistake_is_told_once(tmp_path: Path) -> None:
    found = problems(tmp_path, {**GOOD, "journeys/onboarding.yml": JOURNEY.replace("key: onboarding", "key: X", 1)})
    assert len(found) == 1


def test_all_mistakes_are_told_together_in_the_order_of_the_files(tmp_path: Path) -> None:
    edited = {
        **GOOD,
        "texts.yml": TEXTS.replace("help: help", "help: '{nobody}'"),
        "ladders.yml": LADDERS.replace("2d", "2").replace("{ask}", "{x}"),
    }
    with pytest.raises(ContentError) as refused:
        load_programme(write(tmp_path, edited))
    places = [line.split(": ")[0] for line in str(refused.value).splitlines()[1:]]
    assert places == ["ladders.yml:6", "ladders.yml:7", "texts.yml:4"]


def test_a_section_in_two_files_is_refused(tmp_path: Path) -> None:
    found = problems(tmp_path, {**GOOD, "more.yml": "# more\ncaps: {per_day: 1, per_week: 1}\n"})
    assert found == ['more.yml:2: "caps" is there already, in base.yml:3. Keep one of the two.']


def test_a_journey_in_two_files_is_refused(tmp_path: Path) -> None:
    found = problems(tmp_path, {**GOOD, "journeys/second.yml": JOURNEY})
    assert found == [
        'journeys/second.yml:1: "onboarding" is there already, in journeys/onboarding.yml:1. Keep one of the two.'
    ]


def test_a_missing_section_is_named(tmp_path: Path) -> None:
    without = {name: text for name, text in GOOD.items() if name not in {"texts.yml", "journeys/onboarding.yml"}}
    assert problems(tmp_path, without) == [
        ".:1: no file has `journey:`. Add `journey:` to a file in the folder.",
        ".:1: no file has `texts:`. Add `texts:` to a file in the folder.",
    ]


def test_a_folder_without_content_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="there are no YAML files"):
        load_programme(tmp_path)


BOMB = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 10))
"""A small file that would be a thousand million values."""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [\n", "bad.yml:2: this is not readable YAML"),
        ("a: 1\n b: 2\n", "bad.yml:2: this is not readable YAML"),
        ("a: b\n---\nc: d\n", "bad.yml:2: this is not readable YAML"),
        ("caps: &x [*x]\n", "bad.yml:1: this is not readable YAML: an alias contains itself"),
        (BOMB, "bad.yml:1: this is not readable YAML: it holds more than 100000 values"),
        ("a: " + "[" * 5000, "bad.yml:1: this is not readable YAML: it is nested too deeply"),
        ("# x\na: \x07\n", "bad.yml:2: this is not readable YAML: a character"),
        ("- a\n", "bad.yml:1: the file is not a mapping"),
        ("just words\n", "bad.yml:1: the file is not a mapping"),
        ("!!python/object/apply:os.getcwd []\n", "bad.yml:1: the file is not a mapping"),
        ("x: !!python/name:os.getcwd\n", "bad.yml:1: this is not readable YAML"),
    ],
)
def test_an_unreadable_file_says_where(tmp_path: Path, text: str, said: str) -> None:
    found = problems(tmp_path, {**GOOD, "bad.yml": text})
    assert found[0].startswith(said)


def test_a_text_is_checked_in_place_of_a_files(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    programme, found = check_folder(tmp_path, {"journeys/onboarding.yml": "journey: [", "new.yml": "cups: {}"})
    assert programme is None
    assert {problem.file for problem in found} >= {"journeys/onboarding.yml", "new.yml"}
    assert not (tmp_path / "new.yml").exists()
    assert check_folder(tmp_path)[1] == []


def test_an_empty_file_does_no_harm(tmp_path: Path) -> None:
    assert problems(tmp_path, {**GOOD, "empty.yml": "# nothing yet\n"}) == []


def test_a_file_in_another_encoding_says_where(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    (tmp_path / "latin.yml").write_bytes("# one\n# Zoë\n".encode("latin-1"))
    _, found = check_folder(tmp_path)
    assert [str(problem) for problem in found] == ["latin.yml:2: this is not UTF-8 text. Save the file as UTF-8."]


def test_a_byte_order_mark_is_read_over(tmp_path: Path) -> None:
    assert problems(tmp_path, {**GOOD, "base.yml": "\ufeff" + BASE}) == []


def test_words_that_yaml_would_guess_at_stay_words(tmp_path: Path) -> None:
    texts = TEXTS.replace("help: help", "help: yes").replace("stranger: stranger", "stranger: 2026-03-31")
    programme = load_programme(write(tmp_path, {**GOOD, "texts.yml": texts}))
    assert (programme.texts.help, programme.texts.stranger) == ("yes", "2026-03-31")
