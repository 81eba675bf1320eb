"""Times as the page writes them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo


def moment(said: str) -> datetime:
    """Of the sandbox: ISO 8601, or Slack's seconds."""
    if said.replace(".", "", 1).isdigit():
        return datetime.fromtimestamp(float(said), UTC)
    return datetime.fromisoformat(said).astimezone(UTC)


def local(at: datetime, zone: str) -> str:
    """``Tue 24 Nov, 11:00``, in that zone."""
    return f"{at.astimezone(ZoneInfo(zone)):%a %d %b, %H:%M}"


def hour(at: datetime, zone: str) -> str:
    return f"{at.astimezone(ZoneInfo(zone)):%H:%M}"


def day(at: datetime, zone: str) -> str:
    return f"{at.astimezone(ZoneInfo(zone)):%a %d %B}"


def city(zone: str) -> str:
    """``New York`` of ``America/New_York``."""
    return zone.rpartition("/")[2].replace("_", " ")
