"""Twilio's resources as JSON, in its own shape."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from sandbox.twilio.state import Sms

API = "2010-04-01"
ERROR_TEXTS = {
    30003: "Unreachable destination handset",
    30005: "Unknown destination handset",
    30007: "Message filtered",
}


def moment(at: datetime | None) -> str | None:
    """RFC 2822 in UTC."""
    return format_datetime(at.astimezone(UTC)) if at else None


def message(sms: Sms, account: str, *, just_created: bool = False) -> dict[str, Any]:
    """The Message resource. As the answer to its creation it is not sent yet, and of a service not even counted."""
    by_service = just_created and sms.service_sid is not None
    uri = f"/{API}/Accounts/{account}/Messages/{sms.sid}"
    return {
        "account_sid": account,
        "api_version": API,
        "body": sms.body,
        "date_created": moment(sms.created),
        "date_sent": None if just_created else moment(sms.sent),
        "date_updated": moment(sms.created if just_created else sms.updated),
        "direction": sms.direction,
        "error_code": sms.error_code,
        "error_message": ERROR_TEXTS.get(sms.error_code) if sms.error_code else None,
        "from": None if by_service else sms.sender,
        "messaging_service_sid": sms.service_sid,
        "num_media": "0",
        "num_segments": "0" if by_service else str(sms.segments),
        "price": None,
        "price_unit": "USD",
        "sid": sms.sid,
        "status": sms.status,
        "subresource_uris": {"media": f"{uri}/Media.json"},
        "to": sms.to,
        "uri": f"{uri}.json",
    }


def account(sid: str, token: str, at: datetime) -> dict[str, Any]:
    """The Account resource."""
    uri = f"/{API}/Accounts/{sid}"
    return {
        "auth_token": token,
        "date_created": moment(at),
        "date_updated": moment(at),
        "friendly_name": "Sandbox",
        "owner_account_sid": sid,
        "sid": sid,
        "status": "active",
        "subresource_uris": {"messages": f"{uri}/Messages.json"},
        "type": "Full",
        "uri": f"{uri}.json",
    }
