"""A file of recorded requests: its secrets, its cases, and when and where each was sent."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import SecretStr

from bot.config import Settings
from bot.errors import MsbError

NOBODY = "http://127.0.0.1:9"  # the discard port: a replay calls no provider, whatever it makes the gateway do
NUMBER, MSM_NUMBER = "+15005550006", "+15005550007"

# Slack has one address for all requests of an app; we have two for each of our two apps, and a request to each of them
# says what both make of it.
SLACK_DOORS = ("/webhooks/slack-members", "/webhooks/slack")


class NotReplayable(MsbError):
    """The file can't be replayed."""


@dataclass(frozen=True)
class Case:
    """One recorded request and what is expected of it. `paths` are the addresses of ours that it goes to."""

    name: str
    method: str
    paths: tuple[str, ...]
    headers: dict[str, str]
    body: bytes
    form: dict[str, str]
    content: dict[str, Any]
    expect: dict[str, Any]
    at: datetime | None


@dataclass(frozen=True)
class Recording:
    """A file: the settings of a gateway that knows its secrets, and its cases in their order."""

    settings: dict[str, Any]
    cases: tuple[Case, ...]


def load(path: Path) -> Recording:
    """Raises: NotReplayable, when the file isn't one of recorded requests."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        cases = tuple(_case(case) for case in content["cases"])
        return Recording(_settings(content), cases)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise NotReplayable(f"{path.name}: {type(error).__name__}: {error}") from error


def make_settings(recording: Recording, folder: Path) -> Settings:
    """The settings of the scratch gateway; nothing in them leads to a provider, and none comes from a file."""
    quiet = {name: NOBODY for name in Settings.model_fields if name.endswith("_api_base")}
    database = {"database_url": f"sqlite:///{folder / 'replay.db'}", "clock": "system"}
    return Settings(_env_file=None, **{**quiet, **database, **recording.settings})


def _settings(content: dict[str, Any]) -> dict[str, Any]:
    """From the names of the secrets in the file to ours."""
    found: dict[str, Any] = {}
    if "auth_token" in content:
        url = urlsplit(content["cases"][0]["url"])
        found |= {
            "public_base_url": f"{url.scheme}://{url.netloc}",
            "twilio_account_sid": content["account_sid"],
            "twilio_auth_token": SecretStr(content["auth_token"]),
            "twilio_from": NUMBER,
            "voice_from": NUMBER,
            "voice_voicemail": True,
        }
    if "signing_secret" in content:
        secret, token = SecretStr(content["signing_secret"]), SecretStr("replay")
        found |= {
            "slack_bot_token": token,
            "slack_signing_secret": secret,
            "slack_channel": content["ids"]["inbox"],
            "slack_member_bot_token": token,
            "slack_member_signing_secret": secret,
        }
    if "app_secret" in content:
        found |= {
            "messenger_page_id": content["page_id"],
            "messenger_page_token": SecretStr("replay"),
            "messenger_app_id": str(content["app_id"]),
            "messenger_app_secret": SecretStr(content["app_secret"]),
        }
    if "secret_token" in content:
        found |= {
            "telegram_bot_token": SecretStr(f"{content['bot']['id']}:replay"),
            "telegram_bot_name": content["bot"]["username"],
            "telegram_secret_token": SecretStr(content["secret_token"]),
        }
    return found


def _case(case: dict[str, Any]) -> Case:
    url = urlsplit(case.get("path") or case["url"])
    headers = {str(name): str(value) for name, value in case["headers"].items()}
    content = case.get("json") or {}
    return Case(
        name=str(case["name"]),
        method=str(case["method"]),
        paths=_paths(url.path + (f"?{url.query}" if url.query else ""), headers),
        headers=headers,
        body=str(case.get("raw", case.get("body", ""))).encode(),
        form={str(name): str(value) for name, value in (case.get("form") or {}).items()},
        content=content,
        expect=dict(case["expect"]),
        at=_moment(headers, content),
    )


def _paths(path: str, headers: dict[str, str]) -> tuple[str, ...]:
    if not path.startswith("/slack/"):
        return (path,)
    kind = "events" if "json" in headers.get("Content-Type", "") else "interactions"
    return tuple(f"{door}/{kind}" for door in SLACK_DOORS)


def _moment(headers: dict[str, str], content: dict[str, Any]) -> datetime | None:
    """When it was sent, so that its signature is as fresh as it was then; None when it doesn't say."""
    stamp = headers.get("X-Slack-Request-Timestamp")
    if stamp:
        return datetime.fromtimestamp(int(stamp), UTC)
    entries = content.get("entry") or []
    if entries:
        return datetime.fromtimestamp(int(entries[0]["time"]) / 1000, UTC)
    dates = [part["date"] for part in content.values() if isinstance(part, dict) and "date" in part]
    return datetime.fromtimestamp(int(dates[0]), UTC) if dates else None
