"""How a member would like to be written to, what they want from their membership, and once more what was said."""

from __future__ import annotations

import re

import sqlalchemy as sa

from bot import audit
from bot.conversation.answers import bring_person
from bot.conversation.scene import Say, Scene
from bot.events.observed import done_here
from bot.language.contact_times import read_contact_times
from bot.members import goals
from bot.members.fields import FieldRefused
from bot.model import HandOffReason, OutboxMessage, Priority, Purpose, Question
from bot.outreach.reach import is_free

REPEATED = "reply:repeat"
"""The rule of a message that said something once more."""
CHANNELS = (
    ("voice", re.compile(r"\b(?:call|phone|ring|voice)\b", re.IGNORECASE), "phone"),
    ("telegram", re.compile(r"\btelegram\b", re.IGNORECASE), "Telegram"),
    ("messenger", re.compile(r"\b(?:messenger|facebook|fb)\b", re.IGNORECASE), "Messenger"),
    ("slack", re.compile(r"\bslack\b", re.IGNORECASE), "Slack"),
    ("email", re.compile(r"\be-?mails?\b|\bmail\b", re.IGNORECASE), "e-mail"),
    ("sms", re.compile(r"\b(?:sms|texts?|text message|txt)\b", re.IGNORECASE), "text message"),
)
NOT_THAT = re.compile(r"\b(?:not|no|don'?t|stop|instead of|rather than|quit)\b[^,.;]{0,25}$", re.IGNORECASE)
GOAL_OPENING = re.compile(
    r"^\W*(?:(?:hi|hello|hey|ok|okay|well|so|actually|yes|yeah)\b[\s,!.]*)*"
    r"(?:(?:my|the) (?:new )?(?:main )?goal (?:is|would be|for (?:this|the) year is|now is)"
    r"|(?:change|set|update|make) my goal (?:to|as)?"
    r"|i(?:'d| would)? (?:really )?(?:want|like|love|hope|wanna|aim|plan|need) to"
    r"|i want|i'm (?:hoping|looking|aiming) to|what i want is)\b[\s:,-]*(?:be (?:that )?)?",
    re.IGNORECASE,
)
GENERIC = re.compile(
    r"^\W*(?:(?:hi|hello|hey|please|and|so)\b\W*)*(?:(?:can|could|may|how (?:do|can|could)) (?:i|we|you) (?:please )?)?"
    r"(?:to )?(?:change|set|update|edit|have|pick|talk about|discuss)? ?(?:it|my|a|the)? ?(?:new )?goals?\W*$",
    re.IGNORECASE,
)


def set_goal(scene: Scene) -> list[Say]:
    """Keeps the goal that they name; asks for it when they only say that they have one."""
    text = goal_in(scene.heard.text)
    if text is None:
        scene.ask(Question.GOAL, step=scene.conversation.data.get("step"))
        return [Say("utter_ask_goal", scene.said)]
    return _keep_goal(scene, text)


def tell_goal(scene: Scene) -> list[Say]:
    """The answer to "what is your goal?": their own words."""
    return _keep_goal(scene, goal_in(scene.heard.text) or scene.heard.text)


def goal_in(text: str) -> str | None:
    """The goal in a message, without what leads up to it; None when it names none."""
    rest = GOAL_OPENING.sub("", text, count=1).strip(" .!:-\n")
    return None if len(rest.split()) < 2 or GENERIC.match(rest) or GENERIC.match(text) else rest


def _keep_goal(scene: Scene, text: str) -> list[Say]:
    try:
        goal = goals.set_goal(scene.session, scene.member, text, scene.source.source, scene.now)
    except FieldRefused:
        scene.ask(Question.GOAL, step=scene.conversation.data.get("step"))
        return [Say("utter_ask_goal", scene.said)]
    scene.forget()
    done_here(scene.session, scene.programme, scene.member, "goal.set", scene.source, scene.now)
    return [Say("utter_goal_kept", {"goal": goal.text})]


def change_channel(scene: Scene) -> list[Say]:
    """Prefers a channel from now on, if there is an address for it; calls and missing addresses are for a person."""
    found = channel_in(scene.heard.text)
    if found is None:
        return [Say("utter_which_channel", scene.said)]
    channel, name = found
    has_address = any(point.channel == channel and is_free(point) for point in scene.member.contact_points)
    if channel == "voice" or not has_address:
        bring_person(scene, HandOffReason.ASKED, f"Would rather be reached by {name}: {scene.heard.text[:300]}",
                     priority=Priority.NORMAL)  # fmt: skip
        return [Say("utter_channel_by_person", {**scene.said, "channel": name})]
    _wish(scene, channel=channel)
    return [Say("utter_channel_kept", {"channel": name})]


def channel_in(text: str) -> tuple[str, str] | None:
    """The channel that a message asks for, and its name; one that it turns down doesn't count."""
    wanted = [
        (match.start(), channel, name)
        for channel, pattern, name in CHANNELS
        for match in pattern.finditer(text)
        if not NOT_THAT.search(text[: match.start()])
    ]
    if not wanted:
        return None
    _at, channel, name = min(wanted)
    return channel, name


def change_contact_time(scene: Scene) -> list[Say]:
    """At which hour, on which days, how often: kept, and used for every message that the programme begins."""
    wished = read_contact_times(scene.heard.text)
    if wished.hour is None and wished.weekdays_only is None and not wished.less_often:
        return [Say("utter_which_time", scene.said)]
    changes: dict[str, object] = {}
    if wished.hour is not None:
        changes["hour"] = wished.hour
    if wished.weekdays_only is not None:
        changes["weekdays"] = wished.weekdays_only
    if wished.less_often:
        changes["less"] = True
    _wish(scene, **changes)
    return [Say("utter_time_kept", scene.said)]


def repeat(scene: Scene) -> list[Say]:
    """The last thing that was said to the member, once more."""
    said = (
        sa.select(OutboxMessage)
        .where(
            OutboxMessage.member_id == scene.member.id,
            OutboxMessage.purpose.in_([Purpose.TOUCH, Purpose.REPLY, Purpose.STAFF_REPLY]),
            OutboxMessage.sent_at.is_not(None),
            OutboxMessage.rule != REPEATED,  # who asks a second time wants the words, not "once more: once more:"
        )
        .order_by(OutboxMessage.id.desc())
        .limit(1)
    )
    last = scene.session.scalars(said).first()
    if last is None or not last.body.get("text"):
        return [Say("utter_nothing_to_repeat", scene.said)]
    return [Say("utter_again", {"words": str(last.body["text"])})]


def _wish(scene: Scene, **changes: object) -> None:
    scene.member.wishes = {**scene.member.wishes, **changes}
    told = ", ".join(f"{name}: {value}" for name, value in changes.items())
    audit.write(scene.session, scene.now, scene.source.source, "member.wish", member_id=scene.member.id, reason=told)
