# ruff: noqa: E501 - patterns read best in one piece
"""Answers to "have you done it?" that are plain whatever a model makes of them, and the spelling of their words."""

from __future__ import annotations

import re

from bot.language.typos import meant

_OPENING = r"^\W*(?:(?:yes+|yeah|yep|yup|ya|aye|hi|hello|hey|thanks|thank you|ok|okay|oh|ah|well|sure|so|just|finally|actually|already|sorry|no worries|no problem|no need to (?:ask|chase|worry|remind me|nudge(?: me)?|text|check)|don't worry|good news|happy to say|glad to say|pleased to say|i think|i believe|and|but|i told you|thought i told you|as i said|like i said|funny you ask|certainly|absolutely|of course|indeed|all|it was hard but|took (?:me )?(?:ages|a while) but)\b[\s,.!:;'-]*)*"
_IT = r"(?:it|that|this|that one|this one|they|them|mine|everything|all of it|all of them|the (?:whole )?(?:form|thing|lot|profile|module|application|paperwork|course|task|step|job|payment|quiz|survey|upload|registration|video|videos|photo))"
_BEEN = r"(?:'s| is|s| has| have| are| was| were|'ve)?(?: (?:all|now|been|already|just|finally|well and truly|fully|completely|totally|both|most definitely|definitely|long|since))*"
_COMPLETE = r"(?:done|handled|finished|complete|completed|submitted|sorted|sent|uploaded|signed|filed|lodged|paid|booked|posted|filled (?:in|out)|handed in|taken care of|looked after|seen to|dealt with|wrapped up|ticked off|crossed off|squared away|put to bed|over and done with|accomplished|in the bag|in order|all set|behind me|off my (?:plate|list|desk)|out of the way)"
PLAINLY_DONE = re.compile(
    rf"{_OPENING}(?:i|we)(?:'ve| have)? (?:did|have)(?: (?:indeed|so|too|yes|yeah|already))*(?= *(?:$|[,.!;:]|thanks|thank|last|yesterday|this|on|ages|earlier|at the))"
    rf"|{_OPENING}(?:{_IT}{_BEEN} )(?:{_COMPLETE})\b"
    rf"|{_OPENING}(?:(?:i|we|i've|we've|have|got|been|had) )*(?:handled|sorted|ticked|completed|finished)(?= *(?:$|[,.!;:]|it\b|that\b|this\b|them\b|everything\b|all\b))"
    rf"|{_OPENING}(?:(?:i|we|i've|we've|have|just|finally) )*(?:ticked|crossed|knocked|checked|polished|finished) (?:it|that|this|them|mine)(?: one)?(?: all)? (?:off|out|on the head)\b"
    rf"|{_OPENING}(?:(?:i|we|i've|we've|have|just|finally) )*(?:got|had|have) {_IT}(?: all)? (?:{_COMPLETE}|in|over with|off my (?:plate|list|desk|chest)|out of the way)\b"
    rf"|{_OPENING}(?:(?:i|we|i've|we've|have|just|finally|managed to) )*(?:wrap(?:ped)? {_IT} up|put {_IT} (?:through|to bed)|took care of {_IT}|take care of {_IT}|dealt with {_IT}|saw to {_IT}|seen to {_IT}|nailed it|smashed it|aced it)\b"
    rf"|{_OPENING}(?:you can |please )?consider {_IT}(?: box)?(?: well and truly| all)? (?:{_COMPLETE}|ticked)\b|{_OPENING}(?:i |i've |we )?(?:passed|aced|cleared|sailed through) (?:it|the|both|all)\b"
    rf"|{_OPENING}{_IT}(?:'s| is|s| has) (?:been )?(?:(?:all|now|already) )*(?:up on|live|gone (?:in|off)|in the post|in (?:since|already|now))\b"
    rf"|{_OPENING}(?:all )?(?:in order|all set|all there)(?: (?:now|here))*\W*(?:thanks|thank you|cheers)?\W*$"
    rf"|^\W*(?:(?:oh|ah|yes|yeah|sure|did|done|that|it|this)\W+)*(?:ages|months|weeks|days|long|yonks|a (?:week|month|while)|(?:two|three|few) (?:days|weeks|months)) ago\W*(?:now|actually|thanks)?\W*$|^\W*(?:did|done)\W+(?:yeah|yes|yep|that|indeed|aye)\b"
    r"|\b(?:so|oh|ah|hence|therefore|meaning|which means) (?:yes|yep|yeah|that's a yes)\W*$"
    r"|\b(?:that's|that is|that'll be|that would be|it's|it is|i guess that's|thats|call that) an? (?:big |definite |firm |hard |resounding |clear )?(?:yes|done)\b|\ba yes from me\b|\b(?:job|mission) (?:done|accomplished|complete)\b|\bbox (?:is )?ticked\b"
    rf"|(?:{_OPENING}|\byou can |\bplease )(?:you can |please |just |can you )*(?:(?:mark|put|count|set|check) (?:{_IT}|me)(?: down)? as (?:done|complete|completed|finished)|(?:tick|cross|strike|check) {_IT} off)\b"
)
NOT_QUITE = re.compile(
    r"\b(?:not|never|cannot|nothing|nearly|almost|half|most|mostly|some|part|partly|partially|except|apart from|all but|bar|only|until|till|once|when i|when it|if|as soon as|will be|to be|should be|would be|could be|must be|hope|hoping|soon|tomorrow|tonight|later|but the|but (?:i|we) (?:still|need|have to|can't|cannot)|still|left to|to go|to do|remaining|outstanding|by (?:friday|monday|tuesday|wednesday|thursday|saturday|sunday|the|then|end)|going to|gonna|want(?:ed)? to|trying to|need to|has to|have to|supposed to|meant to be|somebody else|someone else|done with (?:you|this society|the society|all of this|this nonsense|it all)|i did (?:say|tell|ask|wonder|try|think|want|hear|get))\b|n't\b|\?"
)
_TRIED = r"(?:started|begun|began|done|did|opened|looked|touched|tried|seen to|attempted|gotten|got (?:round|around) to|had a (?:look|chance|go)|begun to|made a start|bothered|thought about|got to it|gone near|been near|been at)"
PLAINLY_NOT_DONE = re.compile(
    r"^\W*(?:(?:no|sorry|ah|oh)\W+)*not (?:as of (?:yet|today|now)|thus far|until now|up to now|at this (?:stage|point)|by any means|in the slightest)\W*(?:sorry|i'm afraid|no)?\W*$|"
    r"\bnot (?:a|one|an|even a) (?:bit|thing|tap|line|word|stitch|iota|single \w+|jot|scrap|page)\b(?! (?:of )?(?:trouble|hard|problem|difficult))|\b(?:none|nothing) (?:of it )?(?:is |has been )?(?:done|started|filled)\b|\bso (?:no|nope|that's a no)\W*$|\blying if i said (?:yes|i had|it was|i did)\b|\bstill (?:sitting|lying|unopened|unread|untouched|gathering dust)\b"
    rf"|^\W*(?:(?:no|nope|nah|sorry|hi|hey|oh|ah|ehh?|er|um|afraid|i'm afraid|honestly|to be honest|tbh|regrettably|unfortunately|sadly|ashamed to say)\b[\s,.!:;-]*)*(?:(?:i|we|it)\b ?)?(?:(?:still|just|really|simply|regrettably|honestly|sadly|have|has|'ve|'s) ?)*\b(?:haven't|hasn't|didn't|did not|have not|has not|not|never|yet to)\b(?: (?:even|really|yet|actually|properly|as yet|so much as|been|had|have))* {_TRIED}\b[^?]{{0,40}}$"
)
_HINDERED = r"(?:because|cause|cos|cuz|coz|bc|b/c|as i|as my|as the|as we|since i|since my|since the|seeing as|due to|owing to|on account of|thanks to)"
NO_BECAUSE = re.compile(
    rf"^\W*(?:(?:hi|sorry|er|um|ah|oh|well|i'm afraid)\W+)*(?:no+|nope|nah|not yet|not done|not started|negative|afraid not|i haven't|haven't|i didn't|didn't|i have not|couldn't|unfortunately not|sadly not)\b[^.!?]{{0,25}}?[\s,.-]+{_HINDERED}\b"
)
EXCUSE = re.compile(
    r"\b(?:forgot\w*|forgetful|slipped|lazy|laziness|procrastinat\w+|couldn't be (?:bothered|arsed)|can't be (?:bothered|arsed)|didn't (?:feel like|want to|fancy)|don't (?:feel like|want to|fancy)|(?:i'm|i am|i was|i've been|we're|we are|we were|been|being)\b[^,.;]*\b(?:holidays?|vacation|leave|abroad|away|travelling|traveling|out of (?:the )?(?:office|town|country)))\b"
)
_NUMBER = r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|half a dozen|a few|a couple|some|most|bits|parts)"
PLAINLY_IN_PROGRESS = re.compile(
    rf"\b{_NUMBER} (?!out\b)\w+ (?:out )?of (?:the )?(?:two|three|four|five|six|seven|eight|nine|ten|twelve|[2-9]|1\d)\b|^\W*(?:some yes,? (?:and )?some no|yes and no|no and yes|sort of|kind of|kinda|a bit|a little(?: bit)?|in part|more or less|so so|somewhat|to some extent|in dribs and drabs|bits and pieces|bits)\W*$|"
    rf"\b{_NUMBER} (?:out )?of (?:the |my |those |them )?(?:{_NUMBER} )?(?:\w+ )?(?:(?:is|are|have been|now|already) )*(?:done|finished|complete|completed|in|sorted|sent|filled)\b"
    r"|\b(?:a|one|two) (?:third|thirds|quarter|quarters|fifth|fifths)(?: of (?:it|the way|them)| (?:done|through|finished|there|in|complete))\b|\b(?:in front of me|on my screen)\b"
)
_MINE = (
    r"(?:\b(?:i|we)(?:'m| am|'re| are|'ve)?(?: (?:still|just|really|simply|also|actually|currently|sadly|a bit|down))*)"
)
_SCARCE = r"(?:minute|min|moment|second|sec|time|hour|day|evening|breather|bandwidth|headspace|energy|space|capacity|peace|quiet|permission|approval|access|support|help|opportunity to sit)"
PLAINLY_BLOCKED = re.compile(
    rf"{_MINE} (?:lack|lacking|missing|short(?: of| on| an?| one| two| the| my| some)|without|out of)(?: of)? (?!nothing)\w"
    r"|^\W*(?:(?:no|nope|not yet|sorry|still)\W+)*(?:lacking|lack|missing|short of|without) (?:the|a|an|my|some|any|two|one|enough)\b"
    rf"|\b(?:haven't|have not|didn't|did not|don't|do not|never|hasn't|not|barely|hardly|scarcely)(?: (?:yet|even|really|actually))* (?:had|have|get|got|given|been given|a)(?: (?:a|an|any|one|the|my|even|single|two|enough|me|us|spare|free|of|to|myself|much|full|quiet|two|three|five|ten|\d+))* {_SCARCE}s?\b"
    rf"|\bhaven't (?:the|any|enough|much|a lot of|a) (?:{_SCARCE}|heart|head|stomach|money|means|skills?)s?\b|\b(?:double dutch|gibberish|gobbledygook|mumbo jumbo|(?:greek|chinese|latin) to me|head (?:n?or|or) tails?)\b|\bno way (?:that )?(?:i|we) (?:can|could|will|would)\b|^\W*(?:only if|unless) (?:i|you|someone|somebody|they|he|she|my|the)\b"
    r"|^\W*(?:(?:no|nope|sorry|i|not yet)\W+)*(?:can't|cannot|can not|couldn't|unable to|not able to)(?: do it| manage it| do that)?(?: (?:yet|right now|at the moment|just now|sorry|i'm afraid))*(?: *[,.;-]| *$| (?:because|cause|cos|coz|as|since|until|unless|without)\b)"
    r"|\b(?:only|just) (?:have|got|had|has|found|know)(?: got)? (?:the )?(?:one|1|two|2|half|a few|three)\b(?! (?:left|more|to go|page|section|step|question|thing|bit|part|minute|hour|day|week)s?\b)"
    r"|\btoo (?:difficult|hard|complicated|complex|technical|advanced|confusing|expensive|dear|much|long|tired|busy|fiddly|small to read|old|sick|ill|stressed)(?: (?:for (?:me|us|my)|to (?:do|read|follow|understand|fill|finish|complete)|right now|at the (?:moment|minute)|these days|this (?:week|month)))"
    r"|\bwhen (?:would|will|do|am|can|could|on earth would) i (?:going to |supposed to |meant to )?(?:get|have|find|make)(?: the| any)? time\b|\bonly (?:he|she|they|my \w+) can (?:approve|sign|do|authorise|authorize|give|release|submit|access)\b"
    r"|\b(?:my |our )?hands are tied\b|\bno can do\b|\bout of my (?:hands|control)\b|\brun off (?:my|our) feet\b|\bup the walls\b|\bup to (?:my|our) (?:eyes|eyeballs|neck|ears)\b|\bsnowed under\b|\bbeen (?:rushed off|run ragged|flat out|under the weather)\b|\bshort[- ]?staffed\b|\bunderstaffed\b|\b(?:at|in) (?:a|my) (?:standstill|wits' end)\b|\bdead end\b|\bbrick wall\b"
)
WANTED_BUT = re.compile(
    r"^\W*(?:(?:no|not yet|sorry|well|hi|honestly)\W+)*(?:i |we |i've |we've |have )?(?:would(?: have)?|wanted to|want to|'d like to|would like to|tried(?: to)?|have tried|was going to|meant to|started|attempted|went to do it|sat down to do it)\b.*\b(?:but|only|except|however|yet|and (?:it|the|then))\b"
)

