"""What Slack's refusals mean for the channel of staff."""

from __future__ import annotations

from dataclasses import replace

from slack_sdk.errors import SlackApiError

from bot.ports import Failed, RetryLater, Unknown
from slackkit import faults

STAFF = faults.Meanings(
    who="staff",
    repair={
        "channel_not_found": "the staff channel doesn't exist, or the app can't see it",
        "is_archived": "the staff channel is archived",
        "not_in_channel": "the app was not invited to the staff channel",
    },
    # Another team has another channel, and another method needs another permission.
    local=frozenset({"channel_not_found", "is_archived", "missing_scope", "not_in_channel"}),
)


def classify(error: Exception, *, repeatable: bool = False) -> RetryLater | Failed | Unknown:
    """`repeatable` says that doing it twice is harmless, so that an unclear outcome is simply tried again.

    While Slack doesn't answer, what waits for staff must not keep the workers from what waits for members.
    """
    found = faults.classify(error, STAFF, repeatable=repeatable)
    if isinstance(error, SlackApiError) or isinstance(found, Failed):
        return found
    return replace(found, whole_provider=True)
