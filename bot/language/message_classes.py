# ruff: noqa: E501 - patterns read best in one piece
"""Somebody wants no more of one class of messages, or no more surveys: "no more event invitations". English; only plain wishes count.

Who takes back everything ("stop texting me", beside whatever else) is no case of this: then STOP is what they mean. Nor
is a wish about one event, about a newsletter (which may be anybody's), or about some of the time.
"""

from __future__ import annotations

import re
from functools import lru_cache

from bot.language.keywords import classify
from bot.language.text import REMEMBERED, fold
from bot.programme.base import Declinable

_LONGEST = 500
_SENTENCE = re.compile(r"[^.!?;\n]+[.!?;\n]*")
_BREAKS = re.compile(r"\s*[,:]\s*|\s+-+\s+|\s+(?=(?:but|because|cos|coz|as long as|since|though|although|so)\b)")
_JOINS = re.compile(r"^(?:but|and|because|cos|coz|since|though|although|so)\s+")

_POLITE = (
    r"(?:please|pls|plz|thanks?|thank you|thx|ty|cheers|hi|hello|hey|ok(?:ay)?|yes|no|sorry|just|kindly|actually|honestly|really|i think|i said|i already said"
    r"|also|oh|and|so|well|for me|to me|me|by (?:text|sms|e-?mail|phone|whatsapp)|from (?:you|you guys|u|now on|here|here on)|here|any ?more|any longer|ever|at all|again|in future|in the future)"
)
_OPENING = rf"(?:{_POLITE}[ ,]+)*"
_CLOSING = rf"(?:[ ,]+{_POLITE})*"
_ASKING = r"(?:(?:can|could|would|will) (?:you|u|we) (?:please |pls |just |kindly )*|(?:i'd|i would|id) (?:like|prefer|rather) (?:you )?(?:to )?|i (?:want|wish|need)(?: you| u)? to |(?:how|where) (?:do|can|could|would) i |can i (?:please )?|let me |i'm going to |i am going to |you can )?"
_DETERMINER = r"(?:(?:all|any|of|the|these|those|this|that|your|ur|my|more|further|future|other|such|sort of|kind of|constant|daily|weekly|annoying|silly|bloody|stupid|so many|unwanted) )*"
_MESSAGES = r"(?:messages?|msgs?|texts?|txts?|sms|e-?mails?|mails?|notifications?|alerts?|announcements?|updates?|reminders?|calls?|stuff|things|news|mailings?|ones|list|lists|mailing list)"
# "Marketing" alone is what is promotional; "marketing texts" is what people call all texts that they don't want.
_SELLING = r"(?:promo|promotion|promotional|sales|advertising|commercial|special|discount|partner|sponsor|sponsored|offer|upsell|upgrade)"
_EVENTS = r"(?:events|webinars|workshops|conferences|galas|dinners|courses|trainings|meetups|socials|networking|trips)"
_FOR_EVENTS = r"(?:events?|webinars?|workshops?|courses?|meetups?|socials|networking)"

# What is promotional, in the plural or as a mass: one invitation is one event, and no class.
_PROMOTIONAL = (
    rf"(?:(?:{_SELLING}|{_FOR_EVENTS}) )*(?:invitations|invites)(?: (?:to|for) (?:(?:your|the|any|these|those|more) )?{_EVENTS})?",
    rf"(?:{_SELLING} )*(?:promotions|promos|adverts|ads|advertisements|advertising|marketing|special offers|offers|deals|discounts|sales pitch(?:es)?|upsells)",
    rf"(?:{_SELLING}|{_FOR_EVENTS}) {_MESSAGES}",
    rf"{_MESSAGES} (?:about|for|on|with|regarding) (?:(?:your|the|any|these|those|all|all the|upcoming|special|new) )*(?:{_EVENTS}|offers|deals|discounts|promotions|promos|invitations|sales)",
)
_RELATIONSHIP = (
    r"(?:progress |your )?check[- ]?ins?(?: (?:messages|questions|texts|e-?mails|calls))?",
    r"progress (?:checks|questions|messages|texts|e-?mails|check-?ins)",
    r"(?:questions|messages|texts|e-?mails|reminders) about (?:my|the) (?:progress|next steps?|steps|journey|goals?)",
)
_SURVEYS = (
    r"(?:(?:satisfaction|feedback|member|membership|customer|opinion) )*(?:surveys|questionnaires|polls)(?: (?:and|or) (?:questionnaires|polls|surveys))?",
    r"(?:survey|feedback|satisfaction|rating) (?:requests|forms|messages|texts|e-?mails|questions|reminders|invitations)",
    r"requests for (?:feedback|ratings|scores|my opinion)",
)
_TOPICS: dict[Declinable, str] = {
    "promotional": rf"(?:(?:your|the|any|these|those|all|all the|upcoming|special|new) )*(?:{_EVENTS}|special offers|offers|deals|discounts|promotions|promos|sales|invitations)",
    "survey": r"(?:(?:my|any|more|your|the|a) )*(?:feedback|opinions?|ratings?|scores?|surveys)",
    "relationship": r"(?:my|the) (?:progress|next steps?|steps|journey)",
}
_NOT = r"(?:don'?t|do not|dont|dnt|never|no longer)"


