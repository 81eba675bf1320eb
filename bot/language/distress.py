# ruff: noqa: E501, ISC004, FLY002 - phrases read best one a line
"""Words of self-harm, danger and abuse. A member who writes them needs a person, whatever else the message says."""

from __future__ import annotations

import re
from functools import lru_cache

from bot.language.text import REMEMBERED, fold

_I_WANT = r"(?:want|wanna|wana|wanted|need|going|gonna|gona|plan(?:ning)?|about|ready|tempted|feel like|thinking (?:of|about)|thought (?:of|about)|trying|tried)"
_THEY = r"(?:he|she|they|my (?:husband|wife|partner|ex|boyfriend|bf|girlfriend|gf|dad|father|mum|mom|mother|son|brother|uncle|stepdad|stalker|boss|carer)|someone|somebody|a man)"

_SERIOUS = re.compile(
    "|".join(
        (
            r"\bsuicid(?:e|al)\b(?! (?:prevention|awareness|squad|training|webinar|course|talk|event|workshop|charity|research|door|blonde))",
            r"\b(?:kill|killing|off|end|ending|hang|hanging|hurt|hurting|harm|harming|drown|shoot|shooting|starve|starving|unalive|stab|stabbing) (?:my ?self|me self|myslf|meself)\b",
            r"\bkms\b(?! (?:away|from|to|long))",
            r"\bunaliv(?:e|ing)\b",
            r"\bself[- ]?harm(?:ed|ing|s)?\b",
            r"\bcutting (?:my ?self|my (?:arms?|wrists?|legs?))\b",
            r"\bcut my ?self (?:again|on purpose|to feel|last night)\b",
            r"\b(?:slit|slitting|cut) my (?:wrists?|throat)\b",
            rf"\b{_I_WANT}\b[\w' ]{{0,18}}\b(?:to )?(?:die|be dead|end (?:it all|my life|it)|take my (?:own )?life|disappear forever)\b(?! (?:of|laughing|for (?:a|an|some) ))",
            r"\b(?:end(?:ing)?|tak(?:e|ing)) my (?:own )?life\b",
            r"\bend(?:ing)? it all\b",
            r"\bwish i (?:was|were|wasn'?t|weren'?t|could be|had never been) (?:dead|alive|born)\b",
            r"\b(?:better off|rather be) (?:dead\b|if i (?:was|were) (?:dead|gone))",
            r"\b(?:better off|happier) without me\b(?! (?:on|in|at) )",
            r"\bno (?:reason|point|will|desire)(?: (?:to|in))? (?:live|living|go on living|be alive|being alive)\b",
            r"\bnothing (?:left )?to live for\b",
            r"\b(?:life|living) (?:is not|isn'?t|ain'?t|no longer|is no longer|not) worth (?:living|it any ?more)\b(?! without (?:coffee|tea|cake|chocolate|wifi))",
            r"\bwhat(?:'?s| is) the point (?:of|in) (?:living|being alive|staying alive|going on living)\b",
            r"\b(?:don'?t|do not|dnt|didn'?t) (?:want|wanna|wana)(?: to)? (?:live|be alive|wake up|be here|exist|go on)(?: (?:any ?more|any longer|again|in this world)\b|$|[.!,])",
            r"\b(?:can'?t|cannot|cnt) go on (?:living|any ?more|any longer|like this)\b(?! with (?:the|this) (?:form|step|page))",
            r"\bcan'?t (?:live|keep living) (?:any ?more|any longer|like this)\b",
            r"\b(?:overdos(?:e|ed|ing)|od'?d|t(?:aken?|ook) (?:all|too many|loads of|a lot of) (?:my |the |of my |of the )?(?:pills|tablets|meds))\b(?! (?:on (?:cake|coffee|chocolate|information|info)|training|awareness))",
            r"\bjump(?:ing)? (?:off|in front of) (?:a|the) (?:bridge|building|roof|train|cliff)\b",
        )
    )
)

