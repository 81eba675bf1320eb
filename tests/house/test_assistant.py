"""The assistant's domain, its training data, its actions and its answers speak of the same things."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import yaml

from bot.conversation.perform import ACTIONS
from tests.house.sources import ROOT, files, modules, report, string_constants

# Intents that no training message carries: the classifier's own.
MADE_BY_THE_CLASSIFIER = {"nlu_fallback"}
DECIDED_BY_THE_OPEN_QUESTION = {"answer_text"}


@cache
def domain() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    return content


def names(key: str) -> set[str]:
    """The names under `key` of the domain, where an entry is a name or a mapping of one."""
    entries: Iterable[str | dict[str, Any]] = domain().get(key) or []
    return {name for entry in entries for name in ([entry] if isinstance(entry, str) else entry)}


def training_files(*folders: str) -> list[str]:
    return [name for name in files() if name.endswith((".yml", ".yaml")) and name.startswith(folders)]


def training_content(*folders: str) -> Iterator[dict[str, Any]]:
    for name in training_files(*folders):
        yield yaml.safe_load((ROOT / name).read_text(encoding="utf-8")) or {}


def step_values(key: str) -> set[str]:
    """What the steps of all rules and stories name under `key`: ``intent`` or ``action``."""
    return {
        str(step[key])
        for content in training_content("data/")
        for part in (*(content.get("rules") or []), *(content.get("stories") or []))
        for step in part.get("steps") or []
        if key in step
    }


def words_in_code(pattern: str, *packages: str) -> set[str]:
    """The string constants of those packages that match `pattern` as a whole."""
    found = re.compile(pattern)
    wanted = [module for module in modules() if module.package in packages and not module.is_test]
    return {text for module in wanted for text in string_constants(module) if found.fullmatch(text)}


def check_equal(left: set[str], right: set[str], only_left: str, only_right: str) -> None:
    offences = [f"{name}: {only_left}" for name in sorted(left - right)]
    offences += [f"{name}: {only_right}" for name in sorted(right - left)]
    assert not offences, report("These do not agree:", offences)


def test_every_custom_action_of_the_domain_exists_and_the_reverse() -> None:
    in_domain = {name for name in names("actions") if name.startswith("action_")}
    assert in_domain
    check_equal(in_domain, set(ACTIONS), "in domain.yml, not in ACTIONS", "in ACTIONS, not in domain.yml")


def test_every_action_of_a_rule_or_story_is_in_the_domain() -> None:
    known = names("actions") | set(domain().get("responses") or {}) | {"action_listen"}
    offences = sorted(step_values("action") - known)
    assert not offences, report("domain.yml does not know these:", offences)


def test_every_response_is_said_by_a_rule_or_an_action_and_the_reverse() -> None:
    responses = set(domain().get("responses") or {})
    used = {name for name in step_values("action") if name.startswith("utter_")}
    used |= words_in_code(r"utter_[a-z0-9_]+", "actions", "bot", "app")
    assert responses
    check_equal(responses, used, "in domain.yml, said by nothing", "said, not in domain.yml")


def test_every_intent_has_training_messages_and_the_reverse() -> None:
    trained = {
        str(block["intent"]).split("/")[0]
        for content in training_content("data/nlu/")
        for block in content.get("nlu") or []
        if "intent" in block
    }
    known = names("intents") - MADE_BY_THE_CLASSIFIER - DECIDED_BY_THE_OPEN_QUESTION
    check_equal(known, trained, "in domain.yml, no training messages", "training messages, not in domain.yml")


def test_every_intent_is_answered_by_a_rule() -> None:
    offences = sorted((names("intents") | MADE_BY_THE_CLASSIFIER) - step_values("intent"))
    assert not offences, report("No rule or story says what to do with these:", offences)