def _refusals(kind: str, topic: str) -> tuple[str, ...]:
    """How a class is refused. `kind` names its messages, `topic` what they are about."""
    listed = rf"{_DETERMINER}{kind}(?:(?:,| and| or| nor| &|, and|, or) {_DETERMINER}{kind})*"
    wanted = r"(?: to)? (?:(?:receive|get|see|have|be sent|be getting|be receiving|hear about|keep getting|keep receiving|be bothered with|getting|receiving) )?"
    return (
        rf"{_ASKING}(?:stop|quit|cease|discontinue|end|pause|mute)(?: me)?(?: (?:sending|getting|receiving)(?: (?:me|us))?| with)? {listed}",
        rf"{_ASKING}(?:stop|quit|cease) (?:getting|receiving) {listed}",
        rf"{_ASKING}(?:stop|quit|cease) (?:texting|messaging|e-?mailing|contacting|writing(?: to)?|calling|bothering|spamming|pestering|asking|bugging) (?:(?:me|us) )?(?:about|for|with|on) (?:{listed}|{topic})",
        rf"(?:i (?:want|need) )?(?:no (?:more|further)|enough(?: of| with)?|fed up with|sick of) {listed}",
        rf"(?:i (?:really )?)?{_NOT} (?:want|wish|care|wanna){wanted}{listed}",
        rf"(?:you )?(?:{_NOT}|please not) (?:ever |keep )?(?:send|sending|give|forward)(?: (?:me|us))? {listed}",
        rf"(?:i (?:really )?)?{_NOT} (?:want|wish)(?: you)? to (?:(?:text|message|e-?mail|contact|call|ask) (?:me|us)|hear)(?: from you)? (?:about|with|for) (?:{listed}|{topic})",
        rf"(?:you )?{_NOT} (?:ever )?(?:text|txt|message|msg|e-?mail|contact|call|ring|bother|write to|ask) (?:me|us) (?:about|with|for) (?:{listed}|{topic})",
        rf"(?:i'm |i am |im )?(?:not|no longer) interested in (?:receiving|getting|seeing|any of|hearing about) {listed}",
        r"(?:i'm |i am |im )?(?:not|no longer) interested in (?:any |your |any of your |these )*(?:promotions|promos|offers|special offers|deals|discounts|marketing|ads|adverts|(?:event )?invitations|(?:event )?invites)",
        rf"{_ASKING}stop inviting (?:me|us)(?: (?:to|for) {topic})?",
        rf"(?:you )?{_NOT} (?:ever |keep )?(?:invite|inviting) (?:me|us) to {topic}",
        rf"{_ASKING}(?:unsubscribe|opt[ -]?out|opting out|unsubscribing)(?: (?:me|us))?(?: (?:from|of|out of))+ {listed}",
        rf"{_ASKING}opt (?:me|us) out of {listed}",
        rf"{_ASKING}(?:take|remove|get|drop) (?:me|us) (?:off|from|off of|out of) {listed}",
        rf"{_ASKING}(?:turn|switch) off {listed}",
        rf"{_ASKING}(?:turn|switch) {listed} off",
        rf"no {listed},? (?:please|pls|thanks|thank you|thx)",
        rf"{listed},? no (?:thanks|thank you|thx|more)",
        rf"(?:i (?:hereby )?)?(?:decline|refuse|withdraw my consent (?:to|for)|withdraw consent (?:to|for)|revoke my consent (?:to|for)) {listed}",
    )


