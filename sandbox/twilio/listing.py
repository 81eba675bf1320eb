"""GET Messages.json: filters by To, From and DateSent, newest first, in pages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from sandbox.twilio.resource import API, message
from sandbox.twilio.state import Sms

PAGE_SIZE = 50
PAGE_LIMIT = 1000


def page(query: Mapping[str, str], messages: list[Sms], account: str) -> dict[str, Any]:
    """One page of the messages that match `query`.

    Raises:
        ValueError: a date or a number in `query` is not one.
    """
    found = [sms for sms in reversed(messages) if _matches(sms, query)]
    number, size = int(query.get("Page", "0")), min(int(query.get("PageSize", str(PAGE_SIZE))), PAGE_LIMIT)
    if number < 0 or size < 1:
        raise ValueError("no such page")
    start = number * size
    shown = found[start : start + size]
    return {
        "messages": [message(sms, account) for sms in shown],
        "page": number,
        "page_size": size,
        "start": start,
        "end": start + max(len(shown) - 1, 0),
        "uri": _uri(query, account, number, size),
        "first_page_uri": _uri(query, account, 0, size),
        "next_page_uri": _uri(query, account, number + 1, size) if start + size < len(found) else None,
        "previous_page_uri": _uri(query, account, number - 1, size) if number else None,
    }


def _uri(query: Mapping[str, str], account: str, number: int, size: int) -> str:
    rest = {key: value for key, value in query.items() if key not in {"Page", "PageSize"}}
    return f"/{API}/Accounts/{account}/Messages.json?" + urlencode({**rest, "PageSize": size, "Page": number})


def _matches(sms: Sms, query: Mapping[str, str]) -> bool:
    if query.get("To", sms.to) != sms.to or query.get("From", sms.sender) != sms.sender:
        return False
    bounds = {name: query[name] for name in ("DateSent", "DateSent>", "DateSent<") if query.get(name)}
    if not bounds:
        return True
    return sms.sent is not None and all(_within(sms.sent, name, value) for name, value in bounds.items())


def _within(sent: datetime, name: str, value: str) -> bool:
    """Both ends count. A plain date means the whole day in UTC."""
    low = datetime.fromisoformat(value)
    low = low.replace(tzinfo=UTC) if low.tzinfo is None else low
    high = low + (timedelta(days=1) if len(value) == 10 else timedelta(seconds=1))
    # Twilio's answer has whole seconds, and so has its filter.
    at = sent.replace(microsecond=0)
    if name == "DateSent>":
        return at >= low.replace(microsecond=0)
    if name == "DateSent<":
        return at < high
    return low.replace(microsecond=0) <= at < high
