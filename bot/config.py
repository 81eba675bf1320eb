"""Settings, read once from the environment (prefix ``MSB_``) or from a ``.env`` file."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Everything that differs between a laptop and a production site."""

    model_config = SettingsConfigDict(env_prefix="MSB_", env_file=".env", extra="ignore")

    database_url: str = Field("sqlite:///var/msb.db", description="SQLAlchemy URL; SQLite or postgresql+psycopg.")
    clock: str = Field("system", description="`system`, or the path of a clock file that demo and tests push.")
    programme_dir: Path = Field(Path("journeys"), description="The folder of the programme's content files.")

    public_base_url: str = Field("http://127.0.0.1:8000", description="The gateway's URL as providers call it.")
    gateway_host: str = Field("127.0.0.1", description="Address on which the public gateway listens.")
    gateway_port: int = Field(8000, description="Port of the public gateway.")

    console: bool = Field(True, description="Whether `msb serve` serves the console too, below `/console`.")
    console_url: str = Field(
        "",
        description="Address of the console as staff open it, with `/console` at its end; for links to it. Empty: of "
        "this machine only.",
    )
    console_host: str = Field("127.0.0.1", description="Address on which `msb console serve` listens.")
    console_port: int = Field(8100, description="Its port.")
    oidc_issuer: str = Field(
        "", description="Address of the OpenID Connect provider of your organisation's accounts; empty: links only."
    )
    oidc_client_id: str = Field("", description="What the console is called there.")
    oidc_client_secret: SecretStr = Field(SecretStr(""), description="Its secret there.")
    oidc_email_claim: str = Field("email", description="Claim that holds the colleague's address.")
    oidc_trust_email: bool = Field(
        False,
        description="Believe the address though the provider does not say that it checked it: for a provider with "
        "accounts of your own organisation only.",
    )
    oidc_role_claim: str = Field(
        "",
        description="Claim that holds groups or roles, dots lead inwards (`realm_access.roles`); empty: admins give "
        "roles in the console.",
    )
    oidc_roles: dict[str, Literal["viewer", "manager", "admin"]] = Field(
        {}, description='Which of them gives which role: `{"member-success": "manager", "it": "admin"}`.'
    )
    sandbox_url: str = Field(
        "",
        description="Base URL of the sandbox that stands for all providers, on this machine; shows its page in the "
        "console. Empty: none.",
    )
    sandbox_start: str = Field(
        "",
        description="A folder with how a demonstration began, to which the sandbox's page goes back; empty: it can't.",
    )
    sandbox_mail_port: int = Field(
        0, description="Port of the mail host; 0 takes any that is free, which `GET /sandbox/mail` tells."
    )

    engine_url: str = Field(
        "http://127.0.0.1:5005",
        description="Base URL of the private dialogue engine; several, with commas, share the conversations.",
    )
    engine_token: SecretStr = Field(SecretStr(""), description="Bearer token that the engine asks of us.")
    engine_timeout_seconds: float = Field(15.0, gt=0, description="Longest wait for one turn of the engine.")
    turn_attempts: int = Field(
        5, ge=1, description="Tries of one turn before the member is told that a person takes over."
    )

    actions_host: str = Field("127.0.0.1", description="Address on which the private action endpoint listens.")
    actions_port: int = Field(5055, description="Port of the private action endpoint.")
    actions_token: SecretStr = Field(SecretStr(""), description="Bearer token that the engine must bring for actions.")

    twilio_account_sid: str = Field("", description="Account SID; empty switches SMS off.")
    twilio_auth_token: SecretStr = Field(SecretStr(""), description="Auth token; signs the webhooks too.")
    twilio_from: str = Field("", description="The sending number, E.164.")
    twilio_api_base: str = Field("", description="Another base URL of the REST API, for the sandbox.")
    twilio_answers_keywords: bool = Field(
        True, description="Twilio itself answers STOP, START and HELP (its default), so the bot doesn't."
    )
    twilio_per_second: float = Field(1.0, gt=0, description="Messages a second that the sending number may carry.")

    voice_from: str = Field("", description="The Twilio number that calls come from, E.164; empty switches calls off.")
    voice_ring_seconds: int = Field(25, ge=5, le=600, description="How long a member's phone rings.")
    voice_msm_ring_seconds: int = Field(20, ge=5, le=600, description="How long the phone of the MSM rings.")
    voice_most_minutes: int = Field(30, ge=1, le=240, description="Longest call.")
    voice_voicemail: bool = Field(
        False, description="Leave a short message on an answering machine, instead of hanging up."
    )
    voice_language: str = Field("en-US", description="Language in which calls speak, as Twilio names it.")
    voice_per_second: float = Field(1.0, gt=0, description="Calls a second that the account may start.")

    messenger_page_id: str = Field("", description="Id of the Facebook page; empty switches Messenger off.")
    messenger_page_token: SecretStr = Field(
        SecretStr(""), description="The page's access token, one that doesn't expire."
    )
    messenger_app_id: str = Field(
        "", description="Id of the Meta app; tells echoes of our messages from those of others."
    )
    messenger_app_secret: SecretStr = Field(SecretStr(""), description="The app's secret; signs the webhooks.")
    messenger_verify_token: SecretStr = Field(
        SecretStr(""), description="A word of your own that Meta repeats when it verifies the webhook."
    )
    messenger_graph_version: str = Field("v25.0", description="Version of the Graph API.")
    messenger_api_base: str = Field("", description="Another base URL of the Graph API, for the sandbox.")
    messenger_utility_template: str = Field(
        "", description="Utility template that carries a touch outside of the 24 hours; empty: none."
    )
    messenger_utility_language: str = Field("en_US", description="Language of that template.")
    messenger_per_second: float = Field(40.0, gt=0, description="Messages a second that the page may send.")

    slack_bot_token: SecretStr = Field(SecretStr(""), description="Bot token of the staff workspace; empty: no inbox.")
    slack_signing_secret: SecretStr = Field(SecretStr(""), description="Signing secret of the Slack app.")
    slack_channel: str = Field("", description="Id of the channel that gets the cases.")
    slack_api_base: str = Field("", description="Another base URL of the Web API, for the sandbox.")
    slack_app_token: SecretStr = Field(
        SecretStr(""), description="App-level token of that app; set: Socket Mode, without public webhooks."
    )
    slack_per_second: float = Field(1.0, gt=0, description="Posts a second into the staff channel.")

    slack_member_bot_token: SecretStr = Field(
        SecretStr(""), description="Bot token of the members' workspace; empty: no direct messages there."
    )
    slack_member_signing_secret: SecretStr = Field(SecretStr(""), description="Signing secret of that Slack app.")
    slack_member_app_token: SecretStr = Field(
        SecretStr(""), description="App-level token of that app; set: Socket Mode, without public webhooks."
    )
    slack_member_api_base: str = Field("", description="Another base URL of its Web API, for the sandbox.")
    slack_member_per_second: float = Field(1.0, gt=0, description="Direct messages a second.")

    email_smtp_host: str = Field("", description="Mail server that takes our e-mails; empty switches e-mail off.")
    email_smtp_port: int = Field(587, description="Its port.")
    email_smtp_security: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="`starttls`, `tls` (from the first byte), or `none` on this machine only."
    )
    email_smtp_user: str = Field("", description="User name there; empty: no login.")
    email_smtp_password: SecretStr = Field(SecretStr(""), description="Password of that user.")
    email_from: str = Field("", description="Our address in From, such as `hello@example.org`.")
    email_from_name: str = Field("", description="Name beside it when a message doesn't say who speaks.")
    email_subject: str = Field("Your membership", description="Subject of a message that has none.")
    email_inbound: str = Field("", description="Mailbox for answers, with plus addressing; empty: `MSB_EMAIL_FROM`.")
    email_inbound_token: SecretStr = Field(
        SecretStr(""), description="Bearer token of whatever hands incoming e-mails to the gateway."
    )
    email_secret: SecretStr = Field(
        SecretStr(""), description="Signs answer addresses, message ids and unsubscribe links; keep it for years."
    )
    email_authserv_id: str = Field(
        "", description="Name of our own mail host in `Authentication-Results`; empty: none is believed."
    )
    email_limit_bytes: int = Field(10_485_760, ge=10_000, description="Largest incoming e-mail.")
    email_listen_host: str = Field("127.0.0.1", description="Address of our own SMTP listener.")
    email_listen_port: int = Field(0, description="Its port; 0: no listener, e-mails come by webhook.")
    email_per_second: float = Field(5.0, gt=0, description="E-mails a second that the mail server may get.")

    telegram_bot_token: SecretStr = Field(SecretStr(""), description="Token of the bot; empty switches Telegram off.")
    telegram_secret_token: SecretStr = Field(
        SecretStr(""), description="What Telegram brings with each webhook: 1-256 of `A-Za-z0-9_-`, your choice."
    )
    telegram_api_base: str = Field("", description="Another base URL of the Bot API, for the sandbox.")
    telegram_polling: bool = Field(
        False, description="Ask Telegram for updates instead of a webhook: for a machine without a public address."
    )
    telegram_per_second: float = Field(25.0, gt=0, description="Messages a second that the bot may send.")
    telegram_bot_name: str = Field("", description="User name of our Telegram bot, for links that connect a member.")
    messenger_page_name: str = Field("", description="User name of our Facebook page, for links that connect a member.")

    send_timeout_seconds: float = Field(10.0, gt=0, description="Longest wait for a provider's answer.")
    delivery_attempts: int = Field(6, ge=1, description="Tries of a delivery before it becomes a dead letter.")
    lease_seconds: float = Field(30.0, gt=0, description="How long a worker may hold a lane without a sign of life.")
    turn_workers: int = Field(4, ge=1, description="Lanes of incoming messages that are worked on at the same time.")
    delivery_workers: int = Field(4, ge=1, description="Lanes of deliveries that are worked on at the same time.")
    queue: Literal["auto", "in_process", "procrastinate"] = Field(
        "auto",
        description="Who carries word of work: threads of this process, or Procrastinate between processes; `auto`: "
        "the latter on PostgreSQL.",
    )
    ops_host: str = Field("127.0.0.1", description="Address of health and metrics of a worker or scheduler.")
    ops_port: int = Field(9464, description="Its port.")
    tick_seconds: float = Field(5.0, gt=0, description="Pause between two looks at what is due.")
    outbox_limit: int = Field(
        10_000, ge=1, description="Outreach pauses while more messages than this wait to be sent."
    )
    inbox_limit: int = Field(
        20_000, ge=1, description="While more messages than this wait to be read, providers that can keep one keep it."
    )
    flood_limit: int = Field(20, ge=1, description="Messages of one sender within a minute that are answered.")

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="The least important lines that are logged: `DEBUG`, `INFO`, `WARNING` or `ERROR`."
    )
    log_json: bool = Field(False, description="Log a line of JSON an event, for machines.")
    otlp_endpoint: str = Field(
        "", description="Base URL of an OpenTelemetry collector (OTLP over HTTP); empty: no traces."
    )
    trace_share: float = Field(1.0, ge=0, le=1, description="The share of messages that are traced.")

    keep: dict[str, str] = Field(
        {}, description='How long classes of data are kept, where not as usual: `{"contents": "90d", "audit": "0d"}`.'
    )
    archive_dir: str = Field(
        "", description="Folder for what is deleted, without words and addresses; empty: it is not archived."
    )

    @cached_property
    def oidc_is_on(self) -> bool:
        return bool(self.oidc_issuer)

    @cached_property
    def sms_is_on(self) -> bool:
        return bool(self.twilio_account_sid)

    @cached_property
    def voice_is_on(self) -> bool:
        return bool(self.twilio_account_sid and self.voice_from)

    @cached_property
    def messenger_is_on(self) -> bool:
        return bool(self.messenger_page_id)

    @cached_property
    def telegram_is_on(self) -> bool:
        return bool(self.telegram_bot_token.get_secret_value())

    @cached_property
    def slack_is_on(self) -> bool:
        return bool(self.slack_bot_token.get_secret_value())

    @cached_property
    def slack_members_is_on(self) -> bool:
        return bool(self.slack_member_bot_token.get_secret_value())

    @cached_property
    def email_is_on(self) -> bool:
        return bool(self.email_smtp_host)
