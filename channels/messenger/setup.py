"""Asking Meta about our credentials, and telling it where to find us."""

from __future__ import annotations

import httpx

from bot.config import Settings
from bot.errors import Refused
from channels.edge import Verdict
from channels.messenger.codes import explain
from channels.messenger.graph import FAILURES, Graph, content, error_codes
from channels.messenger.parse import GET_STARTED

FIELDS = (
    "messages",
    "messaging_postbacks",
    "messaging_referrals",
    "messaging_optins",
    "message_echoes",
    "message_edits",
    "message_deliveries",
    "message_reads",
    "messaging_handovers",
    "standby",
    "messaging_policy_enforcement",
)


def check(settings: Settings) -> Verdict:
    """Whether the token is our page's, and whether the page tells us what happens on it."""
    try:
        with Graph(settings) as graph:
            me = graph.with_page_token("GET", "me", fields="id,name")
            apps = graph.of_page("GET", "subscribed_apps")
    except FAILURES as error:
        return Verdict(None, f"Meta can't be asked: {type(error).__name__}")
    if problem := _problem(me) or _problem(apps):
        return Verdict(False, problem)
    page = content(me)
    if page.get("id") != settings.messenger_page_id:
        return Verdict(False, f"the token is that of {page.get('name', 'another page')}, not of our page")
    if not any(app.get("id") == settings.messenger_app_id for app in _listed(apps)):
        return Verdict(True, f"page {page.get('name')}; it sends us no events yet: run `msb channels register`")
    return Verdict(True, f"page {page.get('name')}")


def register(settings: Settings) -> list[str]:
    """Sets the app's webhook, subscribes the page to it, and gives the page its Get Started button.

    Raises:
        Refused: Meta can't be reached, or refuses.
    """
    url = f"{settings.public_base_url.rstrip('/')}/webhooks/messenger"
    hook = {
        "object": "page",
        "callback_url": url,
        "verify_token": settings.messenger_verify_token.get_secret_value(),
        "fields": ",".join(FIELDS),
    }
    try:
        with Graph(settings) as graph:
            _must("the webhook", graph.of_app("POST", "subscriptions", hook))
            fields = {"subscribed_fields": ",".join(FIELDS)}
            _must("the subscription", graph.of_page("POST", "subscribed_apps", fields))
            button = {"get_started": {"payload": GET_STARTED}}
            _must("the Get Started button", graph.of_page("POST", "messenger_profile", button))
    except FAILURES as error:
        raise Refused(f"Meta can't be reached: {type(error).__name__}") from None
    return [f"webhook {url}", f"events: {', '.join(FIELDS)}", "Get Started button"]


def _must(what: str, answer: httpx.Response) -> None:
    if problem := _problem(answer):
        raise Refused(f"{what}: {problem}")


def _problem(answer: httpx.Response) -> str:
    """What Meta has against a request; empty when nothing."""
    found = content(answer)
    error = error_codes(found)
    if error is None:
        return "" if answer.is_success and "error" not in found else f"Meta answered {answer.status_code}"
    code, subcode = error
    said = found["error"].get("message", "")
    return f"{explain(code, subcode).words} (Meta {code}: {said})"


def _listed(answer: httpx.Response) -> list[dict[str, object]]:
    found = content(answer).get("data")
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []
