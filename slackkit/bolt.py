"""Slack's framework without what it does by itself: it checks nothing, asks nobody, and acknowledges last."""

from __future__ import annotations

from pydantic import SecretStr
from slack_bolt import App
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient


def quiet_app(name: str, bot_token: SecretStr, client: WebClient) -> App:
    """For requests that were verified at the door, or came over a socket of ours. `client` may lack a token."""
    client.token = None  # bolt refuses a token of its own beside `authorize`
    return App(
        name=name,
        client=client,
        authorize=lambda enterprise_id, team_id: AuthorizeResult(
            enterprise_id=enterprise_id, team_id=team_id, bot_token=bot_token.get_secret_value()
        ),
        process_before_response=True,
        request_verification_enabled=False,
        token_verification_enabled=False,
        ssl_check_enabled=False,
        url_verification_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
