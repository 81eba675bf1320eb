"""What stands around a system that is measured: the provider's end, requests, load, processes, Rasa as it comes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from benchmarks.support import load, usage
from benchmarks.support.processes import Family, clean_environment
from benchmarks.support.rasa_default import stories_of
from benchmarks.support.sink import running_sink
from benchmarks.support.web import FORM, Web


def test_the_sink_takes_texts_as_twilio_does_and_tells_of_each() -> None:
    with running_sink() as sink:
        taken: list[str] = []
        sink.taken = lambda to, at: taken.append(to)
        web = Web(sink.url)
        sids = {web.post("/Messages.json", b"To=%2B1202555&Body=hi", {"Content-Type": FORM}) for _ in range(3)}
        web.close()
    assert taken == ["+1202555"] * 3
    assert len(sids) == 3


def test_a_failure_of_a_unit_is_counted_and_the_others_go_on() -> None:
    answers = iter([None, ValueError("no"), None])

    def unit() -> None:
        if (problem := next(answers)) is not None:
            raise problem

    done = load.repeated(unit, 3)
    assert len(done.seconds) == 2
    assert done.failures == ["ValueError: no"]


def test_a_fixed_rate_is_kept_whatever_a_unit_takes() -> None:
    done = load.open_loop(lambda: None, per_second=200, seconds=0.1)
    assert len(done.seconds) == 20
    assert done.elapsed >= 0.09


def test_writers_write_until_the_time_is_over() -> None:
    done = load.closed_loop(lambda: None, writers=2, seconds=0.05)
    assert done.seconds
    assert done.elapsed >= 0.05


@pytest.mark.skipif(not usage.IS_KNOWN, reason="there is no /proc")
def test_what_this_process_uses_is_known() -> None:
    memory, used = usage.memory(os.getpid()), usage.cpu_seconds(os.getpid())
    assert memory is not None
    assert memory.rss >= memory.pss > 1
    assert used is not None
    assert used > 0
    assert usage.cpu_seconds(2**22 + 1) is None


def test_a_process_that_does_not_start_is_told_with_its_log(tmp_path: Path) -> None:
    family = Family(tmp_path, clean_environment())
    with pytest.raises(RuntimeError, match="gone wrong"):
        family.start("broken", ["sh", "-c", "echo gone wrong; exit 3"], lambda: False)


def test_no_setting_of_ours_reaches_what_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MSB_SLACK_BOT_TOKEN", "xoxb-real")
    assert not [name for name in clean_environment() if name.startswith("MSB_")]


def test_rules_without_a_condition_become_stories() -> None:
    rules = [
        {"rule": "one", "steps": [{"intent": "greet"}, {"action": "utter_greet"}]},
        {"rule": "two", "condition": [{"slot_was_set": []}], "steps": [{"intent": "affirm"}, {"action": "a"}]},
        {"rule": "three", "steps": [{"intent": "thank"}, {"action": "utter_thank"}]},
        {"rule": "four", "steps": [{"intent": "help"}, {"action": "utter_help"}]},
    ]
    stories = stories_of(rules)
    assert [[step.get("intent") for step in story["steps"][::2]] for story in stories] == [["greet", "thank"], ["help"]]
