"""The channels: whether each that is switched on is complete, and whether its credentials can be what they should."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import replace

from pydantic import SecretStr

from app.channel_setup import INBOX, Report, report_all
from app.doctor.finding import Finding, Site, broken, ok, skipped, warning
from bot.config import Settings
from bot.errors import MsbError
from channels.registry import EDGES

LOOKS: dict[str, tuple[str, str]] = {
    "twilio_account_sid": (r"AC[0-9a-f]{32}", "AC and 32 hexadecimal digits"),
    "twilio_auth_token": (r"[0-9a-f]{32}", "32 hexadecimal digits"),
    "twilio_from": (r"\+[1-9]\d{6,14}", "a number like +15551234567"),
    "voice_from": (r"\+[1-9]\d{6,14}", "a number like +15551234567"),
    "telegram_bot_token": (r"\d{5,}:[\w-]{30,}", "digits, a colon and 35 characters"),
    "telegram_secret_token": (r"[A-Za-z0-9_-]{1,256}", "1 to 256 of A-Z, a-z, 0-9, _ and -"),
    "slack_bot_token": (r"xox[be][.-].+", "a text that begins with xoxb-"),
    "slack_app_token": (r"xapp-.+", "a text that begins with xapp-"),
    "slack_signing_secret": (r"[0-9a-f]{32}", "32 hexadecimal digits"),
    "slack_channel": (r"[CG][A-Z0-9]{6,}", "an id that begins with C, not a name"),
    "slack_member_bot_token": (r"xox[be][.-].+", "a text that begins with xoxb-"),
    "slack_member_app_token": (r"xapp-.+", "a text that begins with xapp-"),
    "slack_member_signing_secret": (r"[0-9a-f]{32}", "32 hexadecimal digits"),
    "messenger_page_id": (r"\d{5,}", "digits"),
    "messenger_app_id": (r"\d{5,}", "digits"),
    "messenger_app_secret": (r"[0-9a-f]{32}", "32 hexadecimal digits"),
    "messenger_page_token": (r"[A-Za-z0-9]{20,}", "a long text of letters and digits"),
    "email_from": (r"[^@\s]+@[^@\s]+\.[^@\s]+", "an address like hello@example.org"),
}
BASES = ("twilio_api_base", "telegram_api_base", "messenger_api_base", "slack_api_base", "slack_member_api_base")


def look(site: Site) -> Iterator[Finding]:
    """What is missing or malformed; with `online` also what the provider says to the credentials."""
    members = EDGES if site.online else [replace(edge, check=None) for edge in EDGES]
    staff = INBOX if site.online else replace(INBOX, check=None)
    reports = report_all(members, site.settings)
    with contextlib.suppress(MsbError):  # it reads the programme, which has a check of its own
        reports += report_all([staff], site.settings)
    on = [report for report in reports if report.is_on]
    for report in on:
        yield _told(report, online=site.online)
    yield from _malformed(site.settings)
    if not any(report.channel != INBOX.name for report in on):
        yield warning("No channel to members is switched on.", "Set one up: docs/how-to has a page for each.")
    if not site.settings.slack_is_on:
        yield skipped("Staff have no inbox in Slack: cases come by e-mail.")
    if elsewhere := [f"MSB_{name.upper()}" for name in BASES if getattr(site.settings, name)]:
        yield warning(f"{', '.join(elsewhere)} lead elsewhere than to the provider.", "Empty them in production.")


def _told(report: Report, *, online: bool) -> Finding:
    if report.missing:
        return broken(f"{report.channel} is on and lacks {', '.join(report.missing)}.", "Set what is missing.")
    if report.accepted is False:
        return broken(
            f"{report.channel}: the provider refuses our credentials.", "`msb channels check` tells its words."
        )
    if report.accepted:
        return ok(f"{report.channel} is complete, and the provider accepts it.")
    if online:
        return warning(f"{report.channel} is complete; its provider could not be asked.", "Try again later.")
    return ok(f"{report.channel} is complete; --online asks its provider.")


def _malformed(settings: Settings) -> Iterator[Finding]:
    for name, (pattern, looks) in LOOKS.items():
        value = getattr(settings, name)
        text = value.get_secret_value() if isinstance(value, SecretStr) else value
        if text and not re.fullmatch(pattern, text):
            yield warning(f"MSB_{name.upper()} doesn't look like one.", f"It should be {looks}; copy it again.")
