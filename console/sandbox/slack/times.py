"""Slack's times of messages as people read them, in UTC."""

from __future__ import annotations

from datetime import UTC, datetime


def moment(ts: str) -> datetime:
    return datetime.fromtimestamp(float(ts), UTC)


def hour(ts: str) -> str:
    return f"{moment(ts):%H:%M}"


def day(ts: str) -> str:
    at = moment(ts)
    return f"{at:%A}, {at.day} {at:%B}"


def in_full(ts: str) -> str:
    at = moment(ts)
    return f"{at:%a} {at.day} {at:%b %Y}, {at:%H:%M} UTC"
