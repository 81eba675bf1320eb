"""Whether Slack accepts what the settings say of one app of ours."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from slackkit.faults import name_of


@dataclass(frozen=True)
class Answer:
    """What Slack said. `accepted` is None when it could not be asked."""

    accepted: bool | None
    words: str


def ask(client: WebClient, app_token: str, scopes: Collection[str], more: Callable[[], str] = str) -> Answer:
    """Asks who we are, what we may do and, with an `app_token`, for a connection that is not used.

    `more` asks further; it says what is wrong, if anything is, and may raise what Slack's client raises.
    """
    try:
        answer = client.auth_test()
        if app_token:
            client.apps_connections_open(app_token=app_token)
        missing = _missing(answer.headers, scopes)
        wrong = f"the app lacks the scopes {', '.join(missing)}" if missing else more()
    except SlackApiError as error:
        return Answer(accepted=False, words=f"Slack refuses it: {name_of(error)}")
    except Exception as error:  # noqa: BLE001 - whatever keeps Slack from answering, it could not be asked
        return Answer(accepted=None, words=f"Slack could not be asked: {name_of(error)}")
    if wrong:
        return Answer(accepted=False, words=wrong)
    return Answer(accepted=True, words=f"{answer.get('user')} in the workspace {answer.get('team')}")


def _missing(headers: dict[str, Any], scopes: Collection[str]) -> list[str]:
    """The scopes that Slack doesn't name among those of the token; none when it names none at all."""
    given = next((value for name, value in headers.items() if name.lower() == "x-oauth-scopes"), None)
    return sorted(set(scopes) - {scope.strip() for scope in str(given).split(",")}) if given else []
