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
_ASKS = r"(?:(?:can|could|may|shall|should|will|would) (?:we|i|you|u) |let'?s |let me |lemme |i(?:'d| would) like to |i(?:'ll| will) |(?:i(?:'d| would|d) )?(?:much )?(?:rather |prefer to )|i(?: want| wanna| need)(?: to)? |i'?m going to |going to |gonna |please )?"
_QUESTION = r"(?: (?:this|that|it|these|the|one|ones|q|question|questions|survey|part|bit|step|to the next|over))*"
_TELL = r"(?:say|answer|tell|share|comment|disclose|respond|reply|rate|score|give (?:a |an )?(?:number|score|answer|rating)|go into|get into|discuss|go there|talk about|comment on|be drawn(?: on)?|give one)"
_ABOUT = r"(?: (?:you|that|this|it|one|to|on|question|the|these|a|number|here|right))*"

_SKIP = (
    r"(?:skip|pass|next)(?:[ ,.!]+(?:skip|pass|next|it|this))+",
    rf"{_ASKS}(?:leave|give|jump|omit|avoid|drop|ignore)(?: over)?(?: (?:this|that|it|the))?(?: (?:one|question|q))?(?: (?:out|blank|empty|be|a miss|unanswered|for now))?",
    r"(?:i )?abstain(?:ing)?|not (?:this|that) (?:one|question)(?: (?:please|thanks))?|no (?:score|rating|opinion|view)(?: from me)?",
    rf"{_ASKS}(?:skip|pass|miss|leave out)(?: on)?{_QUESTION}",
    rf"(?:on to the |go to the |move on to the |{_ASKS}(?:have the |go to the |move on to the )?)?next(?: (?:question|one|q))?",
    rf"{_ASKS}move on",
    rf"(?:i(?:'d| would|d)? )?(?:would |much |really )*(?:prefer|rather|sooner) not(?: to)?(?: {_TELL})?{_ABOUT}",
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
_WISH = r"(?:i(?:'d| would|d) (?:much |far |really )?(?:sooner|rather|prefer(?: to)?|like(?: to)?|love to|appreciate|feel better)|i (?:want|wish|need|wanna|would like)(?: to)?|(?:can|could|may|might|shall) (?:i|we)|is it possible to|would it be possible to|is there any (?:chance|way) (?:of|to|i (?:can|could))|any (?:chance|way) (?:of|to|i (?:can|could))|it would be (?:easier|better|good|great|nice) to|it'd be (?:easier|better|good|great|nice) to|let me|how (?:do|can|could) i|would you mind if i)"
_SPEAK = r"(?:(?:please |just |maybe |quickly )*(?:speak|talk|chat|discuss|go over|go through|run|sort|deal|have|take|get|speaking|talking|chatting|discussing|having|arrange|book|set up)(?: (?:it|this|that|things|everything|my situation|a|an|the|quick|short|proper|few|words?|chat|talk|call|conversation|discussion|meeting|advice|help|minutes?|some))*(?: (?:over|through|out|about (?:it|this|that)))?)"
_WHO_ELSE = r"(?:one of (?:you|ye|yous|your people|the people|your lot)|(?:someone|somebody|anyone|anybody|a person|a human|a member of staff|the person|a colleague|people|the people|the one|whoever|one of the team|one of your team)(?: (?:else|human|real|actual|proper|alive|in person|senior|responsible|(?:in|from|at|on) (?:the |your )?(?:\w+ )?(?:team|office|staff|desk|department|association|membership|support|society|side|headquarters|hq|end)|who (?:knows|can help|understands|deals)(?: (?:about|with|me|us|this|that|these|such|it|things))*))*)"
_FOR_THIS = r"(?: (?:about (?:it|this|that|my \w+)|on the phone|over the phone|by phone|in person|please|instead|directly|rather than (?:a|this) (?:bot|machine|robot|text|computer)|not a (?:bot|machine|robot|computer)|for (?:a minute|a moment|two minutes|a sec|a bit|once)|at some (?:point|stage)|this week|some ?time|if possible|when (?:possible|convenient)))*"
_PERSON = (
    rf"{_WISH} {_SPEAK} (?:with|to|past|from) (?:{_A_PERSON}|{_WHO_ELSE}){_ON}{_FOR_THIS}",
    rf"(?:is|would) there (?:be )?(?:{_A_PERSON}|{_WHO_ELSE})(?: (?:there|here|available|free|around|about|at all))*(?: (?:that|who|whom))? ?(?:(?:i|we) (?:can|could|may|might) (?:just |maybe )?(?:(?:have|get) an? (?:quick |little )?(?:chat|word|talk|conversation|call) with|speak (?:to|with)|talk (?:to|with)|chat (?:to|with)|ring|call|phone|contact|ask|discuss (?:it|this|that) with|turn to)|to (?:talk|speak|chat) (?:to|with))?{_ON}{_FOR_THIS}",
    rf"(?:(?:can|could|may|might|shall) (?:i|we) (?:have|get|arrange|book|do) |(?:is there )?any (?:chance|possibility|hope) of |how about |i(?:'d| would) (?:like|prefer|love|appreciate) |i (?:want|need) )(?:a |an )?(?:quick |short |phone |proper |human )*(?:call|chat|word|conversation|phone ?call|call ?back|talk)(?: (?:with|from) (?:{_A_PERSON}|{_WHO_ELSE}))?{_ON}{_FOR_THIS}",
    rf"(?:(?:can|could|would|will) (?:you )?(?:please )?(?:get |have |ask )?|please (?:get|have|ask) |get |have )?{_WHO_ELSE} (?:please |to |can |could |kindly )*(?:call|ring|phone|telephone|speak to|speak with|talk to|get in touch with|get back to|contact|help|give) me(?: a (?:call|ring|bell|buzz))?{_ON}{_FOR_THIS}",
    rf"(?:i (?:want|need|wanna|would like|wish)(?: to)? |i(?:'d|d) (?:like|rather|prefer)(?: to)? |get me |give me |put me (?:through|in touch|on) (?:to|with) |connect me (?:to|with) |transfer me to |(?:can|could|may) i (?:have|get) |is there ){_A_PERSON}{_ON}",
    rf"{_NAMED_ALONE}{_ON}",
    rf"(?:(?:can|could|may|might|shall|should) i |is it possible to |how (?:do|can) i |i (?:want|need|wanna|would like|wish|prefer) (?:to )?|i(?:'d|d) (?:like|rather|prefer)(?: to)? |let me |i must |please let me )?(?:please )?(?:speak|talk|chat)(?:ing)? (?:to|with) {_A_PERSON}{_ON}",
    rf"(?:(?:can|could|would|will) (?:you |u )?(?:please )?(?:get |have |ask )?|i (?:want|need|would like) |i(?:'d|d) (?:like|prefer) |please (?:get|have|ask) |get |have |ask )?{_A_PERSON} (?:please |to |can |could )*{_CALLS} me{_ON}",
    rf"(?:(?:can|could|would|will) (?:you|u) )?(?:please )?(?:call|ring|phone|telephone) me{_ON}",
    r"(?:(?:can|could|would|will) (?:you|u|someone|somebody) )?(?:please )?give me a (?:call|ring|bell|buzz)(?: back)?",
)
# What may stand beside "skip" and is no answer itself.
_NO_ANSWER = r"(?:(?:i(?:'ve)? )?(?:really )?(?:have |got |have got )?(?:no|nothing|none|not any)(?: (?:answer|idea|opinion|comment|comments|view|views|preference|to say|to add|clue|thoughts))*(?: (?:from me|(?:on|about|for|to|with) (?:this|that|it)(?: one| question)?|here|really|at all))*|(?:i )?(?:do not|don'?t|dont) (?:know|have (?:one|an answer|an opinion|a view|any)|mind|care|remember|understand)(?: (?:this|that|it|what to (?:say|put)|the question))?|dunno|not sure(?: (?:about|on|of) (?:this|that|it|one))*|hard to say|too soon to (?:say|tell)|can'?t (?:say|think of anything|tell|answer(?: that| this)?)|(?:i )?(?:haven'?t|have not|never) (?:used|been|tried|needed)(?: (?:it|that|them|any|to one|one))?(?: (?:yet|enough))*|(?:it's |that's )?(?:none of your business|private|personal|not relevant|not for me)|hm+|n/?a|whatever|boring|sorry|busy|no time)"
_SURVEY_STOP = r"(?:(?:no more|enough|stop (?:with|sending(?: me)?|asking(?: me)?)?|don'?t send me|don'?t want)(?: (?:any|of|your|ur|the|these|this|those|more|such|stupid|silly|annoying))*) (?:surveys?|questionnaires?|questions|polls?|feedback requests?)(?:,? (?:and|or) (?:messages|texts|e-?mails|questions|surveys|stuff))?(?: (?:any ?more|again))?|stop (?:asking|surveying|polling)(?: me)?(?: (?:this|that|things|stuff|about it))?(?: again)?"


def _whole(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?:{_COURTESY}{_GAP})*(?:{'|'.join(patterns)})(?:{_GAP}{_COURTESY})*")


_WHOLE = {
    Command.SKIP: _whole(_SKIP),
    Command.PERSON: _whole(_PERSON),
    Command.LATER: _whole(_LATER),
    Command.STOP: _whole((_SURVEY_STOP,)),
}

_PARTS = re.compile(
    r"[,.;:!?\n]+|\s-+\s|\s+(?:so|but|and|just)\s+(?:i'?ll |i'?d |please |just )*(?=skip|pass|next|rather|prefer|move|leave|i)"
)
_EMPTY = re.compile(rf"(?:{_COURTESY}{_GAP})*(?:{_NO_ANSWER}|{_COURTESY})(?:{_GAP}{_COURTESY})*")


def read_command(text: str) -> Command | None:
    """The command that `text` is; None for every other text, however short."""
    if _stops(text):
        return Command.STOP
    said = _EDGE.sub("", " ".join(fold(text[: 4 * _LONGEST]).split()))
    if len(said) > _LONGEST:
        return None
    return next((command for command, pattern in _WHOLE.items() if pattern.fullmatch(said)), None)


def passes_over(text: str, *, whatever_else: bool = False) -> bool:
    """Whether a question is passed over in one part of a text whose others answer nothing: "no answer, skip it".

    `whatever_else`: the others may be anything without a figure, as beside a question for a score.
    """
    said = " ".join(fold(text[: 4 * _LONGEST]).split())
    parts = [part for part in (_EDGE.sub("", part) for part in _PARTS.split(said)) if part]
    if len(said) > _LONGEST or any(char.isdigit() for char in said):
        return False
    skips = [part for part in parts if _WHOLE[Command.SKIP].fullmatch(part)]
    return bool(skips) and all(whatever_else or part in skips or _EMPTY.fullmatch(part) for part in parts)


def _stops(text: str) -> bool:
    found = classify(text, opted_out=False)
    return found is not None and found.keyword is Keyword.STOP
