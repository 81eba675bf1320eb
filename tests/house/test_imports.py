"""Imports point one way: edges know the bot, the bot knows nobody, and only the composition root knows everybody."""

from __future__ import annotations

import pytest

from tests.house.sources import Module, modules, report

OURS = frozenset(
    {
        "actions",
        "app",
        "bot",
        "channels",
        "console",
        "inbox",
        "migrations",
        "msb_engine",
        "sandbox",
        "scheduler",
        "slackkit",
        "taskqueue",
        "tests",
    }
)
MAY_IMPORT: dict[str, frozenset[str]] = {
    "bot": frozenset(),
    "actions": frozenset({"bot"}),
    "channels": frozenset({"bot", "slackkit"}),
    "deploy": frozenset(),
    "console": frozenset({"bot"}),
    "inbox": frozenset({"bot", "slackkit"}),
    "migrations": frozenset({"bot"}),
    "sandbox": frozenset({"bot.clock"}),
    "scheduler": frozenset({"bot"}),
    "slackkit": frozenset({"bot"}),
    "taskqueue": frozenset({"bot"}),
    "scripts": frozenset(),
    "engine": frozenset({"msb_engine", "tests"}),
    "app": OURS - {"tests", "msb_engine"},
    "benchmarks": OURS - {"msb_engine"},
    "tests": OURS - {"msb_engine"},
}


def of_package(package: str) -> list[Module]:
    return [module for module in modules() if module.package == package]


def is_below(name: str, allowed: str) -> bool:
    return name == allowed or name.startswith(f"{allowed}.")


@pytest.mark.parametrize("package", sorted(MAY_IMPORT))
def test_a_package_imports_only_what_its_place_allows(package: str) -> None:
    allowed = MAY_IMPORT[package] | {package}
    offences = [
        f"{module.path}:{line} imports {name}"
        for module in of_package(package)
        for line, name in module.imports()
        if name.split(".")[0] in OURS and not any(is_below(name, place) for place in allowed)
    ]
    assert not offences, report(f"{package}/ may import, of ours, only {sorted(allowed)}:", offences)


def test_every_package_with_code_has_its_place_in_the_import_rules() -> None:
    unknown = sorted({module.package for module in modules() if "/" in module.path} - MAY_IMPORT.keys())
    assert not unknown, f"say in tests/house/test_imports.py what these may import: {unknown}"


def test_a_channel_does_not_import_another_channel() -> None:
    folders = {m.path.split("/")[1] for m in of_package("channels") if m.path.count("/") >= 2}
    offences = [
        f"{module.path}:{line} imports {name}"
        for module in of_package("channels")
        if module.path.count("/") >= 2
        for line, name in module.imports()
        for parts in [name.split(".")]
        if parts[0] == "channels" and parts[1] in folders - {module.path.split("/")[1]}
    ]
    assert not offences, report(
        "What two channels share belongs in bot/ or beside the folders of the channels:", offences
    )


def test_only_the_channel_of_slack_uses_what_is_shared_around_slack() -> None:
    offences = [
        f"{module.path}:{line} imports {name}"
        for module in of_package("channels")
        if not module.path.startswith("channels/slack/")
        for line, name in module.imports()
        if name.split(".")[0] == "slackkit"
    ]
    assert not offences, report("slackkit/ is a library of inbox/ and channels/slack/:", offences)


def test_the_bot_does_not_know_a_providers_library() -> None:
    providers = {"fastapi", "slack_bolt", "slack_sdk", "starlette", "telegram", "twilio", "apscheduler", "rasa_sdk"}
    offences = [
        f"{module.path}:{line} imports {name}"
        for module in of_package("bot")
        for line, name in module.imports()
        if name.split(".")[0] in providers
    ]
    assert not offences, report("Providers and frameworks stay at the edges:", offences)
