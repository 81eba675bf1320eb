# ruff: noqa: E501 - patterns read best in one piece
"""The words around a date that say what it is for: an absence, a return, a request, or a story."""

from __future__ import annotations

import re

AWAY = re.compile(
    r"(?:^|\b(?:i'?m|i am|we'?re|we are|be|am|is|are) )(?:out|off)(?= (?:on |all )?\0)|"
    r"\b(?:away|holidays?|hols?|holidaying|vacation|vacationing|leave|abroad|overseas|travel+ing|trip|cruise|honeymoon|sabbatical|ooo|aob|out of|out (?:all|this|next|until|till|til|from|for|on|today|tomorrow|mon|tues|wed|thurs?|fri)(?:day|s?day|nesday|rsday)?"
    r"|off|not (?:around|available|here|in|at work|working|reachable|home|back)|won'?t be|wont be|unavailable|unreachable|offline|gone|sick|ill|poorly|unwell|hospital|surgery|operation|recovering"
    r"|jury duty|retreat|camping|skiing|hiking|conference|in (?:spain|france|italy|greece|portugal|turkey|india|germany|ireland|scotland|wales|london|paris|the (?:us|states|alps|mountains))|flying|mat leave|closed"
    r"|visiting|moving house|absent|absence|a break|working away|off[- ]?grid|no signal|laid up|indisposed|out of action|on tour|offshore|at sea|(?:in|at|on) an? (?:\w+ )?(?:meeting|workshop|class|training|course|seminar|interview|exam|lecture|retreat|shift)|in (?:meetings|surgery|theatre|court|class|back to back)|tied up|busy (?:from|between))\b|✈|🏖|🏝|🌴|🤒|⛷"
)  # fmt: skip
NOT_AWAY = re.compile(
    r"\b(?:leave (?:it|this|that|me|the|them)|(?:put|push|hold|putting|holding) (?:it |this |that )?off|take off|day off the|kick off|off the top|set off)\b"
)
HOLDS = re.compile(
    r"\b(?:until|till|til|untill|through|thru|not before|no (?:contact|messages|texts) before|nothing till|no earlier than|no sooner than|nothing before|up to|by|'til)(?: (?:about|around|at|the|at least|after|maybe|sometime|early|on|least|say))*$"
)
AFTER = re.compile(r"\b(?:after|past|once|following|later than)(?: (?:the|about))*$")
NOT_BEFORE = re.compile(
    r"(?:\b(?:not|no|never|nothing|nobody|none|avoid|without|dont|cant|wont)\b|n't\b)[^.;!?]*\b(?:before|prior to|earlier than|sooner than|ahead of)(?: (?:at least|about|the|like|around))*$"
)
BACK_THEN = re.compile(
    r"^ *(?:is |it is |it's |'s |will be |would be )?(?:when |the day (?:that |when )?|the date (?:that |when )?)?(?:(?:i|we)(?:'ll| will|'m| am|'re| are|m|ll)? (?:should |shall |may |might )?(?:be |get |come |am )?(?:\w+ing )?(?:back|return|returning|home|available|reachable|around again)\b|(?:is |will be )?my 1st day back\b|back (?:at|in|to) (?:work|the office|my desk|it|base)\b)(?! to (?:me|us)| with (?:me|us))"
)
THROUGH = re.compile(r"\b(?:through|thru)(?: the)?$")
BEFORE = re.compile(r"(?<!not )\b(?:before|ahead of|prior to)(?: the)?$")
BACK = re.compile(
    r"\b(?:back|return(?:s|ing)?|home|available|reachable|contactable|be around|in the office|at my desk|at work|land|resume|resuming|rejoin|rejoining|reporting|get in)(?: \w+){0,4}?(?: (?:on|by|from|in|at|the|again|around|about|next|,|work))*$|\bback\b[^,.]{0,25}$"
)
ASKS_BACK = re.compile(
    r"(?<!\bi )(?<!\bwe )\b(?:come|check|text|write|message|call|ring|phone|reply|circle|drop|loop|report|ping|get on) back\b|\bget back (?:on )?(?:to|with)\b"
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
_CONTACT = r"remind|ask|text|txt|message|msg|sms|whatsapp|ping|nudge|poke|prod|call|ring|phone|telephone|try|contact|chase|e-?mail|mail|write|buzz|bug|prompt|catch|reach|get (?:on to|onto|hold of|in touch|a hold of)|check (?:in|back|up)|follow up|circle back|loop back|reach out|touch base|come back|get back|drop (?:me|us)|give (?:me|us)|gimme|hit (?:me|us)|let (?:me|us) know|speak|talk|chat|knock|pop back|revisit|hear from you"
ASKS = re.compile(
    rf"\b(?:{_CONTACT})\b"
    r"|\b(?:remind(?:er)?|ask|text|txt|message|msg|ping|nudge|poke|call|ring|phone|try|check(?: back| in)?|come back|get back|contact|speak|talk|chat|later|snooze|again|let'?s|can (?:we|you|u|i)|could (?:we|you|u)|postpone"
    r"|push|move|leave it|leave this|delay|better|works|suits?|wait|hold|give (?:me|us)|need|want|maybe|perhaps|how about|what about|please|pls|plz|not now|shout|buzz|catch|reschedule|defer|pause|park|busy|tied up|free|soon|extension|put it off|pick (?:this|it) up|drop me|hit me)\b"
)
ASKS_ME = re.compile(rf"\b(?:{_CONTACT})(?: (?:me|us|back|again|about|to))*\b[^,.;]*$")
FAREWELL = re.compile(r"\b(?:see|c|cu|catch) (?:you|u|ya|yous)\b|\bcu\b")
HAPPENED = re.compile(
    r"\b(?:did|done|finished|met|joined|sent|submitted|was|were|went|took|taken|registered|had|completed|paid|renewed|signed up|attended|started|been|booked|filled|since|lasted|spent|got)\b"
)
FILLER = re.compile(
    r"\b(?:on|at|in|the|this|that|ok|okay|yes|yeah|no|not|a|an|of|to|is|it|it's|its|be|would|will|i|i'll|ill|i'm|im|do|good|fine|around|about|after|maybe|thanks|thank|you|me|us|for|grand|ideal|great|perfect|thx|sorry|hi|hey|please|then|from|for|by|until|till|til|sometime|early|late|next|and|so|say|just|well|um|sure|probably|before)\b|[^\w']+|\0+"
)
ASKS_US = re.compile(
    r"^\W*(?:(?:hi|hello|hey|hiya|so|and|but|ok|okay|sorry|please|quick question|question|thanks|also|just wondering|wondering)\W+)*(?:(?:how (?!about)|where|which|who|whose|why|what(?!ever| about| if we)|does|did|has|have you|will (?:the|there|it|you)|do (?:i|you|we|they)|am i|are (?:the|there|you (?:open|closed|running|doing|having|around|in))|is (?:the|there|my|this (?:the|still))|can (?:i|my|we) (?!do|talk|speak|leave|push|move|get back|come back|have (?:until|till|a|another))|should i|must i)\b|when(?:'s| is| are| does| do| did| will| can| should)\b|whens\b)"
)
_THING = r"(?:event|conference|congress|webinar|seminar|workshop|course|module|exam|test|assessment|deadline|due date|closing date|cut-?off|renewal|subscription|membership|payment|instal?ment|direct debit|invoice|fee|appointment|interview|booking|reservation|flight|train|meeting|call|agm|egm|gala|dinner|lunch|breakfast|ceremony|graduation|wedding|party|birthday|anniversary|match|game|session|class|lecture|talk|training|launch|festival|concert|visit|tour|trip|application|submission|election|vote|results?|report|article|newsletter|post|email|e-mail|letter|message|text|form|survey|quiz|contract|licen[cs]e|certificate|passport|visa|card)s?"
OF_A_THING = re.compile(
    rf"(?<!\bat )(?<!\bon )(?<!\bin )(?<!\bafter )(?<!\bduring )(?<!\bfor )\b(?:the|my|our|your|that|this|his|her|their|next|an?) (?:[\w'-]+ ){{0,2}}?{_THING}(?:'s)?(?: (?!(?:i|we|i'm|we're|i'll|me|us|please|so|and|but|then|until|till|til|after)\b)[\w'-]+){{0,4}}$"
    r"|\b(?:expires?|due|deadline|closes|opens|starts|begins|takes place|scheduled|dated|born|founded|established)(?: (?:is|was|are|on|for|by|in|at|from|until|before))*(?: the)?$"
    r"|\b(?:register(?:ing)?|sign(?:ing)? up|book(?:ing)?|tickets?|places?|apply(?:ing)?|enrol(?:l?ing)?|attend(?:ing)?|going|coming|pay(?:ing)?|joined|due) (?:for|to|by) (?:the |your |an? )?(?:[\w'-]+ ){0,3}(?:on|in|at|from)(?: the)?$"
)
TO_US = re.compile(
    r"\b(?:give|drop|send|shoot|fire|pop|throw|ping|remind|ask|text|call|ring|message|contact|chase|nudge|try|get|tell|email|e-mail|write|do|arrange|set up|schedule|book in|have) (?:(?:me|us|back|to|in touch|with) ?)+\b[^.;!?]*$|\b(?:can|could|shall|let's|lets|how about|what about) (?:we |you |u )?[^.;!?]*$"
)
DONE_ON = re.compile(
    r"\b(?:i|we|he|she|they|it|you|somebody|someone|who|which|that)(?:'ve|'d| have| had| has)?(?: (?:already|just|only|actually|both|all|even|then|also))* (?:did|done|finished|met|joined|sent|submitted|was|were|went|took|taken|registered|had|completed|paid|renewed|signed|attended|started|booked|filled|got|spoke|talked|rang|called|emailed|mailed|wrote|asked|told|received|saw|passed|failed|qualified|graduated|moved|changed|updated|uploaded|watched|read|heard|came|arrived|applied|posted|ordered|bought|returned|replied|gave|made|brought|sat|held|ran|left|put|said|found|kept|lost|won|(?!need|feed|speed|proceed|succeed|exceed)[a-z]{2,}ed)\b[^.;!?]{0,60}?(?:\b(?:on|in|at|since|around|about|late|early|back in|of)(?: the)?|[a-z])$"
)
LASTED = re.compile(
    r"\b(?:i|we|it|he|she|they|that|this)(?:'ve|'s|'d)? (?:(?:have|has|had) )?(?:(?:already|only|now|just) )?(?:been|was|were|spent|lasted|took|waited|worked|lived|had)\b[^.;!?]*$"
)
ASKS_LENGTH = re.compile(r"\b(?:give|need|want|ask)\b")
