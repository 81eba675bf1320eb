# ruff: noqa: E501 - patterns read best in one piece
"""How a task stands, from an answer to "have you done it?": only what its words say plainly."""

from __future__ import annotations

import re
from enum import StrEnum

from bot.language import standing_words as words
from bot.language.text import fold


class Standing(StrEnum):
    """What such an answer says. The values are the names of the intents."""

    DONE = "report_done"
    IN_PROGRESS = "report_in_progress"
    NOT_DONE = "report_not_done"
    BLOCKED = "report_blocked"
    LATER = "snooze"
    AWAY = "away"


_LONGEST = 600
_THING = (
    r"(?:help|assistance|permission|approval|sign[- ]?off|signature|certificate|diploma|transcript|numbers?|id|codes?|passwords?|log[- ]?in|links?|urls?|forms?|documents?|paperwork|papers|licen[cs]e|passport|card|budget|money|funds|cash"
    r"|access|info(?:rmation)?|details|guidance|support|advice|photos?|pictures?|references?|laptop|computer|pc|phone|printer|scanner|camera|internet|wifi|wi-fi|signal|account|e-?mails?|invite|invitation|letter|pack|welcome pack|instructions|reply"
    r"|response|answer|confirmation|receipt|invoice|key|badge|username|qualification|results?|time|energy|capacity|credit card|bank details|data|figures|templates?|software|app|right (?:version|browser|document|form))"
)
_WHO = r"(?:boss|manager|managers|employer|company|firm|hr|finance|accounts|legal|it department|it team|department|dept|supervisor|committee|treasurer|board|bank|university|uni|college|school|he|she|they|someone|somebody|colleague|colleagues|director|team|office|mentor|secretary|accountant|doctor|council|payroll|head|partner|referee|people)"
_CAN_NOT = r"(?:can'?t|cannot|can not|cant|couldn'?t|could not|couldnt|unable to|not able to|wasn'?t able to|haven'?t been able to|not been able to|failed to|don'?t know how to|struggl(?:e|ing) to)"
_HAVE_NOT = (
    r"(?:don'?t|do not|dont|didn'?t|did not|didnt|haven'?t|havent|have not|hasn'?t|not|never|still not|still haven'?t)"
)

