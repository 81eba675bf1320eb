"""Twilio's Call resource as JSON, and the form that comes with each request about a call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.twilio.phone import region
from sandbox.twilio.resource import API, moment
from sandbox.twilio.voice.state import PhoneCall


def call(leg: PhoneCall, account: str) -> dict[str, Any]:
    uri = f"/{API}/Accounts/{account}/Calls/{leg.sid}"
    return {
        "account_sid": account,
        "answered_by": leg.answered_by,
        "api_version": API,
        "caller_name": None,
        "date_created": moment(leg.created),
        "date_updated": moment(leg.ended or leg.started or leg.created),
        "direction": leg.direction,
        "duration": str(leg.seconds()) if leg.ended else None,
        "end_time": moment(leg.ended),
        "forwarded_from": None,
        "from": leg.sender,
        "from_formatted": leg.sender,
        "group_sid": None,
        "parent_call_sid": leg.parent.sid if leg.parent else None,
        "phone_number_sid": None,
        "price": None,
        "price_unit": "USD",
        "queue_time": "0",
        "sid": leg.sid,
        "start_time": moment(leg.started),
        "status": leg.status,
        "subresource_uris": {"recordings": f"{uri}/Recordings.json"},
        "to": leg.to,
        "to_formatted": leg.to,
        "trunk_sid": None,
        "uri": f"{uri}.json",
    }


def page(calls: list[PhoneCall], query: Mapping[str, str], account: str) -> dict[str, Any]:
    """The newest first, filtered by To, From and Status; one page of at most a thousand."""
    wanted = {name: query[name] for name in ("To", "From", "Status") if query.get(name)}
    found = [
        leg
        for leg in reversed(calls)
        if all({"To": leg.to, "From": leg.sender, "Status": leg.status}[name] == wanted[name] for name in wanted)
    ]
    size = min(int(query.get("PageSize", "50")), 1000)
    uri = f"/{API}/Accounts/{account}/Calls.json"
    shown = [call(leg, account) for leg in found[:size]]
    return {
        "calls": shown,
        "page": 0,
        "page_size": size,
        "start": 0,
        "end": max(len(shown) - 1, 0),
        "uri": uri,
        "first_page_uri": uri,
        "next_page_uri": None,
        "previous_page_uri": None,
    }


def form(leg: PhoneCall, account: str, **more: str) -> dict[str, str]:
    """What every request about a call carries."""
    both = {"To": leg.to, "Called": leg.to, "From": leg.sender, "Caller": leg.sender}
    places: dict[str, str] = {}
    for name, number in both.items():
        places |= {f"{name}City": "", f"{name}State": "", f"{name}Zip": "", f"{name}Country": region(number)}
    parent = {"ParentCallSid": leg.parent.sid} if leg.parent else {}
    return {
        **places,
        **both,
        "CallSid": leg.sid,
        "AccountSid": account,
        "ApiVersion": API,
        "CallStatus": leg.status,
        "Direction": leg.direction,
        **parent,
        **more,
    }
