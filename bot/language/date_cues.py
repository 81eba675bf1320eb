# ruff: noqa: E501 - patterns read best in one piece
"""The words around a date that say what it is for: an absence, a return, a request, or a story."""

from __future__ import annotations

import re

AWAY = re.compile(
    r"\b(?:away|holidays?|hols?|holidaying|vacation|vacationing|leave|abroad|overseas|travel+ing|trip|cruise|honeymoon|sabbatical|ooo|aob|out of|out (?:all|this|next|until|till|til|from|for|on|today|tomorrow|mon|tues|wed|thurs?|fri)(?:day|s?day|nesday|rsday)?"
    r"|off|not (?:around|available|here|in|at work|working|reachable|home|back)|won'?t be|wont be|unavailable|unreachable|offline|gone|sick|ill|poorly|unwell|hospital|surgery|operation|recovering"
    r"|jury duty|retreat|camping|skiing|hiking|conference|in (?:spain|france|italy|greece|portugal|turkey|india|germany|ireland|scotland|wales|london|paris|the (?:us|states|alps|mountains))|flying|mat leave|closed"
    r"|visiting|moving house|absent|absence|a break|working away)\b|✈|🏖|🏝|🌴|🤒|⛷"
)  # fmt: skip
NOT_AWAY = re.compile(
    r"\b(?:leave (?:it|this|that|me|the|them)|(?:put|push|hold|putting|holding) (?:it |this |that )?off|take off|day off the|kick off|off the top|set off)\b"
)
HOLDS = re.compile(
    r"\b(?:until|till|til|untill|through|thru|not before|no (?:contact|messages|texts) before|nothing till|no earlier than|no sooner than|nothing before|up to|by|'til)(?: (?:about|around|at|the|at least|after|maybe|sometime|early|on|least|say))*$"
)
AFTER = re.compile(r"\b(?:after|past|once|following|later than)(?: (?:the|about))*$")
THROUGH = re.compile(r"\b(?:through|thru)(?: the)?$")
BEFORE = re.compile(r"(?<!not )\b(?:before|ahead of|prior to)(?: the)?$")
BACK = re.compile(
    r"\b(?:back|return(?:s|ing)?|home|available|reachable|contactable|be around|in the office|at my desk|at work|land|resume|get in)(?: \w+){0,4}?(?: (?:on|by|from|in|at|the|again|around|about|next|,|work))*$|\bback\b[^,.]{0,25}$"
)
ASKS_BACK = re.compile(
    r"(?<!\bi )(?<!\bwe )\b(?:come|check|text|write|message|call|ring|phone|reply|circle|drop) back\b|\bget back (?:to|with)\b"
)
NOT = re.compile(
    r"\b(?:not|no|isn'?t|can'?t do|cant do|cannot do|instead of|rather than|except)(?: (?:on|in|at|for|the|this))*$"
)
CORRECTS = re.compile(
    r"(?:^|[ ,.])(?:no|wait|sorry|actually|i mean|meant|make (?:it|that)|or rather|scratch that|oops)[ ,.]*(?:\w+ )?(?:on |the )?$"
)
FROM = re.compile(
    r"\b(?:from|between|starting|starts?|begins?|beginning|as of|leaving|leave|go|going|flying out|off|away|out)(?: (?:on|the|from|this))*$"
)
TO = re.compile(
    r"^[ ,]*(?:(?:right |all the way |straight )?(?:to|until|till|til|thru|through|and|-|up to|and not back until|ending|inclusive to))(?: (?:on|the|about|around|and including|following|next))*[ ]?$"
)
JOINS = re.compile(r"^[ ]*(?:to|-|until|till|til|thru|through)(?: the)?[ ]?$")
FOR = re.compile(
    r"\b(?:for|off for|another|next|least)(?: (?:the|about|around|at least|next|another|over|up to|almost|nearly|a|full|good))*$"
)
IN = re.compile(r"\b(?:in|within|after|inside)(?: (?:about|around|another|like|maybe|the next|say|roughly|approx))*$")
ASKS = re.compile(
    r"\b(?:remind(?:er)?|ask|text|txt|message|msg|ping|nudge|poke|call|ring|phone|try|check(?: back| in)?|come back|get back|contact|speak|talk|chat|later|snooze|again|let'?s|can (?:we|you|u|i)|could (?:we|you|u)|postpone"
    r"|push|move|leave it|leave this|delay|better|works|suits?|wait|hold|give (?:me|us)|need|want|maybe|perhaps|how about|what about|please|pls|plz|not now|shout|buzz|catch|reschedule|defer|pause|park|busy|tied up|free|soon|extension|put it off|pick (?:this|it) up|drop me|hit me)\b"
)
ASKS_ME = re.compile(
    r"\b(?:remind|ask|text|txt|message|msg|ping|nudge|poke|call|ring|phone|try|contact|chase)(?: me| us)?\b[^,.;]*$"
)
FAREWELL = re.compile(r"\b(?:see|c|cu|catch) (?:you|u|ya|yous)\b|\bcu\b")
HAPPENED = re.compile(
    r"\b(?:did|done|finished|met|joined|sent|submitted|was|were|went|took|taken|registered|had|completed|paid|renewed|signed up|attended|started|been|booked|filled|since|lasted|spent|got)\b"
)
FILLER = re.compile(
    r"\b(?:on|at|in|the|this|that|ok|okay|yes|yeah|no|not|a|an|of|to|is|it|it's|its|be|would|will|i|i'll|ill|i'm|im|do|good|fine|around|about|after|maybe|thanks|thank|you|thx|sorry|hi|hey|please|then|from|for|by|until|till|til|sometime|early|late|next|and|so|say|just|well|um|sure|probably|before)\b|[^\w']+|\0+"
)
ASKS_LENGTH = re.compile(r"\b(?:give|need|want|ask)\b")
