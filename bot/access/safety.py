"""Settings that must not go together: refused before anything starts."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from urllib.parse import urlsplit

from bot.config import Settings
from bot.errors import MsbError


class SandboxRefused(MsbError):
    """The page of the sandbox is on, and something real is within its reach: leave MSB_SANDBOX_URL empty."""


class SignInRefused(MsbError):
    """Colleagues can't sign in with these settings."""


def check(settings: Settings) -> None:
    """Both checks.

    Raises:
        SandboxRefused: the sandbox stands beside real credentials.
        SignInRefused: the settings for OpenID Connect are not complete, or not safe.
    """
    check_sandbox(settings)
    check_sign_in(settings)


def check_sandbox(settings: Settings) -> None:
    """Whoever plays on the sandbox's page writes to members: every provider has to be that sandbox, on this machine.

    Raises:
        SandboxRefused: with all that is in the way.
    """
    if not settings.sandbox_url:
        return
    problems = list(_real(settings))
    if problems:
        raise SandboxRefused("; ".join(problems) + ".")


def check_sign_in(settings: Settings) -> None:
    """What OpenID Connect needs, where it is on.

    Raises:
        SignInRefused: a setting is missing, or something would travel in the clear.
    """
    if not settings.oidc_issuer:
        return
    if not settings.oidc_client_id or not settings.oidc_client_secret.get_secret_value():
        raise SignInRefused("MSB_OIDC_ISSUER needs MSB_OIDC_CLIENT_ID and MSB_OIDC_CLIENT_SECRET.")
    if not settings.console_url:
        raise SignInRefused("MSB_OIDC_ISSUER needs MSB_CONSOLE_URL: the provider sends colleagues back there.")
    for name, url in (("MSB_OIDC_ISSUER", settings.oidc_issuer), ("MSB_CONSOLE_URL", settings.console_url)):
        if not url.startswith("https://") and not is_on_this_machine(url):
            raise SignInRefused(f"{name} has to begin with https://.")
    if bool(settings.oidc_role_claim) is not bool(settings.oidc_roles):
        raise SignInRefused("MSB_OIDC_ROLE_CLAIM and MSB_OIDC_ROLES need each other.")


def is_on_this_machine(url: str) -> bool:
    """Whether a URL leads to the loopback interface."""
    return _is_loopback(urlsplit(url).hostname or "")


def _real(settings: Settings) -> Iterator[str]:
    """What of the settings is not the sandbox."""
    if not is_on_this_machine(settings.sandbox_url):
        yield f"MSB_SANDBOX_URL {settings.sandbox_url} is not on this machine"
    for is_on, base, name in (
        (settings.sms_is_on, settings.twilio_api_base, "MSB_TWILIO_API_BASE"),
        (settings.messenger_is_on, settings.messenger_api_base, "MSB_MESSENGER_API_BASE"),
        (settings.telegram_is_on, settings.telegram_api_base, "MSB_TELEGRAM_API_BASE"),
        (settings.slack_is_on, settings.slack_api_base, "MSB_SLACK_API_BASE"),
        (settings.slack_members_is_on, settings.slack_member_api_base, "MSB_SLACK_MEMBER_API_BASE"),
        (settings.oidc_is_on, settings.oidc_issuer, "MSB_OIDC_ISSUER"),
    ):
        if is_on and _place(base) != _place(settings.sandbox_url):
            yield f"{name} is {base or 'empty, which is the real one'}"
    if settings.email_is_on and not _is_loopback(settings.email_smtp_host):
        yield f"MSB_EMAIL_SMTP_HOST {settings.email_smtp_host} is not this machine"
    elif settings.email_is_on and settings.email_smtp_port != settings.sandbox_mail_port:
        yield f"MSB_EMAIL_SMTP_PORT {settings.email_smtp_port} is not MSB_SANDBOX_MAIL_PORT"


def _place(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
