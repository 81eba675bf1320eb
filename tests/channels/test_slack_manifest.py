"""The manifests of our Slack apps: Slack accepts them, and they ask for what the code uses and for nothing more.

Sources: docs.slack.dev/reference/app-manifest (fields and limits), .../reference/methods and .../reference/events
(scopes), .../interactivity (``commands`` for slash commands and shortcuts).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from slack_sdk import WebClient

from channels.slack import people
from inbox import check, commands, listeners_reply, routes
from tests.channels.world import ROOT, World

STAFF, MEMBERS = ROOT / "inbox" / "manifest.yml", ROOT / "channels" / "slack" / "manifest.yml"
MANIFESTS = pytest.mark.parametrize("path", [STAFF, MEMBERS], ids=["staff", "members"])

# What may stand where: a type, a longest length, a list of one kind of thing, or a section. "!": required.
TEXT = str
URL = re.compile(r"https://\S+")
SECTIONS: dict[str, Any] = {
    "display_information!": {"name!": 35, "description": 140},
    "features": {
        "app_home": {
            "home_tab_enabled": bool,
            "messages_tab_enabled": bool,
            "messages_tab_read_only_enabled": bool,
        },
        "bot_user": {"display_name!": 80, "always_online": bool},
        "shortcuts": [{"name!": 24, "type!": re.compile("message|global"), "callback_id!": 255, "description!": 150}],
        "slash_commands": [
            {
                "command!": re.compile(r"/[a-z_-]{1,31}"),
                "description!": 2000,
                "usage_hint": 1000,
                "url": URL,
                "should_escape": bool,
            }
        ],
    },
    "oauth_config": {"scopes": {"bot": [TEXT]}},
    "settings": {
        "event_subscriptions": {"request_url": URL, "bot_events": [TEXT]},
        "interactivity": {"is_enabled!": bool, "request_url": URL},
        "org_deploy_enabled": bool,
        "socket_mode_enabled": bool,
        "token_rotation_enabled": bool,
    },
}
COUNTS = {"shortcuts": 10, "slash_commands": 50, "bot": 255, "bot_events": 100}

# Which scope a method needs; of the first kind one for each kind of conversation that the app reads.
HISTORY = "history"
NEEDED = {
    "apps_connections_open": None,
    "auth_test": None,
    "chat_getPermalink": None,
    "chat_postEphemeral": "chat:write",
    "chat_postMessage": "chat:write",
    "chat_update": "chat:write",
    "conversations_history": HISTORY,
    "conversations_open": "im:write",
    "conversations_replies": HISTORY,
    "files_completeUploadExternal": "files:write",
    "files_getUploadURLExternal": "files:write",
    "files_upload_v2": "files:write",
    "reactions_add": "reactions:write",
    "users_info": "users:read",
    "users_lookupByEmail": "users:read.email",
    "views_open": None,
    "views_publish": None,
    "views_update": None,
}
OF_EVENTS = {"message.channels": "channels:history", "message.groups": "groups:history", "message.im": "im:history"}
METHODS = {name for name in dir(WebClient) if "_" in name and not name.startswith("_")}
CODE = {STAFF: ("inbox", "slackkit"), MEMBERS: ("channels/slack", "slackkit")}


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def wrong(value: Any, form: Any, place: str = "") -> Iterator[str]:
    """What Slack would not accept, as places in the manifest."""
    match form:
        case dict():
            known = {name.removesuffix("!"): inner for name, inner in form.items()}
            yield from (f"{place}.{name} is unknown" for name in value if name not in known)
            yield from (
                f"{place}.{name[:-1]} is missing" for name in form if name[-1] == "!" and name[:-1] not in value
            )
            for name in known:
                if name in value:
                    yield from wrong(value[name], known[name], f"{place}.{name}")
        case [inner]:
            if len(value) > COUNTS[place.rpartition(".")[2]]:
                yield f"{place} has too many"
            for at, one in enumerate(value):
                yield from wrong(one, inner, f"{place}[{at}]")
        case _ if not fits(value, form):
            yield f"{place} is not {getattr(form, 'pattern', form)}"


def fits(value: Any, form: Any) -> bool:
    """Whether a value is of this type, like this pattern, or a text of at most so many characters."""
    match form:
        case re.Pattern():
            return isinstance(value, str) and form.fullmatch(value) is not None
        case type():
            return isinstance(value, form)
    return isinstance(value, str) and 0 < len(value) <= form


def methods(folders: tuple[str, ...]) -> set[str]:
    """The methods of the Web API that are called in these folders."""
    modules = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    called = [
        node.func.attr
        for path in modules
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    ]
    return METHODS.intersection(called)


def needed(path: Path) -> set[str]:
    """The scopes; a conversation whose events the app gets is one whose history it may look through."""
    manifest = read(path)
    heard = manifest["settings"]["event_subscriptions"]["bot_events"]
    found = {OF_EVENTS[event] for event in heard if event in OF_EVENTS}
    found |= {scope for name in methods(CODE[path]) if (scope := NEEDED[name]) not in (None, HISTORY)}
    if manifest["features"].keys() & {"shortcuts", "slash_commands"}:
        found.add("commands")
    return {scope for scope in found if scope}


@MANIFESTS
def test_slack_accepts_it(path: Path) -> None:
    assert list(wrong(read(path), SECTIONS)) == []


def test_what_slack_does_not_accept_is_found() -> None:
    made = {
        "display_information": {"description": "x"},
        "features": {"slash_commands": [{"command": "member", "url": "http://x", "description": "y"}], "widgets": []},
        "settings": {"interactivity": {}, "socket_mode_enabled": "no"},
    }
    assert set(wrong(made, SECTIONS)) == {
        ".display_information.name is missing",
        ".features.slash_commands[0].command is not /[a-z_-]{1,31}",
        r".features.slash_commands[0].url is not https://\S+",
        ".features.widgets is unknown",
        ".settings.interactivity.is_enabled is missing",
        ".settings.socket_mode_enabled is not <class 'bool'>",
    }


@MANIFESTS
def test_it_asks_for_what_the_code_uses_and_for_nothing_more(path: Path) -> None:
    granted = read(path)["oauth_config"]["scopes"]["bot"]
    by_address = {"users:read", "users:read.email"}  # the address of a profile needs both
    assert granted == sorted(granted)
    assert set(granted) == needed(path) | by_address


@pytest.mark.parametrize("path", CODE, ids=["staff", "members"])
def test_of_each_method_that_is_used_the_scope_is_known(path: Path) -> None:
    assert methods(CODE[path]) <= NEEDED.keys()
    assert len(methods(CODE[path])) >= 3


def test_socket_mode_needs_no_address_of_ours() -> None:
    lines = STAFF.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if "bot.example.org" not in line or line.startswith("#")]
    assert len(lines) - len(kept) == 5
    manifest = yaml.safe_load("\n".join(kept).replace("socket_mode_enabled: false", "socket_mode_enabled: true"))
    assert list(wrong(manifest, SECTIONS)) == []
    assert manifest["settings"]["socket_mode_enabled"] is True


def test_its_addresses_are_those_of_the_gateway(world: World) -> None:
    manifest = read(STAFF)
    named = {command["url"] for command in manifest["features"]["slash_commands"]}
    named |= {manifest["settings"][part]["request_url"] for part in ("event_subscriptions", "interactivity")}
    served = {route.path for route in routes.router(world).routes if hasattr(route, "path")}
    assert {url.removeprefix("https://bot.example.org") for url in named} == served


def test_its_commands_and_its_shortcut_are_those_of_the_code() -> None:
    features = read(STAFF)["features"]
    assert [command["command"] for command in features["slash_commands"]] == list(commands.USAGE)
    assert [shortcut["callback_id"] for shortcut in features["shortcuts"]] == [listeners_reply.SHORTCUT]
    assert features["app_home"]["home_tab_enabled"]


def test_the_check_of_the_set_up_asks_for_the_same_permissions() -> None:
    assert read(STAFF)["oauth_config"]["scopes"]["bot"] == sorted(check.SCOPES)
    assert read(MEMBERS)["oauth_config"]["scopes"]["bot"] == sorted(people.SCOPES)
