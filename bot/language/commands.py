# ruff: noqa: E501 - patterns read best in one piece
"""A message that is, as a whole, one of four commands: pass over the question, later, a person, no more of this.

Only what can hardly be meant otherwise counts, courtesies around it aside: "skip" and "can someone call me", but not
"skip the queue at events would be nice". No model is asked, so a survey works without one.
"""

from __future__ import annotations

import re
from enum import StrEnum

from bot.language.keywords import Keyword, classify
from bot.language.text import fold


class Command(StrEnum):
    """What the member wants done with the question."""

    SKIP = "skip"
    LATER = "later"
    PERSON = "request_human"
    STOP = "opt_out"


_LONGEST = 160
_EDGE = re.compile(r"^[\W_]+|[\W_]+$")
_COURTESY = r"(?:please|pls|plz|plse|thanks?(?: you)?|thx|ty|ta|cheers|hi|hello|hey|ok(?:ay)?|no|nope|nah|yes|yeah|yep|not yet|sorry|just|actually|um+|erm?|well|so|maybe|perhaps|i think|i guess|if (?:possible|you can|that'?s ok(?:ay)?)|though|then|asap|urgently|today|now)"
_GAP = r"(?:[\s,.!?;:)(-]|\u2026)+"
_ASKS = r"(?:(?:can|could|may|shall|should|will|would) (?:we|i|you|u) |let'?s |let me |lemme |i(?:'d| would) like to |i(?:'ll| will) |i(?: want| wanna| need)(?: to)? |i'?m going to |going to |gonna |please )?"
_QUESTION = r"(?: (?:this|that|it|these|the|one|ones|q|question|questions|survey|part|bit|step|to the next|over))*"
_TELL = r"(?:say|answer|tell|share|comment|disclose|respond|reply|rate|score|give (?:a |an )?(?:number|score|answer|rating))"
_ABOUT = r"(?: (?:you|that|this|it|one|to|on|question|the|these|a|number|here|right))*"

