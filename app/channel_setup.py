"""What is configured of each channel, and what its provider says to it. No secret is ever part of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from pydantic import SecretStr

from bot.config import Settings
from bot.errors import NotFound, Refused
from bot.handoff.routing import channels_of
from bot.programme.loader import load_programme
from channels.edge import Edge, Verdict
from inbox import check as inbox_check


@dataclass(frozen=True)
class Report:
    """One channel. `configured` and `missing` are settings; `accepted` is None when the provider was not asked."""

    channel: str
    is_on: bool
    configured: list[str]
    missing: list[str]
    accepted: bool | None
    words: str

    @property
    def is_faulty(self) -> bool:
        """Whether it is switched on and can't work."""
        return self.is_on and (bool(self.missing) or self.accepted is False)


class Checked(Protocol):
    """What can be reported on; the fields are those of `channels.edge.Edge`."""

    @property
    def name(self) -> str: ...

    @property
    def is_on(self) -> Callable[[Settings], bool]: ...

    @property
    def needs(self) -> tuple[str, ...]: ...

    @property
    def check(self) -> Callable[[Settings], Verdict] | None: ...


@dataclass(frozen=True)
class Inbox:
    """The staff's inbox in Slack, which is no channel to members and is set up like one."""

    name: str
    is_on: Callable[[Settings], bool]
    needs: tuple[str, ...]
    check: Callable[[Settings], Verdict] | None


def report_all(edges: Iterable[Checked], settings: Settings) -> list[Report]:
    """Asks the provider of each channel that is switched on and complete."""
    return [_report(edge, settings) for edge in edges]


def register_all(edges: Iterable[Edge], settings: Settings, only: str = "") -> Iterator[tuple[str, list[str], bool]]:
    """For each channel that is switched on: its name, what was set, and whether that failed.

    Raises:
        NotFound: there is no channel `only`, or it is switched off.
    """
    chosen = [edge for edge in edges if edge.is_on(settings) and only in ("", edge.name)]
    if only and not chosen:
        raise NotFound(f"channel {only} that is switched on")
    for edge in chosen:
        if edge.register is None:
            yield edge.name, ["nothing to register: its page in docs/how-to says where its webhooks are set"], False
            continue
        try:
            yield edge.name, edge.register(settings), False
        except Refused as problem:
            yield edge.name, [problem.detail or str(problem)], True


def _check_inbox(settings: Settings) -> Verdict:
    programme = load_programme(settings.programme_dir)
    answer = inbox_check.check(settings, channels_of(programme.inbox, settings.slack_channel))
    return Verdict(accepted=answer.accepted, words=answer.words)


INBOX = Inbox(
    name="inbox",
    is_on=lambda settings: settings.slack_is_on,
    needs=("slack_bot_token", "slack_channel", "slack_signing_secret|slack_app_token"),
    check=_check_inbox,
)


def _report(edge: Checked, settings: Settings) -> Report:
    names = [name for need in edge.needs for name in need.split("|")]
    missing = [" or ".join(map(_shown, need.split("|"))) for need in edge.needs if not _is_met(settings, need)]
    configured = [_shown(name) for name in names if _is_set(settings, name)]
    is_on = edge.is_on(settings)
    if not is_on or missing or edge.check is None:
        why = "switched off" if not is_on else "incomplete" if missing else "the provider can't be asked"
        return Report(edge.name, is_on, configured, missing, None, why)
    verdict = edge.check(settings)
    return Report(edge.name, is_on, configured, missing, verdict.accepted, verdict.words)


def _is_met(settings: Settings, need: str) -> bool:
    return any(_is_set(settings, name) for name in need.split("|"))


def _is_set(settings: Settings, name: str) -> bool:
    value = getattr(settings, name)
    return bool(value.get_secret_value() if isinstance(value, SecretStr) else value)


def _shown(name: str) -> str:
    return f"MSB_{name.upper()}"
