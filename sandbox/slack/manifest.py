"""What an app may do and hears of, by the manifest that it was installed with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from sandbox.slack.errors import SlackRefusal

ROOT = Path(__file__).parents[2]
STAFF_MANIFEST = ROOT / "inbox" / "manifest.yml"
MEMBERS_MANIFEST = ROOT / "channels" / "slack" / "manifest.yml"
HOME_TAB, MESSAGES_TAB = "home_tab", "messages_tab"


@dataclass(frozen=True)
class Manifest:
    """`tabs` are those of the app's home that are switched on."""

    scopes: frozenset[str]
    events: frozenset[str]
    commands: frozenset[str]
    shortcuts: frozenset[str]
    """The callback ids of the shortcuts of messages."""
    tabs: frozenset[str]

    def changed(self, without: Iterable[str] = (), more: Iterable[str] = ()) -> Manifest:
        """As it was installed before it asked for `without`, or with `more`: names of any of its parts.

        Raises:
            SlackRefusal: it never asked for one of these.
        """
        taken = frozenset(without)
        named = {name: getattr(self, name) for name in ("scopes", "events", "commands", "shortcuts", "tabs")}
        if unknown := taken - frozenset().union(*named.values()):
            raise SlackRefusal(f"not_in_manifest: {', '.join(sorted(unknown))}")
        kept = {name: values - taken for name, values in named.items()}
        for word in more:
            kept[_place(word)] |= {word}
        return replace(self, **kept)

    def check_scope(self, *needed: str) -> None:
        """One of `needed` is enough; none is needed when there are none.

        Raises:
            SlackRefusal: ``missing_scope``.
        """
        if needed and not self.scopes.intersection(needed):
            raise SlackRefusal("missing_scope", more={"needed": ",".join(needed), "provided": self.granted})

    @property
    def granted(self) -> str:
        return ",".join(sorted(self.scopes))


def read_manifest(path: Path) -> Manifest:
    content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    features, settings = content.get("features", {}), content.get("settings", {})
    home = features.get("app_home", {})
    return Manifest(
        scopes=frozenset(content["oauth_config"]["scopes"]["bot"]),
        events=frozenset(settings.get("event_subscriptions", {}).get("bot_events", [])),
        commands=frozenset(item["command"] for item in features.get("slash_commands", [])),
        shortcuts=frozenset(item["callback_id"] for item in features.get("shortcuts", []) if item["type"] == "message"),
        tabs=frozenset(tab for tab in (HOME_TAB, MESSAGES_TAB) if home.get(f"{tab}_enabled")),
    )


def _place(word: str) -> str:
    if word in (HOME_TAB, MESSAGES_TAB):
        return "tabs"
    if word.startswith("/"):
        return "commands"
    return "scopes" if ":" in word or word == "commands" else "events"