_OVERCAME = re.compile(
    r"^\W*(?:yes+|yep|yeah|yup|aye|done|finished)\b[\s,.!-]+(?:but|though|although|even if) (?:\w+ )?(?:it |that )?(?:took|was|wasn't|nearly killed|cost)\b"
    r"|"
    r"\b(?:but|though|then|eventually|finally|in the end|anyway|after)\b.*\b(?:managed|got (?:it|that|there) (?:done|sorted|in the end|working|in)|got there|done|did it|finished|sorted(?: it)?|it'?s in(?! )|it worked|completed?|submitted|sent it|figured it|cracked it|went through|all good|handled|over the line)\b"
    r"|\b(?:managed (?:it|to (?:do|finish|complete|send|submit|sort))|got there in the end|got (?:it|that) (?:done|sorted|in)|(?:sorted|figured|worked) it out|(?:sorted|solved|fixed|found|done|finished) (?:it )?(?:now|in the end|eventually|anyway))\b"
)
_UNDONE = re.compile(
    r"\b(?:not|n't|never|cannot|can't|won't|until|when|once|if|before|wait(?:ing)?|stuck|nearly|almost|half|to be|to get|want(?:ed)? to|trying to|supposed to|need to|hope to|going to|have to|will be|i'?ll)\b"
)
_STILL_TO_DO = re.compile(r"\b(?:just|only|still) (?:need|have|got|needs) to\b|\bleft\b")
_NO_TROUBLE = re.compile(
    r"\b(?:no|not? (?:a|an|any)|any) (?:problems?|worries|trouble|bother|issues?|probs?|drama|hassle|errors?)\b|\b(?:not|never|isn'?t|wasn'?t|no longer|(?:any ?more)) (?:stuck|confus\w+|hard|difficult|lost|waiting)\b|\bcan'?t wait\b|\bcouldn'?t be (?:easier|simpler|happier|better)\b|\bcan'?t complain\b|\bno need to \w+(?: me| about it)?\b"
)
_BLOCKED = re.compile(
    "|".join(
        (
            r"\b(?:stuck|confus(?:ed|ing)|baffled|bewildered|clueless|struggling|overwhelm(?:ed|ing)|swamped|snowed under|flat out|rushed off|drowning in)\b",
            r"\bgot lost\b|\b(?:i'?m|am|completely|totally|bit) lost\b|\blost (?:on|with|at) (?:page|step|question|the|this)\b|\b(?:no|not got a|haven'?t a|haven'?t got a) (?:idea|clue)\b",
            r"\b(?:don'?t|do not|dont|didn'?t|doesn'?t) (?:really |quite |actually |even )?(?:know|understand|see|get) (?:how|what|where|which|why|who|it\b|this|that|the|any|anything|a word)",
            r"\bnot (?:really |quite |at all )?(?:sure|certain|clear|clued up) (?:how|what|where|which|who|about|on|i understand|if i)\b|\b(?:unclear|makes no sense|doesn'?t make (?:any )?sense|over my head|beyond me|not my thing)\b",
            rf"\b{_CAN_NOT} (?:\w+ )?(?:find|see|open|get|log|access|work|do|figure|make|upload|pay|afford|remember|download|complete|finish|register|sign|reach|seem|submit|load|locate|print|scan|click|join|attend|enter|start|continue|proceed|understand|go|fill|use|choose|decide|fit|read|edit|attach|send|change|add|create|book|move|justify|even|right now)\b",
            r"\b(?:still )?(?:waiting|wait) (?:for|on|to hear|to get|until|till)\b|\b(?:still|just) waiting\b|\bawaiting\b|\b(?:it )?depends on (?:my|the|when|whether)\b|\bon hold\b|\bheld up\b|\bheld back\b|\bholding (?:me|it|things) (?:up|back)\b|\bin the way\b|\bin limbo\b",
            r"\b(?:no|not enough|haven'?t (?:got |had )?(?:the |any |enough |a lot of )?|havent (?:got |had )?(?:the |any )?|don'?t have (?:the |any |enough |much )?|dont have (?:the |any )?|lack(?:ing)?(?: of)?|short (?:of|on)|out of|never (?:have|get)(?: the)?|zero|little|pressed for|need(?: some)? more|finding(?: the)?|find(?: the)?) ?(?:spare |free )?time\b(?! like)",
            r"\b(?:too|so|really|very|super|crazy|mad|madly|insanely|incredibly|extremely|ridiculously|stupidly|just been|been) busy\b|\bbusy (?:with|at work|at home|week|period|time|season|month|day|couple)\b|\bup to my (?:eyes|neck|ears|eyeballs)\b|\b(?:mad|manic|hectic|crazy|chaos|chaotic)\b(?! about)|\bmy (?:plate|diary|calendar|schedule) is (?:too )?full\b|\btoo much (?:on|going on|work|to do)\b|\bso much (?:on|going on|work)\b|\bwork(?:'s| is| has been)? (?:been )?(?:hectic|mad|crazy|busy|manic|a nightmare)\b",
            rf"\b(?:my |the |our |his |her )?{_WHO} (?:\w+ ){{0,2}}?(?:has to|have to|had to|needs? to|must|still has to|hasn'?t|haven'?t|hasnt|havent|didn'?t|won'?t|wont|isn'?t|is not|refuse[sd]?|said no|says no|still|is (?:away|off|out|sick|ill|ignoring|refusing|dragging|blocking|not answering|not replying|unavailable|gone|on (?:leave|holiday|maternity)|slow|sitting on it|dragging|deciding|checking|looking)|not (?:yet )?(?:signed|approved|paid|replied)|took)\b",
            r"\b(?:needs?|requires?|pending|subject to|without) (?:to be )?(?:\w+ )?(?:sign(?:ed|ature)?(?: off)?|sign-off|approv(?:al|ed|e)|authori[sz](?:ation|ed)|permission|consent from)\b|\bto (?:sign|approve|authori[sz]e|ok) (?:it|this|that|off)\b|\b(?:not allowed|no permission|not permitted|isn'?t allowed|blocked by|blocked)\b",
            r"\b(?:i|we|it) (?:still |first |also |really |would |'d )*(?:need|require|needs|requires|must have|have to (?:get|have|find|borrow|ask|buy))(?: first)? (?:a|an|my|the|some|two|three|his|her|their|your|somebody|someone|another|proof|more|access|help)\b(?! (?:bit|little|few) (?:more|longer)| more (?:days?|weeks?|hours?|minutes?|time)| (?:go|look|start)\b| (?:copy|refund|receipt|mentor|buddy|discount|invoice|hand with finding))",
            rf"\b(?:i |just |still |first |we )?need(?:s|ed)? (?:(?:my|an?|the|some|more|his|her|their|your|somebody|someone|another|new|any|this|that|first|better|member|membership|tax|employer'?s?|boss'?s?) )*(?:\w+ )?{_THING}\b|\b(?:asks?|asking|wants|needs me to give|require[sd]?) (?:me )?(?:for )?(?:an?|the|my) (?:\w+ ){{0,3}}(?:i (?:don'?t|do not|haven'?t)|that i)",
            rf"\b{_HAVE_NOT} (?:yet |even |ever |still |got |actually )*(?:have|had|got|get|received?|seen|find|found|been (?:sent|given|told|emailed|issued))(?: (?:any|my|the|a|an|it|one|your|that|this|enough|sent|to hand|of|right|new|access|good|proper|decent|working))* {_THING}\b",
            rf"\b{_HAVE_NOT} got (?:a|an|any|my|the) (?!round|chance|started|look)\w+",
            r"\b(?:never|not|hasn'?t|haven'?t|didn'?t|isn'?t|wasn'?t|hasnt|didnt|doesn'?t|doesnt|don'?t|won'?t|wont|wouldn'?t|nothing)(?: (?:even|yet|actually|seem to|been))* (?:came|come|arrived?|turned up|show(?:n|ed)? up|been sent|work(?:ing|ed|s)?|load(?:ing|ed|s)?|open(?:ing|ed|s)?|let(?:ting)? me|accept(?:ing|ed|s)?|go through|going through|save|saving|recogni[sz]e|respond(?:ing|ed)?|delivered|available|happens)\b",
            rf"\b(?:lost|missing|misplaced|mislaid|deleted|forgot|forgotten|left) (?:my|the|a|an|your|that|some) (?:\w+ ){{0,2}}{_THING}\b",
            r"\bkeeps? (?:crashing|failing|saying|asking|throwing|freezing|timing|logging|telling|giving|kicking|spinning|coming back)\b|\b(?:errors?|error message|crash(?:es|ed|ing)?|broken|spins|spinning|frozen|froze|blank page|404|timed out|times out|glitch\w*|bug(?:gy)?|locked out|playing up|rejected|declined|refused)\b|\b(?:site|page|website|web site|link|app|portal|system|log[- ]?in|server|form|button|wifi|internet|laptop|computer|phone) (?:is |was |'s |has |seems |is still |are |went |gone |been )*(?:down|dead|offline|gone|not|out|slow|expired|missing|empty|invalid|greyed out|broke|bust|stolen)\b",
            r"\b(?:too|so|very|really|bit|pretty|rather) (?:hard|difficult|complicated|complex|long|technical|expensive|dear|tricky|fiddly|much for me|tired|ill|unwell|poorly|stressed)\b|\bcan'?t afford\b|\b(?:hard|difficult|complicated|tricky) (?:to|for me)\b|\bnot \w+ enough\b|\bfamily (?:stuff|issues?|things?|matters?|problems?|crisis|emergency)\b|\bnot (?:until|till|before) (?:they|he|she|my|i get|i have|i've|the \w+ (?:has|have|is|comes|arrives)|hr|someone)\b",
            rf"\b(?:no|without|zero|without a|without any) (?!answer|reply|response|e-?mails?\b)(?:\w+ )?{_THING}\b(?<!answer)(?<!reply)",
            r"\bwhere(?:'s| is| are| do i| can i| would i| did you| exactly| on earth)*(?: \w+){0,2} (?:it|that|this|the (?:form|link|page|button|e-?mail|step|thing|code|file|document))\b|\bwhere do i (?:start|begin|go|click|sign|sign in|log in|look|send it)\b|^\W*where\W*$",
            r"^\W*(?:no|yes|not yet|sorry|hmm?|er|um|wait|hang on|and|but|ok)?\W*(?:what|which) (?:form|link|page|step|e-?mail|code|button|document|thing|survey|profile|one)(?: (?:is|was|do you mean|are you|exactly|though|sorry))*\W*(?:\?|$)|\b(?:what|which) (?:\w+ )?(?:do i|am i|should i|must i) (?:put|write|enter|click|choose|supposed to|pick|upload|send|do (?:here|there|with|for (?:it|this)))",
            r"\bhow (?:do|can|would|should|am|on earth do) (?:i|you|we)(?: (?:even|actually|meant to|supposed to))* (?:do|find|get|start|complete|access|open|begin|fill|finish|submit)(?: (?:it|this|that|to it|there|one|in|into it|on))*\W*$",
            r"\b(?:help me|need(?: some| a bit of| your)? (?:help|assistance|a hand)|could use (?:some |a bit of )?(?:help|a hand)|could do with (?:some |a bit of )?(?:help|a hand))\b|^\W*(?:no\W+|not yet\W+|yes\W+)?(?:some )?help(?: needed| required)?(?: please| pls)?\W*$",
            r"\b(?:kids?|child|children|baby|son|daughter|husband|wife|partner|mum|mom|dad|mother|father|family|dog)(?:'s| is| are| was| has been| have been|s)? (?:\w+ )?(?:ill|sick|poorly|unwell|in hospital|hospital|not well)\b|\b(?:i'?ve been|i have been|been|i was|i'?m still|feeling|not feeling|felt) (?:\w+ )?(?:ill|sick|poorly|unwell|well|under the weather|rough)\b|\b(?:funeral|bereavement|passed away|family emergency|personal reasons|moving house|broke my|injured|accident)\b",
            r"\b(?:i )?would if i could\b|\bgave up\b|\bgiven up\b|\bgiving up\b|\b(?:hit|hitting) a (?:wall|snag|problem|brick wall)\b|\bran into (?:a |some |an )?(?:problem|trouble|issue|snag|error)s?\b|\b(?:having|had|have|got|there(?:'s| is| are| was)) (?:an? |some |a few |lots of |a bit of |big |real |technical )*(?:problems?|issues?|trouble|difficult(?:y|ies)|snags?)\b|\bproblem (?:with|is)\b",
        )
    )
)
_DONT_ASK = re.compile(
    r"\b(?:don'?t|do not|dont|stop|quit|no need to|never) (?:\w+ )?(?:ask|remind|text|chas|messag|nudg)"
)
_WHEN = r"(?:later|tomorrow|tmrw|tmr|tonight|today|next|this (?:evening|afternoon|weekend|week)|in (?:a|an|about|the|\d+|one|two|three|four|five|six|ten|half|another)\b|after|on|at|around|by|once|when|end of|then|again|monday|tuesday|wednesday|thursday|friday|saturday|sunday|mon|tues?|wed|thurs?|fri|sat|sun|the|another|some|closer|nearer|\d|if i|soon|sometime|until|till|first thing)"
_ASKS_LATER = re.compile(
    rf"\b(?:remind|ask|text|txt|message|msg|ping|nudge|poke|chase|prompt|(?<!will )(?<!ll )(?<!to )(?<!gonna )try|bug|contact|write to|shout)(?: (?:me|us))?(?: (?:again|back|about (?:it|this|that)|of (?:it|this|that)|a reminder|please|pls|maybe|to do (?:it|this)))* {_WHEN}\b"
    r"|\b(?:check(?: back)?(?: in)?|come back|get back|circle back|follow up|(?<!will )(?<!ll )(?<!to )(?<!gonna )try(?: me)?|ask(?: me)?) (?:with me |to me |on me |about it |again )*(?:again|back|later|tomorrow|next|in (?:a|an|\d+|two|three)|on (?:mon|tue|wed|thu|fri|sat|sun|the))"
    r"|\bremind me\b|\bsend me a reminder\b|\bask me (?:again|then|later)\b|\bask (?:again|then|later)\b|\b(?:give|gimme|allow|need) (?:me |us )?(?:another |a |an |a few |a couple of |some |two |three |\d+ )*(?:more )?(?:hours?|days?|weeks?|wks?|months?|fortnight|minutes?|mins?|bit (?:longer|more time))\b"
    r"|\b(?:can|could|shall) (?:we|you|i)(?: \w+){0,3} (?:do|push|move|leave|postpone|delay|talk about|put off|put|discuss|look at|come back to|pick up|pick) (?:it|this|that)(?: off| back| up| to| again| about)* (?:on|until|till|to|later|tomorrow|next|in|for|after|another)\b"
    r"|\b(?:snooze|postpone)\b|\bput (?:it|this) off (?:until|till|to)\b|^\W*(?:no\W+|not yet\W+|sorry\W+)?(?:maybe |perhaps )?(?:later|not (?:right )?now|not today|another time|another day|in a bit|in a while|some other time|tomorrow|next week|tonight)\W*(?:please|pls|maybe|thanks|sorry|then)?\W*$|\bnot (?:right )?now\b.*\b(?:later|again|tomorrow|next)\b"
)
_ABSENCE = r"(?:away|abroad|overseas|travel+ing|on the road|ooo|off sick|off work|on sabbatical|on a (?:trip|cruise|course|break|business trip)|on (?:my |our |a |annual |sick |paternity |maternity |parental |study |family |unpaid |medical |compassionate |long |extended |summer |winter )*(?:leave|holidays?|hols?|vacation|vac|honeymoon|pto|sabbatical|mat leave)|out of (?:the )?(?:office|town|country)|not (?:in|at work|around|available) (?:until|till|til|this|next|for)|out (?:until|till|til|all|this|next)|in hospital|on hols|off (?:until|till|til|this|next|on|for|all|work|today))"
_IS_AWAY = re.compile(
    rf"(?:\b(?:i'?m|i am|im|we'?re|we are|i'?ll be|i will be|will be|still|currently|am|going|being|be|now)\b(?: \w+){{0,3}}? {_ABSENCE})|^\W*(?:(?:no|nope|nah|not yet|sorry|hi|yes|hello|not done|ah|oh|haven'?t)\W+(?:yet\W+|but\W+|as\W+)?)*(?:(?:currently|just|still|all|actually) )*{_ABSENCE}\b|\b(?:i'?m|i am|im|we'?re|will be|i'?ll be|back|returning|return|home) (?:back )?(?:in (?:the )?office )?(?:on|from|in|the|next|by) (?:mon|tue|wed|thu|fri|sat|sun|the|next|january|february|march|april|may|june|july|august|september|october|november|december|a|\d|two|three)\w*\b.*\b(?:away|holiday|leave|abroad|travel|office)\b|\b(?:annual|maternity|paternity|parental|sick) leave\b|🏖|🌴|✈|🏝"
)
_WAS_AWAY = re.compile(
    r"\b(?:was|were|been|just (?:got|come|came) back|got back|back now|came back|since|after my|before (?:i go|my|going))\b"
)
_NOT_BEGUN = re.compile(
    r"\b(?:haven'?t|havent|have not|hasn'?t|not|never|didn'?t|yet to|about to|will|i'?ll|going to|gonna|need to|to|must|should|can'?t|when i|once i|planning to|let'?s|ready to)(?: (?:even|really|yet|actually|properly|quite|just|still|get|got|have))* (?:start(?:ed)?|begin|begun|look(?:ed)?|get(?:ting)? started)\b"
)
_IN_PROGRESS = re.compile(
    r"\bhalf ?-?way\b|\bhalf[ -]?(?:done|finished|complete|of it|of them|there|filled)\b|\bhalf\b.{0,20}\b(?:done|finished|complete|left|to go)\b|\b(?:nearly|almost|practically|close to|not far off|not quite|about \w+|three quarters|mostly|largely)(?: \w+)? (?:done|there|finished|complete|completed|ready|through|all|finishing)\b|\bnot quite\b|\bgetting there\b|\bin (?:progress|process|hand)\b|\b(?:well )?under ?way\b|\bongoing\b|\bon the go\b|\bmaking progress\b|\bcoming along\b|\bcoming on\b"
    r"|\b(?:working|i'?m|i am|im|busy|still|been) (?:on|through|at) (?:it|this|that|them|the)\b|^\W*(?:yes|yep|yeah|ok|no|not yet|sorry)?\W*(?:i'?m |am )?on it\b|\bworking on\b|\b(?:doing|filling|finishing|completing|writing|typing|uploading|reading|going through|chipping away|plodding|submitting) (?:\w+ )?(?:it|this|that|at it|through|them|the)\b(?: \w+)?(?: right)? ?(?:now|today|as we speak|at the moment|atm|up|off|in)?"
    r"|\bas we speak\b|\bin the middle of\b|\bmid ?way\b|\b(?:i'?ve|i have|have|i|just|yes|only|already|yep|yeah|but|we|we'?ve|ive)(?: (?:just|already|only|did|have|have only|finally|at least|now|sort of|kind of))* (?:started|begun|began|made a (?:start|beginning)|made some (?:progress|headway))\b|^\W*(?:just |only |already )*(?:started|begun|begin|starting)\b|\bmade (?:a )?(?:good |small )?(?:start|progress|headway)\b|\bstarted (?:it|on it|this|that|filling|yesterday|last|today|but|the)\b|\bhave started\b"
    r"|\b(?:partly|partially|part[- ]?way|part of it|some of it|most of it|a bit of it|bits of it|bit by bit|little by little|step by step|slowly(?: but surely)?|first (?:half|part|bit|two|few|page|section)|one (?:half|part) (?:done|of))\b|\b(?!100)\d{1,2} ?(?:%|percent)|\b(?:\d+|one|two|three|four|a few|a couple|couple|few|some|only|just|last|final|one more) (?:more |of )?(?:pages?|sections?|bits?|parts?|questions?|things?|steps?|fields?|modules?|forms?|items?)?(?: ?(?:are|is))? ?(?:left|to go|remaining|outstanding|still to|more to)\b|\b\d+ (?:out )?of \d+\b"
    r"|\b(?:just|only) (?:need|have|got|needs|waiting)(?: to)?\b.*\b(?:left|then (?:it'?s|i'?m) (?:done|finished)|to go|to finish|and (?:it'?s|i'?m) done|before it'?s done)\b|\bstill (?:going|working|doing|filling|writing|reading|at it|in|have (?:to finish|the|a)|finishing)\b|\b(?:not|haven'?t|havent|hasn'?t|isn'?t|not yet|not all|not quite|not fully)(?: (?:quite|yet|fully|entirely|completely|all))* (?:finished|complete|completed|through|fully done|all done|entirely done)\b|\b(?:filled|done|did|completed|written|finished|answered) (?:in |out )?(?:most|some|half|part|parts|a few|bits|the first|two|three|one|all but|a bit)\b|\bto finish (?:it )?off\b|\bdraft(?:ed)?\b|\bhad a (?:first )?go\b"
)
_DONE_WORDS = r"(?:done|did (?:it|that|this|so|them|all|the|mine|my)|have done|finished|completed?|submitted|sorted|sent (?:it|them|off|in|that|this|my|the|everything|yesterday|last)|paid|registered|signed (?:up|it|the|and|that)|filled (?:it|in|out|the|everything|them)|uploaded|joined|booked|ticked (?:it |that )?off|posted (?:it|that|the|my)|handed (?:it |that )?in|returned (?:it|the)|renewed|updated (?:it|my|the)|set up|already (?:did|done|have|sent|paid|in)|all set|all good|all there|crossed off|wrapped up|took care of|taken care of|dealt with|read (?:it|them|everything|the|that)|watched (?:it|the|them)|met (?:him|her|them|my)|attended|in the (?:bag|post)|it'?s in|mission accomplished|nailed it|job done)"
_DONE = re.compile(
    rf"^\W*(?:(?:yes+|yep|yeah|yup|ya|ok|okay|hi|hello|hey|thanks|thank you|all|just|already|finally|i'?ve|ive|i|have|we|we'?ve|it'?s|its|it is|that'?s|thats|that is|this is|everything(?:'s| is)?|is|now|was|been|got|got it|have just|has been|both|think i'?ve|sure|of course|also|actually|happy to say|good news|update|ah|oh|it|that|one|all of it|the form is|my profile is|so|well|no worries|no problems?)\b\W*)*\b{_DONE_WORDS}\b"
)
_NOT_DONE = re.compile(
    r"\b(?:forgot|forgotten|forgetting|slipped my mind|escaped my mind|went out of my (?:head|mind)|totally forgot)\b|\b(?:haven'?t|havent|have not|hasn'?t|hasnt|not|never|didn'?t|didnt|did not|ain'?t)(?: (?:even|really|yet|actually|properly|just|still|as|i|had|got|managed|done|been))* (?:started|begun|done|did|do|looked|look|touched|tried|try|gotten|got (?:round|around|to)|get (?:round|around)|had a (?:look|chance|go|moment|minute|sec)|had (?:the|any) chance|sent|submitted|signed|filled|paid|begun|thought|opened|read|got)\b|^\W*(?:no\W+|sorry\W+|i\W+)*(?:haven'?t|havent|have not|not yet|not so far|not as yet|not done|not really|not exactly|not started|nothing yet|didn'?t|nowhere near|not at all|never)\W*(?:yet|sorry|done|i'?m afraid|unfortunately|actually|though|no)*\W*$|\byet to\b"
    r"|\bon (?:my|the) (?:to[- ]?do )?list\b|\bstill (?:to do|to be done|on my|need to do|have to do|outstanding|not|haven'?t|pending)\b|^\W*(?:no\W+|not yet\W+|sorry\W+|ok\W+|oh\W+|yes\W+)*(?:but )?(?:(?:i )?will(?: do)?|i shall|i'?ll|ill|going to|i'?m going to|im going to|gonna|planning (?:to|on)|i plan to|i intend to|i mean to|i'?m (?:planning|hoping|about) to|about to|hoping to|must|i must|need to|i need to|i should|meaning to|been meaning to|i'?ve been meaning to|soon|getting round to it|let me do|doing it (?:later|tomorrow|tonight|soon|next|this)|tonight hopefully|tomorrow hopefully|not on top)\b|\bbeen meaning to\b|\bkeep(?:ing)? (?:forgetting|putting it off)\b|\bprocrastinat\w+|\b(?:will|i'?ll|going to|gonna|plan(?:ning)? to|must|need to|should|promise to|try to|intend to|mean(?:ing)? to|hop(?:e|ing) to|about to) (?:\w+ )?(?:do|get|start|look|try|tackle|finish|complete|sort|make|have a look|give it|send|sit down)\b|\bnot (?:sorted|ready|there)\b"
)
_YES = r"(?:yes+|y|ye|yea+h?|yep+|yup+|ya|yah|yas+|aye|sure|sure (?:have|did|thing|is)|of course|ofc|indeed|absolutely|certainly|definitely|correct|affirmative|i have|i did|have done|it is|yes i have|yes i did|i do|si|oui|ja|i think so|think so|i believe so|hell yes|both|all of it|i have indeed|100%|roger|of course i have|yessir|👍|✅|✔|☑|👌|💯|🎉|🙌|🥳|💪)"
_NO = r"(?:no+|n|nope+|nah+|na|nay|non|nein|negative|not yet|not really|i haven'?t|haven'?t|i have not|i didn'?t|not at all|afraid not|i'?m afraid not|sadly not|unfortunately not|no i haven'?t|no i didn'?t|neither|not me|never|👎|❌|✖|🚫|🙈)"
_SOFT = r"(?:thanks?|thank you|thx|ty|cheers|please|sorry|mate|love|x+|all good|all fine|sir|maam|actually|i'?m afraid|unfortunately|sadly|haha|lol|oops|whoops|ah|oh|er|erm|um|hmm?|hi|hello|hey|ok|okay|bot|dear|though|yet|just now|now|today|yesterday|already|bad me|my bad|apologies|to be honest|tbh|i think|well|good|great|[😀-🙏🤐-🤿🥰-🥺☺❤💙💚😅😂]+)"
_BARE = r"(?:{soft}(?!\w)[\s,.!…-]*)*{said}(?!\w)(?:[\s,.!…-]*(?:{said}|{soft})(?!\w))*"
_CLAUSES = re.compile(r"[,.;!]+")
_EDGE = re.compile(r"^[\s.,!?…'\"()-]+|[\s.,!?…'\"()-]+$")
_BARE_YES = re.compile(_BARE.format(said=_YES, soft=_SOFT))
_BARE_NO = re.compile(_BARE.format(said=_NO, soft=_SOFT))
_LEADS_YES = re.compile(rf"(?:(?:{_SOFT})[\s,.!-]+)*(?!i |it |have |both |all |100|think )(?:{_YES})(?=[\s,.!…-])")
_LEADS_NO = re.compile(
    rf"(?:(?:{_SOFT})[\s,.!-]+)*{_NO}(?=[\s,.!…-])(?! (?:problems?|worries|bother|trouble|probs?|issues?|more|one|idea|clue|need|can do))"
)
# "No wait, I did it" takes back what was said before: its no answers nothing.
_TAKES_BACK = re.compile(
    r"^(?:(?:oh|ah|no+|nope|sorry)[\s,.!]+)*(?:wait|hang on|hold on|scratch that)[\s,.!-]+(?:(?:no+|nope|sorry|actually)[\s,.!-]+)*(?=(?:i|i'?ve|it|it'?s|that|yes|we|we'?ve)\b)"
)
_ASKS_US = re.compile(
    r"^\W*(?:(?:and|so|but|ok|hi|hello|hey|sorry|please)\W+)*(?:am|is|are|have|has|did|does|do|was|were|when|who|why|will|would|should|how (?:much|many|far|long|often|is|are|was)|what(?:'s| is| are| do| should| would| about| if| time| comes| else))\b(?! (?:done|finished|completed|sorted|sent|submitted))"
)
_ABOUT_US = re.compile(
    r"\b(?:you mean|(?:you'?re|are you|you|u) (?:asking|on about|talking|saying|texting|messag\w+|contact\w+|sending|after)|your (?:messages?|texts?|questions?|e-?mails?)|(?:the|that|this|last) (?:question|message|text)|why (?:are|do|did|you|am)|say (?:it|that) again|who (?:is|are|r)|this bot|wrong (?:number|person)|you may|you can (?:text|message|contact|write)|passed away)\b"
)


