"""What Slack's refusals mean for the channel of staff."""

from __future__ import annotations

from bot.ports import Failed, RetryLater, Unknown
from slackkit import faults

STAFF = faults.Meanings(
    who="staff",
    repair={
        "channel_not_found": "the staff channel doesn't exist, or the app can't see it",
        "is_archived": "the staff channel is archived",
        "not_in_channel": "the app was not invited to the staff channel",
    },
)


def classify(error: Exception, *, repeatable: bool = False) -> RetryLater | Failed | Unknown:
    """`repeatable` says that doing it twice is harmless, so that an unclear outcome is simply tried again."""
    return faults.classify(error, STAFF, repeatable=repeatable)