_CONTRACTED = (
    (
        re.compile(r"\b(?:h?av'?e?n'?t|havn'?t|haven t|hav not|hvnt|hvn't|haven';?t|havet|haven;t|heven't|hevent)\b"),
        "haven't",
    ),
    (re.compile(r"\b(?:didnt|did'nt|didn t|dint|didn;t|didnae|didna|dindt|ddint)\b"), "didn't"),
    (re.compile(r"\b(?:hasnt|has'nt|hasn t|hasn;t)\b"), "hasn't"),
    (re.compile(r"\b(?:havenae|hinnae|huvnae)\b"), "haven't"),
    (re.compile(r"\b(?:cant|can t|can;t|cann't|carn't|cannae|canna)\b"), "can't"),
    (re.compile(r"\b(?:couldnt|couldn t|could'nt|couldnae)\b"), "couldn't"),
    (re.compile(r"\b(?:dont|don t|do'nt|don;t|dnt)\b"), "don't"),
    (re.compile(r"\b(?:wasnt|wasn t)\b"), "wasn't"),
    (re.compile(r"\bive\b"), "i've"),
)
_SPELT = ("finished", "completed", "submitted", "started", "uploaded", "waiting", "confused", "registered")
# Words of their own that are as like as a slip.
_REAL = re.compile(
    r"finish|finisher|finishes|furnished|complete|completes|completely|compete|competed|submit|submits"
    r"|submitting|stated|starred|starter|starters|upload|uploads|wanting|wasting|writing|awaiting|confuse"
    r"|confuses|registers|register|unfinished|uncompleted|restarted|unstarted"
)
_WORD = re.compile(r"[a-z]{5,}")


def mend(said: str) -> str:
    """`said` with the usual slips in such answers written right."""
    for pattern, plain in _CONTRACTED:
        said = pattern.sub(plain, said)
    return _WORD.sub(lambda m: m[0] if _REAL.fullmatch(m[0]) else meant(m[0], _SPELT) or m[0], said)