def plain_standing(text: str) -> Standing | None:
    """What `text` answers to "have you done it?" beyond doubt: yes or no alone, or followed by how it goes."""
    said = _tidy(text)
    bare = _bare_answer(said)
    if bare is not None:
        return bare
    quiet = _NO_TROUBLE.sub(" ", said)
    if _ABOUT_US.search(quiet):
        return _overcome(quiet)
    clear = _clear(said, quiet)
    if clear is not None or _leads(said) is None:
        return clear or _overcome(quiet)
    return _reading(quiet)


def _clear(said: str, quiet: str) -> Standing | None:
    """What words say that leave nothing to guess, though no yes or no stands before them."""
    if _ASKS_US.match(said) or _asks_for_time(quiet):
        return None
    hindered = _BLOCKED.search(quiet) or words.PLAINLY_BLOCKED.search(quiet)
    if words.PLAINLY_IN_PROGRESS.search(quiet) and not hindered:
        return Standing.IN_PROGRESS
    if _says_done(said) and not (words.NOT_QUITE.search(quiet) or hindered or _IN_PROGRESS.search(quiet)):
        return Standing.DONE
    if _overcome(quiet) is not None:
        return None
    if words.NO_BECAUSE.search(said) and not words.EXCUSE.search(said):
        return Standing.BLOCKED
    if words.PLAINLY_BLOCKED.search(quiet) or (hindered and words.WANTED_BUT.search(quiet)):
        return Standing.BLOCKED
    if words.PLAINLY_NOT_DONE.search(said) and not (hindered or _IN_PROGRESS.search(quiet)):
        return Standing.NOT_DONE
    return None