# The same the other way round: nothing but what belongs to the membership.
_ABOUT = r"(?:about|on|regarding|to do with|related to|that (?:is|are|'s) about|that concerns?|concerning|for)"
_OWN = r"(?:my|the) (?:membership|account|membership account)(?: itself)?"
_ONLY = (
    rf"(?:only|just) (?:send|text|message|e-?mail|contact|write to|tell|bother|call|ask) me (?:(?:with|for) )?(?:(?:messages|texts|e-?mails|things|stuff|what's|whats|what is|whatever is|news|updates|when it's|when it is|if it's|if it is)(?: that(?:'s| is| are))? )?{_ABOUT} {_OWN}",
    rf"(?:only|just) send me (?:{_OWN}|membership|account|transactional) (?:messages|texts|e-?mails|things|stuff|news|updates|notices)",
    rf"(?:send|text|message|e-?mail|write to|contact) me only (?:(?:messages|texts|e-?mails|things|stuff|what's|whats|what is|when it's)(?: that(?:'s| is| are))? )?{_ABOUT} {_OWN}",
    rf"i only want (?:(?:to (?:hear|get|receive)|messages|texts|e-?mails|things|stuff|news|what's|whats|what is)(?: (?:messages|texts|e-?mails|things|stuff|news|what's|whats|what is))?(?: from you)? )?{_ABOUT} {_OWN}",
    rf"nothing but (?:messages|texts|e-?mails|what's|what is|things|stuff) {_ABOUT} {_OWN}",
)


def _any_of(patterns: tuple[str, ...]) -> str:
    return "(?:" + "|".join(patterns) + ")"


def _whole(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(_OPENING + _any_of(patterns) + _CLOSING)


_CLASSES: dict[Declinable, re.Pattern[str]] = {
    "promotional": _whole((*_refusals(_any_of(_PROMOTIONAL), _TOPICS["promotional"]), *_ONLY)),
    "survey": _whole(_refusals(_any_of(_SURVEYS), _TOPICS["survey"])),
    "relationship": _whole(_refusals(_any_of(_RELATIONSHIP), _TOPICS["relationship"])),
}
_NOT_A_WISH = re.compile(
    r"\b(?:if|unless|until|till|when|whether|why|did|didn'?t|has|have you|haven'?t|was|were|he|she|they|boss|friend|colleague|husband|wife|mentor|manager|someone|somebody)\b"
    r"|\b(?:says?|told|tells?|asked|thought)\b|\b(?:tonight|tomorrow|today|this (?:week|month|year|evening)|next (?:week|month|year)|for now|for (?:a|an|the next) )\b"
)
_REQUEST = re.compile(
    r"\b(?:can|could|would|will) (?:you|u|we|i)\b|\bhow (?:do|can|could|would) i\b|\bwhere (?:do|can) i\b|\bplease\b|\bpls\b"
)
_MORE = re.compile(
    r"\b(?:everything|anything|nothing)\b(?! else| but)|\bnone of\b|\bonly stop\b|\bkeep (?:sending|the)\b"
)


@lru_cache(REMEMBERED)
def declined_class(text: str) -> Declinable | None:
    """The one class of messages that `text` refuses; None when it refuses none, several, or all messages."""
    said = fold(text[: 2 * _LONGEST])
    if len(said) > _LONGEST or classify(text, opted_out=False) is not None:
        return None
    found: set[Declinable] = set()
    for sentence in _SENTENCE.findall(said):
        for clause in _clauses(sentence):
            named = _named(clause)
            if named is not None and _is_wish(sentence, clause):
                found.add(named)
            elif classify(clause, opted_out=False) is not None or _MORE.search(clause):
                return None
    return found.pop() if len(found) == 1 else None


def _clauses(sentence: str) -> list[str]:
    """The sentence itself if it is a refusal as a whole, else its parts."""
    whole = sentence.strip(" .!?;\n\"'")
    if _named(whole) is not None:
        return [whole]
    parts = (_JOINS.sub("", part.strip(" .!?;\n\"'")) for part in _BREAKS.split(whole))
    return [part for part in parts if part]


def _named(clause: str) -> Declinable | None:
    return next((name for name, pattern in _CLASSES.items() if pattern.fullmatch(clause)), None)


def _is_wish(sentence: str, clause: str) -> bool:
    """Not a question whether it is so, a condition, or what somebody else said."""
    asks = sentence.rstrip().endswith("?")
    before = sentence[: sentence.find(clause)]
    return not _NOT_A_WISH.search(before) and (not asks or bool(_REQUEST.search(sentence)))