_DANGER = re.compile(
    "|".join(
        (
            rf"\b{_THEY}(?:'s| is| has| have| keeps| just| had| will| might|'ll| always| used to)* ?(?:been )?"
            r"(?:hits?|hitting|beats?|beating|beaten|beat up|chok(?:ed?|es|ing)|strangl(?:ed?|es|ing)|punch(?:ed|es|ing)?|rap(?:ed?|ing)|abus(?:ed?|es|ing)|molest(?:ed|s|ing)?|stab(?:bed|s)?|stalk(?:ed|s|ing)?|hurts?|hurting|attack(?:ed|ing|s)?|assault(?:ed|ing|s)?) me\b(?! (?:at|in) (?:chess|golf|tennis|cards|the quiz|the game|squash))",
            rf"\b{_THEY}(?:'s| is| has| keeps| just)* ?(?:threaten(?:ed|ing|s)?|tr(?:ied|ying)|wants?) (?:to )?(?:kill|hurt|stab|shoot|hit|strangle)(?:ing)? (?:me|us|my (?:kids|children|son|daughter|baby))\b",
            r"\bthreaten(?:ed|ing|s) (?:me|us|my (?:kids|children|family|life))\b",
            r"\b(?:i'?m|i am|im|we'?re|we are|were|i feel|feel|feeling) (?:in (?:real |serious |immediate )?danger|not safe|unsafe)(?: (?:at home|here|in my (?:own )?(?:home|house)|with (?:him|her|them)|right now))\b",
            r"\b(?:i|we) (?:don'?t|do not|dont|dnt|never|no longer) feel safe(?: (?:at home|here|in my (?:own )?(?:home|house)|with (?:him|her|them)|right now|any ?more))\b",
            r"\b(?:i'?m|i am|im|we'?re|we are) in (?:real |serious |immediate |grave )?danger\b(?! of (?:missing|forgetting|losing|running|being late|falling asleep))",
            r"\b(?:not safe|don'?t feel safe|do not feel safe|scared to go) (?:at )?home\b",
            r"\b(?:being|been|was|got) (?:raped|sexually (?:assaulted|abused)|molested|abused(?! by the (?:site|form|printer|website))|beaten up|stalked|trafficked|held (?:against my will|hostage))\b",
            r"\b(?:domestic|sexual|physical|child) (?:violence|abuse)\b(?= (?:at home|from|by|is|victim|and i)|$|[.!])",
            r"\b(?:victim of|suffering|experiencing|escaping|fleeing) (?:domestic |sexual |physical )?(?:abuse|violence)\b",
            r"\b(?:call|send|need|get)(?: me)? (?:the |an? )?(?:police|ambulance)\b(?! (?:check|clearance|certificate|report|service|vetting|form|trust))",
            r"\b(?:call|dial|ring) (?:999|911|112)\b",
            r"\b(?:afraid|scared|terrified) (?:of my (?:husband|wife|partner|ex|boyfriend|girlfriend|dad|father)|(?:he|she|they)(?:'ll| will| is going to|'s going to) (?:kill|hurt|hit) (?:me|us))\b",
            r"\bfear(?:ing)? for my (?:life|safety)\b",
            r"\b(?:going to|gonna|want to|wanna) (?:kill|shoot|stab) (?:him|her|them|someone|somebody|people|everyone)\b(?! with kindness)",
        )
    )
)

_IDIOM = re.compile(
    "|".join(
        (
            r"\b(?:could|could'?ve|nearly|almost|about|might)(?: have)? (?:kill(?:ed)?|hurt|shoot|shot) my ?self (?:for|laughing|with)\b",
            r"\b(?:kill|killing|hurt|hurting|hang|harm|starve|starving|off)(?:ed)? my ?self (?:laughing|with laughter|to get|over (?:this|the) (?:form|profile)|trying to (?:fill|finish|find))\b",
            r"\b(?:die|dying|died) (?:of|from) (?:boredom|laughter|embarrassment|laughing|curiosity|shame|cringe|heat|hunger)\b",
            r"\bhurt my ?self (?:at|in|playing|skiing|running|falling|lifting|doing|on the)\b",
            r"\bwant(?:ed)? to (?:die|end it) (?:of|laughing)\b",
            r"\bjump(?:ing)? off (?:a|the) (?:bridge|cliff) (?:for charity|with a (?:bungee|parachute))\b",
            r"\b(?:call|send|need|get)(?: me)? the (?:fashion|grammar|fun) police\b",
            r"\bend it (?:there|here|at|by|with|after|early|now|on)\b",
        )
    )
)


@lru_cache(REMEMBERED)
def is_distress(text: str) -> bool:
    """True for plain or texted words of self-harm, suicide, danger or abuse; figures of speech are not taken for them."""
    said = _IDIOM.sub(" ", fold(text).replace("\n", ". "))
    return bool(_SERIOUS.search(said) or _DANGER.search(said))