def _says_done(said: str) -> bool:
    """In the whole of the text or in a sentence of it: "you can stop asking, it's complete"."""
    return any(words.PLAINLY_DONE.search(part) for part in (said, *_CLAUSES.split(said)))


def _asks_for_time(quiet: str) -> bool:
    away = _IS_AWAY.search(quiet) and not _WAS_AWAY.search(quiet)
    return bool(away or (_ASKS_LATER.search(quiet) and not _DONT_ASK.search(quiet)))


def read_standing(text: str) -> Standing | None:
    """What the words of `text` speak for; right of an answer, but another message may have the same words."""
    said = _tidy(text)
    quiet = _NO_TROUBLE.sub(" ", said)
    if _ABOUT_US.search(quiet):
        return None
    found = _bare_answer(said) or _reading(quiet)
    return None if found is not Standing.BLOCKED and _ASKS_US.match(said) else found


def _tidy(text: str) -> str:
    return _TAKES_BACK.sub("", words.mend(" ".join(fold(text[:_LONGEST]).split())))


def _reading(said: str) -> Standing | None:
    if _IS_AWAY.search(said) and not _WAS_AWAY.search(said):
        return Standing.AWAY
    if _ASKS_LATER.search(said) and not _DONT_ASK.search(said):
        return Standing.LATER
    return _overcome(said) or _how_it_goes(said)


