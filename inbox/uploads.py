"""Sharing a picture in a channel: Slack names an address, takes the picture there, and shows it when that is done."""

from __future__ import annotations

from dataclasses import dataclass

import httpx
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.ports import Failed, RetryLater, Sent, Unknown
from inbox.faults import classify
from slackkit.faults import code_of

NEEDS_SCOPE = "missing_scope"


@dataclass(frozen=True)
class Picture:
    """`name` is by which the message is found again, `alt_text` for those who can't see it (1000 characters)."""

    name: str
    title: str
    alt_text: str
    png: bytes


def share(
    client: WebClient, channel: str, comment: str, picture: Picture, seconds: float
) -> Sent | RetryLater | Unknown | Failed | None:
    """Posts the picture under `comment`, which is formatted; each call takes at most about `seconds`.

    None when Slack takes no pictures from us: then nothing was posted. Only the last call shows anything, so that the
    ones before may be repeated.
    """
    try:
        place = client.files_getUploadURLExternal(
            filename=picture.name, length=len(picture.png), alt_txt=picture.alt_text
        )
    except Exception as error:  # noqa: BLE001 - urllib and the library raise many kinds; each is classified
        return _before(error)
    try:
        httpx.post(str(place["upload_url"]), content=picture.png, timeout=seconds).raise_for_status()
    except httpx.HTTPError as error:
        return RetryLater(f"the picture could not be uploaded: {type(error).__name__}")
    files = [{"id": place["file_id"], "title": picture.title}]
    try:
        client.files_completeUploadExternal(files=files, channel_id=channel, initial_comment=comment)
    except Exception as error:  # noqa: BLE001 - as above
        return classify(error)
    return Sent(f"{channel}:{place['file_id']}")


def _before(error: Exception) -> RetryLater | None:
    """Nothing was posted yet: what passes is waited for, and what doesn't means that there are no pictures."""
    if isinstance(error, SlackApiError) and code_of(error) == NEEDS_SCOPE:
        return None
    problem = classify(error, repeatable=True)
    return problem if isinstance(problem, RetryLater) else None
