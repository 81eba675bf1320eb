"""The view methods of the Web API."""

from __future__ import annotations

from sandbox.slack.errors import SlackRefusal
from sandbox.slack.manifest import HOME_TAB
from sandbox.slack.views import find_view, open_view, prepare_view, replace_view
from sandbox.slack.workspace import Json
from sandbox.world import World


def views_open(world: World, args: Json) -> Json:
    view = prepare_view(args.get("view"), "modal")
    user = world.slack.exchange_trigger(str(args.get("trigger_id", "")))
    opened = open_view(world.slack, user, view)
    name = world.slack.people[user].real_name
    world.feed.add("slack.view", f"{name} sees the dialog “{view['title']['text']}”", user=user, view_id=opened["id"])
    return {"view": opened}


def views_push(world: World, args: Json) -> Json:
    view = prepare_view(args.get("view"), "modal")
    user = world.slack.exchange_trigger(str(args.get("trigger_id", "")))
    pushed = open_view(world.slack, user, view, on_top=True)
    world.feed.add("slack.view", "A dialog was put on top", user=user, view_id=pushed["id"])
    return {"view": pushed}


def views_update(world: World, args: Json) -> Json:
    old = find_view(world.slack, args.get("view_id"), args.get("external_id"))
    if args.get("hash") and args["hash"] != old["hash"]:
        raise SlackRefusal("hash_conflict")
    updated = replace_view(world.slack, old, prepare_view(args.get("view"), "modal"))
    world.feed.add("slack.view", "A dialog changed", view_id=updated["id"])
    return {"view": updated}


def views_publish(world: World, args: Json) -> Json:
    if HOME_TAB not in world.slack.app.tabs:
        raise SlackRefusal("not_enabled")
    user = world.slack.person(str(args.get("user_id", "")))
    known = world.slack.homes.get(user.id)
    if args.get("hash") and known and args["hash"] != known["hash"]:
        raise SlackRefusal("hash_conflict")
    view = {**prepare_view(args.get("view"), "home"), "id": f"VHOME{user.id}"}
    world.slack.homes[user.id] = view
    world.feed.add("slack.view", f"The home tab of {user.real_name} changed", user=user.id, view_id=view["id"])
    return {"view": view}
