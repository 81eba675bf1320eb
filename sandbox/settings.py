"""Settings of the sandbox, from the environment. Every name has the prefix ``MSB_`` (``MSB_SANDBOX_PORT``)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class SandboxSettings(BaseSettings):
    """The first group is shared with the application; the names with ``sandbox_`` are the sandbox's own."""

    model_config = SettingsConfigDict(env_prefix="MSB_", extra="ignore")

    twilio_account_sid: str = "AC00000000000000000000000000000000"
    twilio_auth_token: str = "sandbox-auth-token"  # noqa: S105 - opens only this sandbox
    twilio_from: str = "+15005550006"
    voice_from: str = "+15005550006"
    slack_bot_token: str = "xoxb-sandbox-token"  # noqa: S105 - opens only this sandbox
    slack_signing_secret: str = "sandbox-signing-secret"  # noqa: S105 - opens only this sandbox
    slack_app_token: str = "xapp-sandbox-token"  # noqa: S105 - opens only this sandbox
    slack_channel: str = "C0MEMBERSUCCESS"
    slack_member_bot_token: str = "xoxb-sandbox-member-token"  # noqa: S105 - opens only this sandbox
    slack_member_signing_secret: str = "sandbox-member-signing-secret"  # noqa: S105 - opens only this sandbox
    slack_member_app_token: str = "xapp-sandbox-member-token"  # noqa: S105 - opens only this sandbox
    messenger_page_id: str = "108000000000001"
    messenger_page_token: str = "sandbox-page-token"  # noqa: S105 - opens only this sandbox
    messenger_app_id: str = "1517776481860111"
    messenger_app_secret: str = "sandbox-app-secret"  # noqa: S105 - opens only this sandbox
    telegram_bot_token: str = "123456789:sandbox-bot-token"  # noqa: S105 - opens only this sandbox
    telegram_bot_name: str = "member_success_bot"
    telegram_secret_token: str = "sandbox-secret-token"  # noqa: S105 - opens only this sandbox
    telegram_polling: bool = False
    email_smtp_user: str = "sandbox"
    email_smtp_password: str = "sandbox-mail-password"  # noqa: S105 - opens only this sandbox
    email_from: str = "hello@bot.sandbox.example"
    email_inbound: str = ""
    email_inbound_token: str = "sandbox-inbound-token"  # noqa: S105 - opens only this sandbox
    email_authserv_id: str = ""
    email_listen_host: str = "127.0.0.1"
    email_listen_port: int = 0
    oidc_client_id: str = "member-success-console"
    oidc_client_secret: str = "sandbox-oidc-secret"  # noqa: S105 - opens only this sandbox
    console_url: str = "http://127.0.0.1:8000/console"
    public_base_url: str = "http://127.0.0.1:8000"
    clock: str = "system"

    sandbox_host: str = "127.0.0.1"
    sandbox_port: int = 8080
    sandbox_journal: str = ""
    """A file to which everything that happens is appended, a line of JSON each; empty: none."""
    sandbox_receipts: Literal["immediate", "manual"] = "immediate"
    """``manual``: delivery receipts wait for POST /sandbox/flush."""
    sandbox_receipt_delay: float = Field(default=0.3, ge=0)
    """Real seconds between accepting a message and each of its receipts."""
    sandbox_late_seconds: float = Field(default=900, ge=0)
    """How late a late receipt is, in seconds of the shared clock."""
    sandbox_advanced_opt_out: bool = False
    """Twilio's Advanced Opt-Out: the inbound webhook then carries OptOutType."""
    sandbox_slack_retry_seconds: tuple[float, float, float] = (0, 60, 300)
    """When Slack sends a refused event again, in seconds of the shared clock; 0 is at once."""
    sandbox_slack_sign_with: Literal["shared", "system"] = "shared"
    """Which clock dates Slack's signatures. A receiver that verifies by the machine's clock needs ``system``."""
    sandbox_webhook_timeout: float = Field(default=15, gt=0)
    """Twilio's total timeout for a webhook, in real seconds."""
    sandbox_messenger_retry_seconds: tuple[float, ...] = (1, 10, 60, 600, 3600)
    """When Meta sends a notification again that got no 200, in seconds of the shared clock; 0 is at once."""
    sandbox_messenger_webhook_timeout: float = Field(default=20, gt=0)
    """Meta's timeout for a webhook, in real seconds."""
    sandbox_mail_port: int = 0
    """Port of the mail host; 0 takes any that is free, which ``GET /sandbox/mail`` tells."""
    sandbox_mail_inbound: Literal["webhook", "smtp"] = "webhook"
    """How answers reach the bot: its webhook, or its own SMTP listener."""
    sandbox_slack_ack_seconds: float = Field(default=3, gt=0)
    """Slack's timeout for an event or an interaction, in real seconds."""

    @property
    def our_numbers(self) -> tuple[str, str]:
        """The numbers that the account may call from."""
        return self.twilio_from, self.voice_from

    @property
    def base_url(self) -> str:
        """The sandbox's own address, used in the response_url values it gives out."""
        return f"http://{self.sandbox_host}:{self.sandbox_port}"
