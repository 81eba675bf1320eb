"""Named values in the words of staff."""

from __future__ import annotations

from bot.handoff import names

channel = names.channel

REASONS = {
    "silent": "No answer to our messages",
    "unreachable": "No way to reach them",
    "stuck": "Stuck on a step",
    "asked": "Asked for a person",
    "distress": "Words of distress",
    "stranger": "An unknown number wrote",
    "assistant_down": "The assistant could not answer",
    "wrong_number": "Our address for them is somebody else's",
    "identity": "Something to put right in their record",
    "leaving": "Wants to leave",
    "complaint": "A complaint",
    "privacy": "About the data that we hold",
    "technical": "Something does not work",
    "detractor": "A bad answer to a survey",
    "staff": "A colleague wrote first",
}

BEST = {
    "wished": "they asked for it",
    "answers": "they answer there most",
    "last": "they wrote there last",
    "only": "the only way that is open",
}
"""Why a channel is the best one to write on."""

CLOSED = {
    "opted_out": "they said stop",
    "unusable_address": "the address does not work",
    "no_consent": "they have not agreed",
}
"""Why a channel may not be used."""

STEPS = {
    "pending": "not begun, as far as we know",
    "in_progress": "begun",
    "blocked": "stuck",
}

SCALES = {"nps": "NPS", "csat": "CSAT", "ces": "CES"}
BANDS = {"nps": {"low": "detractor", "middle": "passive", "high": "promoter"}}
"""What a score of this kind makes of its giver; of other kinds, see `band`."""

TOUCHES = {
    "held": "waits for a better moment",
    "queued": "is on its way",
    "sent": "was sent",
    "delivered": "was delivered",
    "read": "was read",
    "skipped": "was left out",
    "cancelled": "was called off",
    "failed": "could not be delivered",
    "unknown": "may have been sent; nobody knows",
}

CALLS = {
    "no_answer": "was not answered",
    "busy": "found the line busy",
    "machine": "reached an answering machine",
    "declined": "was declined",
    "msm_not_reached": "could not be put through",
    "talked": "was answered",
}
"""What came of a call; it says more than whether the call was placed."""

FAILED_DELIVERIES = {
    "failed": "The reply could not be delivered",
    "dead": "The reply could not be delivered",
    "refused": "The reply was not sent",
    "unknown": "Nobody knows whether the reply was delivered",
}

ADVICE = {
    "failed": "Reach the member in another way: call, or write to another address.",
    "dead": "Reach the member in another way, or reply again when the fault is repaired.",
    "refused": "Reach the member in another way, if they agreed to one.",
    "unknown": "Ask the member before you send it again; it isn't sent twice by itself.",
}


def words(value: str) -> str:
    """A named value without its underscores."""
    return value.replace("_", " ")


def band(kind: str, value: str) -> str:
    """Where a score stands."""
    return BANDS.get(kind, {}).get(value, {"low": "low", "middle": "in the middle", "high": "high"}.get(value, value))


def sentence(value: str) -> str:
    """With a capital first letter."""
    return value[:1].upper() + value[1:]


def reason(name: str) -> str:
    return REASONS.get(name, sentence(words(name)))
