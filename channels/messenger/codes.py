"""The Graph API's errors: what each code, with its subcode, means for the message, the member and the page.

From Meta's references for the Send API and the Graph API, as of November 2026. The HTTP status tells nothing: it is not
documented, and refusals with 200 have been seen. A new code may appear any day, so that an unknown one means "not sent,
not tried again, look into it".
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

from bot.ports import Failed, RetryLater, Unknown

log = logging.getLogger(__name__)


class Kind(Enum):
    """What an error is about, and so what is to be done."""

    LATER = "refused for now"
    AMBIGUOUS = "it went wrong at Meta, and may have been sent"
    PAGE = "nothing can be sent until somebody repairs the page or its app"
    MEMBER = "this member can't be reached by us"
    WINDOW = "the member has been silent for too long"
    MESSAGE = "this message failed; the member may be fine"
    OURS = "we asked for what is not allowed"


@dataclass(frozen=True)
class Meaning:
    """`words` say to staff what happened. `everybody` is for what says something about all messages."""

    kind: Kind
    words: str
    everybody: bool = False


REPAIR_PAUSE = timedelta(minutes=10)

MEANINGS: dict[tuple[int, int | None], Meaning] = {
    (1, None): Meaning(Kind.LATER, "an unknown error at Meta"),
    (2, None): Meaning(Kind.LATER, "Meta is out of service for now"),
    (4, None): Meaning(Kind.LATER, "over the app's rate", everybody=True),
    (10, None): Meaning(Kind.PAGE, "our app lacks a permission"),
    (10, 1893063): Meaning(Kind.PAGE, "Meta restricts the page from sending"),
    (10, 2018278): Meaning(Kind.WINDOW, "the 24 hours are over"),
    (10, 2018300): Meaning(Kind.MESSAGE, "another app holds the conversation"),
    (32, None): Meaning(Kind.LATER, "over the page's rate", everybody=True),
    (100, None): Meaning(Kind.OURS, "Meta doesn't accept a parameter"),
    (100, 1893061): Meaning(Kind.OURS, "the message tag is retired"),
    (100, 2018001): Meaning(Kind.MEMBER, "no such person for this page"),
    (190, None): Meaning(Kind.PAGE, "Meta refuses the page's token"),
    (200, None): Meaning(Kind.PAGE, "our app lacks a permission"),
    (230, None): Meaning(Kind.PAGE, "our app lacks the permission pages_messaging"),
    (368, None): Meaning(Kind.PAGE, "Meta blocks the page for abuse"),
    (551, None): Meaning(Kind.MEMBER, "the member blocked the page, or left Messenger"),
    (613, None): Meaning(Kind.LATER, "over the rate", everybody=True),
    (1200, None): Meaning(Kind.AMBIGUOUS, "Meta failed to send it for now"),
    (80006, None): Meaning(Kind.LATER, "over the page's rate", everybody=True),
}
UNEXPLAINED = Meaning(Kind.MESSAGE, "unknown error")


@dataclass(frozen=True)
class WindowClosed(Failed):
    """Not in this way; perhaps in another."""


def explain(code: int, subcode: int | None) -> Meaning:
    """What an error means: by code and subcode, or by its code alone."""
    return MEANINGS.get((code, subcode)) or MEANINGS.get((code, None)) or UNEXPLAINED


def refusal(
    code: int, subcode: int | None, after: timedelta | None, *, at_most_once: bool
) -> RetryLater | Failed | Unknown:
    """What becomes of a message that was refused with this error; `after` is the pause that Meta asks for.

    What may have been sent all the same is repeated only for a member who waits for an answer, after a look for its
    echo.
    """
    meaning = explain(code, subcode)
    reason = f"{meaning.words} (Meta {code}{f'/{subcode}' if subcode is not None else ''})"
    match meaning.kind:
        case Kind.LATER:
            return RetryLater(reason, after, whole_provider=meaning.everybody)
        case Kind.AMBIGUOUS:
            return Unknown(reason) if at_most_once else RetryLater(reason, after)
        case Kind.PAGE:
            log.error("Messenger: %s", meaning.words, extra={"code": code, "subcode": subcode})
            return RetryLater(reason, after or REPAIR_PAUSE, whole_provider=True)
        case Kind.MEMBER:
            return Failed(reason, unusable=True)
        case Kind.WINDOW:
            return WindowClosed(reason)
        case Kind.MESSAGE | Kind.OURS:
            log.error("Messenger refuses a message: %s", meaning.words, extra={"code": code, "subcode": subcode})
            return Failed(reason)