def _bare_answer(said: str) -> Standing | None:
    """Yes or no and nothing else but courtesies, in folded text."""
    core = _EDGE.sub("", said)
    if _BARE_YES.fullmatch(core):
        return Standing.DONE
    return Standing.NOT_DONE if _BARE_NO.fullmatch(core) else None


def leading_answer(text: str) -> Standing | None:
    """The yes or no with which `text` begins."""
    return _leads(_tidy(text))


def _leads(said: str) -> Standing | None:
    if _LEADS_YES.match(said):
        return Standing.DONE
    return Standing.NOT_DONE if _LEADS_NO.match(said) else None


def _overcome(said: str) -> Standing | None:
    """Trouble that is over: "got stuck, but managed in the end"."""
    found = _OVERCAME.search(said)
    if found is None or _STILL_TO_DO.search(said) or _UNDONE.search(said[found.start() :]):
        return None
    return Standing.DONE


def _how_it_goes(said: str) -> Standing | None:
    if _BLOCKED.search(said) or words.PLAINLY_BLOCKED.search(said):
        return Standing.BLOCKED
    if _NOT_BEGUN.search(said):
        return (
            Standing.IN_PROGRESS
            if re.search(r"\bbut (?:i'?ve |i have |have )?(?:started|made a start)\b", said)
            else Standing.NOT_DONE
        )
    if _IN_PROGRESS.search(said):
        return Standing.IN_PROGRESS
    done = _DONE.search(said)
    if done and not _UNDONE.search(done[0]):
        return Standing.DONE
    return Standing.NOT_DONE if _NOT_DONE.search(said) else None
