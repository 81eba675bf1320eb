"""The sandbox does not stand beside anything real, and nobody signs in by half a set-up."""

from __future__ import annotations

from typing import Any

import pytest

from app.wiring import build
from bot.access.safety import SandboxRefused, SignInRefused, check
from bot.config import Settings

SANDBOX = "http://127.0.0.1:8080"
ALL_SANDBOXED: dict[str, Any] = {
    "sandbox_url": SANDBOX,
    "twilio_account_sid": "AC1", "twilio_api_base": f"{SANDBOX}/twilio",
    "messenger_page_id": "1", "messenger_api_base": f"{SANDBOX}/graph",
    "telegram_bot_token": "1:t", "telegram_api_base": f"{SANDBOX}/telegram",
    "slack_bot_token": "xoxb-1", "slack_api_base": f"{SANDBOX}/slack/api/",
    "slack_member_bot_token": "xoxb-2", "slack_member_api_base": f"{SANDBOX}/slack-members/api/",
    "email_smtp_host": "127.0.0.1", "email_smtp_port": 8025, "sandbox_mail_port": 8025,
}  # fmt: skip
OIDC: dict[str, Any] = {
    "oidc_issuer": "https://login.example.org", "oidc_client_id": "console", "oidc_client_secret": "secret",
    "console_url": "https://bot.example.org/console",
}  # fmt: skip


def settings(**chosen: Any) -> Settings:
    return Settings(_env_file=None, **chosen)


def test_a_demonstration_where_every_provider_is_the_sandbox_starts() -> None:
    check(settings(**ALL_SANDBOXED))


def test_without_the_page_of_the_sandbox_providers_may_be_anywhere() -> None:
    check(settings(**{**ALL_SANDBOXED, "sandbox_url": "", "twilio_api_base": ""}))


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"twilio_api_base": ""}, "MSB_TWILIO_API_BASE"),
        ({"messenger_api_base": "https://graph.facebook.com"}, "MSB_MESSENGER_API_BASE"),
        ({"telegram_api_base": "http://127.0.0.1:9999"}, "MSB_TELEGRAM_API_BASE"),
        ({"slack_api_base": "http://127.0.0.1:8080@slack.com/api/"}, "MSB_SLACK_API_BASE"),
        ({"slack_member_api_base": ""}, "MSB_SLACK_MEMBER_API_BASE"),
        ({"email_smtp_host": "mail.example.org"}, "MSB_EMAIL_SMTP_HOST"),
        ({"email_smtp_port": 25}, "MSB_EMAIL_SMTP_PORT"),
        ({"sandbox_url": "http://sandbox.example.org:8080"}, "MSB_SANDBOX_URL"),
        (OIDC, "MSB_OIDC_ISSUER"),
    ],
)
def test_the_sandbox_is_refused_beside_anything_real(changed: dict[str, Any], named: str) -> None:
    with pytest.raises(SandboxRefused, match=named):
        check(settings(**{**ALL_SANDBOXED, **changed}))


def test_nothing_is_built_with_a_sandbox_beside_real_credentials() -> None:
    with pytest.raises(SandboxRefused, match="leave MSB_SANDBOX_URL empty"):
        build(settings(**{**ALL_SANDBOXED, "twilio_api_base": ""}))


def test_a_complete_sign_in_is_accepted() -> None:
    check(settings(**OIDC, oidc_role_claim="groups", oidc_roles={"it": "admin"}))


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"oidc_client_secret": ""}, "MSB_OIDC_CLIENT_SECRET"),
        ({"console_url": ""}, "MSB_CONSOLE_URL"),
        ({"oidc_issuer": "http://login.example.org"}, "https"),
        ({"console_url": "http://bot.example.org/console"}, "https"),
        ({"oidc_role_claim": "groups"}, "MSB_OIDC_ROLES"),
        ({"oidc_roles": {"it": "admin"}}, "MSB_OIDC_ROLE_CLAIM"),
    ],
)
def test_a_sign_in_that_is_not_complete_or_not_safe_is_refused(changed: dict[str, Any], named: str) -> None:
    with pytest.raises(SignInRefused, match=named):
        check(settings(**{**OIDC, **changed}))
