"""Modals and home tabs: their rules, and which are open."""

from __future__ import annotations

import uuid
from typing import Any

from sandbox.slack.blocks import check_blocks, with_ids
from sandbox.slack.errors import SlackRefusal
from sandbox.slack.schema import Json, Report
from sandbox.slack.states import fresh
from sandbox.slack.workspace import APP, BOT, TEAM, Workspace

MOST_OPEN = 3
OPTIONAL = (
    "blocks",
    "title",
    "submit",
    "close",
    "private_metadata",
    "callback_id",
    "clear_on_close",
    "notify_on_close",
    "external_id",
    "submit_disabled",
)


def prepare_view(view: Any, kind: str) -> Json:
    """The view as Slack keeps it, without an id yet.

    Raises:
        SlackRefusal: ``invalid_arguments`` with what is wrong.
    """
    report = Report()
    if not isinstance(view, dict):
        raise SlackRefusal("invalid_arguments", ["must be an object [json-pointer:/view]"])
    if view.get("type") != kind:
        report.add(f"must be {kind}", "/view/type")
    report.fields(view, "/view", ("blocks",) if kind == "home" else ("blocks", "title"), OPTIONAL)
    for name in ("title", "submit", "close"):
        report.text(view.get(name), f"/view/{name}", 24, plain=True)
    report.length(view.get("private_metadata"), "/view/private_metadata", 3000)
    report.length(view.get("callback_id"), "/view/callback_id", 255)
    report.length(view.get("external_id"), "/view/external_id", 255)
    check_blocks(view.get("blocks"), "view", report, "/view/blocks")
    blocks = view["blocks"] if isinstance(view.get("blocks"), list) else []
    has_input = any(isinstance(block, dict) and block.get("type") == "input" for block in blocks)
    if kind == "modal" and has_input and not view.get("submit"):
        report.add("missing required field: submit", "/view")
    if report.messages:
        raise SlackRefusal("invalid_arguments", report.messages)
    kept = [with_ids(block) for block in blocks]
    return {
        "private_metadata": "",
        "callback_id": "",
        "external_id": "",
        "title": None,
        "submit": None,
        "close": None,
        "clear_on_close": False,
        "notify_on_close": False,
        **view,
        "blocks": kept,
        "team_id": TEAM,
        "app_id": APP,
        "app_installed_team_id": TEAM,
        "bot_id": BOT,
        "state": {"values": fresh(kept)},
        "hash": uuid.uuid4().hex[:16],
    }


def open_view(workspace: Workspace, user: str, view: Json, *, on_top: bool = False) -> Json:
    """Shows `view` to `user`: alone, or on top of the open ones."""
    stack = workspace.views.get(user, []) if on_top else []
    if len(stack) >= MOST_OPEN:
        raise SlackRefusal("push_limit_reached")
    identifier = "V" + uuid.uuid4().hex[:10].upper()
    opened = {
        **view,
        "id": identifier,
        "root_view_id": stack[0]["id"] if stack else identifier,
        "previous_view_id": stack[-1]["id"] if stack else None,
    }
    workspace.views[user] = [*stack, opened]
    return opened


def replace_view(workspace: Workspace, old: Json, view: Json) -> Json:
    """Puts `view` in the place of the open view `old`, under the same id. Fields that stay keep what was typed."""
    kept = {name: old[name] for name in ("id", "root_view_id", "previous_view_id")}
    replaced = {**view, **kept, "state": {"values": fresh(view["blocks"], old["state"]["values"])}}
    for user, stack in workspace.views.items():
        workspace.views[user] = [replaced if shown["id"] == old["id"] else shown for shown in stack]
    return replaced


def find_view(
    workspace: Workspace, view_id: str | None, external_id: str | None = None, *, user: str | None = None
) -> Json:
    """An open dialog; with `user` it may be their home tab too."""
    for stack in workspace.views.values():
        for view in stack:
            if view["id"] == view_id or (external_id and view["external_id"] == external_id):
                return view
    home = workspace.homes.get(user or "")
    if home is not None and home["id"] == view_id:
        return home
    raise SlackRefusal("not_found")


def close_view(workspace: Workspace, user: str, view_id: str) -> None:
    """Takes the view, and what lies on top of it, from the user's screen."""
    stack = workspace.views.get(user, [])
    kept = next((stack[:number] for number, view in enumerate(stack) if view["id"] == view_id), stack)
    workspace.views[user] = kept
    if not kept:
        workspace.views.pop(user, None)