_SKIP = (
    rf"{_ASKS}(?:skip|pass|miss|leave out)(?: on)?{_QUESTION}",
    rf"(?:on to the |go to the |move on to the |{_ASKS}(?:have the |go to the |move on to the )?)?next(?: (?:question|one|q))?",
    rf"{_ASKS}move on",
    rf"(?:i(?:'d| would|d)? )?(?:much |really )?(?:prefer|rather|sooner) not(?: to)?(?: {_TELL})?{_ABOUT}",
    rf"(?:i )?(?:do not|don'?t|dont|wo?n'?t|would not|will not|am not going|'?m not going|not going)(?: (?:want|wish|care|like|feel like|intend|be))*(?: to)? (?:{_TELL}|answering|saying|rating|telling)(?: any)?{_ABOUT}",
    rf"(?:i'?m |i am )?not (?:answering|saying|telling|rating|sharing|scoring){_ABOUT}",
    r"(?:i(?:'d| would)? )?(?:have )?no (?:comment|comments|answer|reply)",
    rf"(?:i )?(?:decline|refuse)(?: to)?(?: {_TELL})?{_ABOUT}",
    r"no,? (?:thanks|thank you|thx|ty|ta)",
    r"none of your business|that'?s private|mind your own business",
)
_PROPOSES = r"(?:(?:can|could|may|shall|would) (?:we|i|you|u) |let'?s |i'?d rather |please )?"
_TIME = r"(?:later(?: (?:on|today|this week|tonight))?|another (?:time|day)|some other time|some time else|next time|in a (?:bit|while|moment|minute|sec)|tonight|tomorrow|next week|this (?:evening|afternoon|weekend)|when i(?:'m| am| have| get)? ?(?:less busy|free|home|back|more time|time|a minute))"
_LATER = (
    rf"(?:not (?:right )?now|not today|not at the moment)(?:[ ,.-]+(?:(?:ask|text|try|remind|message|ping) (?:me )?(?:again )?)?(?:maybe |perhaps )?{_TIME})?",
    rf"(?:(?:busy|in a meeting|driving|at work)(?: right)?(?: now| at the moment)?[ ,.-]+)?{_PROPOSES}(?:(?:do|answer|reply to|come back to|get back to|look at) (?:it|this|that|you|these) |(?:ask|text|try|remind|message|ping|nudge|prompt)(?: me)?(?: again)?(?: about (?:it|this|that))? )?(?:again )?{_TIME}",
    r"(?:i'?m |i am |a bit |bit )*busy(?: right)?(?: now| at the moment)?",
    r"snooze|postpone|ask (?:me )?again",
)
_A_PERSON = r"(?:(?:an?|the|some|any|real|live|actual|human|proper|member of|one of (?:your|the)|your|my|customer|support|member success|success|staff|team) )*(?:person|human(?: being)?|people|someone|somebody|anyone|anybody|agent|adviser|advisor|operator|representative|rep|staff(?: member)?|colleagues?|team|manager|msm|supervisor)"
_NAMED_ALONE = r"(?:(?:an?|the|real|live|actual|human|proper|please get me an?) )*(?:person|human(?: being)?|agent|adviser|advisor|operator|representative|rep|msm)"
_ON = r"(?: (?:in charge|instead|directly|about (?:it|this|that|things)|on the phone|by phone|here|real|back|from (?:the|your) (?:team|office)))*"
_CALLS = r"(?:call|ring|phone|telephone|speak to|speak with|talk to|get in touch with|get back to|contact)"
_PERSON = (
    rf"(?:i (?:want|need|wanna|would like|wish)(?: to)? |i(?:'d|d) (?:like|rather|prefer)(?: to)? |get me |give me |put me (?:through|in touch|on) (?:to|with) |connect me (?:to|with) |transfer me to |(?:can|could|may) i (?:have|get) |is there ){_A_PERSON}{_ON}",
    rf"{_NAMED_ALONE}{_ON}",
    rf"(?:(?:can|could|may|might|shall|should) i |is it possible to |how (?:do|can) i |i (?:want|need|wanna|would like|wish|prefer) (?:to )?|i(?:'d|d) (?:like|rather|prefer)(?: to)? |let me |i must |please let me )?(?:please )?(?:speak|talk|chat)(?:ing)? (?:to|with) {_A_PERSON}{_ON}",
    rf"(?:(?:can|could|would|will) (?:you |u )?(?:please )?(?:get |have |ask )?|i (?:want|need|would like) |i(?:'d|d) (?:like|prefer) |please (?:get|have|ask) |get |have |ask )?{_A_PERSON} (?:please |to |can |could )*{_CALLS} me{_ON}",
    rf"(?:(?:can|could|would|will) (?:you|u) )?(?:please )?(?:call|ring|phone|telephone) me{_ON}",
    r"(?:(?:can|could|would|will) (?:you|u|someone|somebody) )?(?:please )?give me a (?:call|ring|bell|buzz)(?: back)?",
)
_SURVEY_STOP = r"(?:(?:no more|enough|stop (?:with|sending(?: me)?|asking(?: me)?)?|don'?t send me|don'?t want)(?: (?:any|of|your|ur|the|these|this|those|more|such|stupid|silly|annoying))*) (?:surveys?|questionnaires?|questions|polls?|feedback requests?)(?:,? (?:and|or) (?:messages|texts|e-?mails|questions|surveys|stuff))?(?: (?:any ?more|again))?|stop (?:asking|surveying|polling)(?: me)?(?: (?:this|that|things|stuff|about it))?(?: again)?"


def _whole(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?:{_COURTESY}{_GAP})*(?:{'|'.join(patterns)})(?:{_GAP}{_COURTESY})*")


_WHOLE = {
    Command.SKIP: _whole(_SKIP),
    Command.PERSON: _whole(_PERSON),
    Command.LATER: _whole(_LATER),
    Command.STOP: _whole((_SURVEY_STOP,)),
}


def read_command(text: str) -> Command | None:
    """The command that `text` is; None for every other text, however short."""
    if _stops(text):
        return Command.STOP
    said = _EDGE.sub("", " ".join(fold(text[: 4 * _LONGEST]).split()))
    if len(said) > _LONGEST:
        return None
    return next((command for command, pattern in _WHOLE.items() if pattern.fullmatch(said)), None)


def _stops(text: str) -> bool:
    found = classify(text, opted_out=False)
    return found is not None and found.keyword is Keyword.STOP
