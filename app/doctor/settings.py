"""The settings: whether their secrets are secret, and whether somebody reads what is set."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import SecretStr

from app.doctor.finding import Finding, Site, broken, ok, warning
from bot.config import Settings

PREFIX = "MSB_"
OTHERS = ("MSB_ENGINE_", "MSB_SANDBOX_", "MSB_ACTIONS_URL")
"""What the other processes read."""
SHORTEST = 16
GUESSED = ("change", "default", "secret", "password", "example", "test", "token", "actions", "engine", "12345")
OF_OURS = (
    "engine_token", "actions_token", "email_secret", "email_inbound_token", "telegram_secret_token",
    "messenger_verify_token",
)  # fmt: skip
"""Secrets that the operator makes up; all others come from a provider."""


def secrets(site: Site) -> Iterator[Finding]:
    """Whether the secrets that the operator makes up are set, long and not what everybody would try."""
    found = list(_weak(site.settings))
    for name in ("engine_token", "actions_token"):
        if not _value(site.settings, name):
            yield broken(f"{_shown(name)} is not set.", "Set it to the same random text here and for the engine.")
    for name in found:
        yield warning(f"{_shown(name)} is short or easily guessed.", "Make one with `openssl rand -hex 24`.")
    if _value(site.settings, "engine_token") and _value(site.settings, "actions_token") and not found:
        yield ok("The secrets of our own are set and long.")


def unread(site: Site) -> Iterator[Finding]:
    """Whether there are settings in the environment that nothing reads: a slip of the pen, or of another version."""
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    strange = sorted(
        name for name in site.environ if name.startswith(PREFIX) and name not in known and not name.startswith(OTHERS)
    )
    if strange:
        yield warning(f"Nothing reads {', '.join(strange)}.", "Look the names up in docs/configuration.md.")
    else:
        yield ok("Every MSB_ setting in the environment has a meaning.")


def _weak(settings: Settings) -> Iterator[str]:
    for name in OF_OURS:
        value = _value(settings, name)
        if value and (len(value) < SHORTEST or value.lower().startswith(GUESSED) or len(set(value)) < 6):
            yield name


def _value(settings: Settings, name: str) -> str:
    value = getattr(settings, name)
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


def _shown(name: str) -> str:
    return f"{PREFIX}{name.upper()}"
