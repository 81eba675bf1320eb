# ruff: noqa: E501, ISC004 - phrases read best one a line
"""The words and phrases behind `keywords`: what is a keyword alone, and what takes back consent in free words."""

from __future__ import annotations

import re

#: What the SMS provider itself acts on when a message is exactly that word, in any case.
PROVIDER_STOP = frozenset({"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "optout", "revoke"})
PROVIDER_START = frozenset({"start", "yes", "unstop"})
PROVIDER_HELP = frozenset({"help", "info"})

#: STOP words of other languages, as letters only and without Latin accents. They count alone, never inside a sentence.
STOP_BY_LANGUAGE: dict[str, frozenset[str]] = {
    "fr": frozenset(
        {
            "arret",
            "arreter",
            "arretez",
            "arrete",
            "desabonner",
            "desabonnement",
            "sedesabonner",
            "desinscrire",
            "desinscription",
        }
        | {
            "medesabonner",
            "medesinscrire",
            "annuler",
            "fin",
            "finir",
            "quitter",
            "resilier",
            "revoquer",
            "stoptout",
            "toutarreter",
        }
    ),
    "es": frozenset(
        {
            "alto",
            "parar",
            "para",
            "pare",
            "paren",
            "detener",
            "detenga",
            "cancelar",
            "cancela",
            "baja",
            "darsedebaja",
            "darmedebaja",
        }
        | {
            "fin",
            "terminar",
            "salir",
            "basta",
            "desuscribir",
            "desuscribirse",
            "desuscribirme",
            "anular",
            "revocar",
            "finalizar",
        }
    ),
    "pt": frozenset(
        {
            "parar",
            "pare",
            "para",
            "cancelar",
            "cancele",
            "cancela",
            "sair",
            "fim",
            "terminar",
            "descadastrar",
            "basta",
            "chega",
        }
        | {
            "cancelarinscricao",
            "desinscrever",
            "anularsubscricao",
            "cancelarsubscricao",
            "encerrar",
            "remover",
            "revogar",
            "pararteudo",
        }
    ),
    "de": frozenset(
        {
            "stopp",
            "stoppen",
            "abmelden",
            "abbestellen",
            "beenden",
            "ende",
            "aufhoren",
            "aufhoeren",
            "kundigen",
            "kuendigen",
            "schluss",
        }
        | {"abmeldung", "austragen", "widerrufen", "widerruf", "abbrechen", "stornieren", "allesstoppen"}
    ),
    "nl": frozenset(
        {
            "stop",
            "stoppen",
            "afmelden",
            "uitschrijven",
            "afmelding",
            "einde",
            "beeindigen",
            "opzeggen",
            "annuleren",
            "annuleer",
        }
        | {"stopalles", "allesstoppen", "intrekken", "ophouden", "meldmijaf", "schrijfmijuit"}
    ),
    "hi": frozenset(
        {
            "रोकें",
            "रोको",
            "रोकिए",
            "रोकिये",
            "रुको",
            "रुकें",
            "बंद",
            "बन्द",
            "बंदकरो",
            "बंदकरें",
            "बंदकरे",
            "बन्दकरो",
            "बन्दकरें",
            "बंदकरदो",
        }
        | {"स्टॉप", "स्टाप", "रद्द", "रद्दकरें", "रद्दकरो", "समाप्त", "समाप्तकरें", "सदस्यतासमाप्तकरें", "सदस्यतारद्दकरें", "अनसब्सक्राइब"}
        | {"band", "bandkaro", "bandkardo", "roko", "rokdo", "ruko", "rokiye", "bandkaren"}
    ),
}
#: Those that mean nothing else anywhere, so that a member whose language is recorded wrongly is heard too.
STOP_ANYWHERE = frozenset(
    {
        "arreter",
        "arretez",
        "desabonner",
        "desinscrire",
        "sedesabonner",
        "desinscription",
        "parar",
        "cancelar",
        "darsedebaja",
        "stopp",
    }
    | {"abmelden", "abbestellen", "stoppen", "afmelden", "uitschrijven", "descadastrar", "bandkaro", "bandkardo"}
    | {word for word in STOP_BY_LANGUAGE["hi"] if not word.isascii()}
)

POLITE = (
    r"(?:please|pls|plz|plse|pleas|thanks?|thank you|thx|ty|ta|cheers|now|right now|immediately|at once|asap|already|ffs|ok(?:ay)?"
    r"|hi|hello|hey|hiya|dear (?:team|sirs?)|good (?:morning|afternoon|evening)|just|kindly|sorry|no|yes|and|so|oi|omg|for good|forever|completely|altogether"
    r"|permanently|effective immediately|x{1,3}|svp|stp|s'il (?:vous|te) pla[iî]t|merci|por favor|gracias|bitte|danke|aub|a\.u\.b\.?|alsjeblieft|alstublieft|obrigad[oa]|kripya)"
)
_MSG = (
    r"(?:(?:sms|text|whatsapp|automated|auto|marketing|annoying|bloody|damn|stupid|silly|unwanted|unsolicited|future|further|more|such|daily|weekly|constant) )*"
    r"(?:messages?|messges?|mesages?|messaging|massages|msgs?|mssgs?|texts?|txts?|texting|sms(?:es|'s)?|notifications?|alerts?|communications?|contact|spam|e-?mails?|calls?)"
)
_THESE = r"(?:(?:all|any|of|the|these|those|this|your|ur|my|me|more|further|future|other|to|with) )*"
_ME = r"(?:me|us|my (?:phone|number|mobile)|this (?:number|phone)|here)"
_CONTACT = r"(?:text|txt|message|msg|contact|sms|write to|bother|pester|harass|spam|disturb)"
_CONTACTING = (
    r"(?:text+ing|txtin?g|textin|messaging|messagin|msg+ing|contacting|sms-?ing|writing to|bothering|pestering|harassing|spamming|bugging|disturbing"
    r"|e-?mailing|calling|ringing|phoning)"
)
_NOT = r"(?:don'?t|do not|dnt|dont|never|no longer|didn'?t)"
# The way by which they are reached, which is the channel itself: "on this number", "by text".
_HERE = r"(?:(?: (?:on|at|by|via|over|through|using|from) (?:(?:this|my|the|that|these) )?(?:(?:phone|mobile|cell|personal|private|work|home|own|text|whatsapp) )*(?:number|phone|mobile|cell|line|handset|sms|texts?|messages?|whatsapp|channel)| here)+)?"
_EVER = r"(?:(?: me| us)? (?:again|any ?more|ever|ever again|any longer|no more))"
_END = rf"(?=(?: (?:to|at|on) (?:me|us|this number|my (?:phone|number|mobile)))?(?: {POLITE}\b)*(?: ?[.!?,;:)\"'\n]|$| (?:and|or|but|because|cos|coz|as|i|i'm|im|this|it|thats?|you|u|we|from now)\b))"

#: A sentence that says one of these takes back consent, unless a guard below finds another meaning in it.
REVOKES = tuple(
    re.compile(p)
    for p in (
        rf"\b(?:stop|quit|cease|halt|discontinue)(?: with)? {_CONTACTING}\b(?: {_ME}\b|{_END})",
        rf"\b(?:stop|quit|cease|halt|discontinue|end|cancel)(?: with)? {_THESE}{_MSG}\b{_END}",
        rf"\b(?:stop|quit|cease) (?:sending|with|getting|receiving)(?: {_ME})? ?{_THESE}(?:{_MSG}|stuff|things|crap|rubbish|anything|everything|these|this|them|those)\b{_END}",
        rf"\b(?:stop|quit|cease) sending(?: {_ME})?(?: (?:these|this|them|those))?{_END}",
        rf"\bdesist(?: from)? (?:{_CONTACTING}|sending)\b",
        rf"\bnot interested in (?:(?:receiving|getting|being sent|any of) )?{_THESE}{_MSG}(?: from (?:you|u))?{_END}",
        rf"\b(?:want|wanna get|get me) off (?:of )?(?:this|the|your|ur) (?:(?:sms|text|texting|mailing|messaging|contact) )?list\b{_END}",
        rf"\bi (?:hereby |now )?unsubscribe(?: from (?:this|these|your|all) ?(?:list|{_MSG})?)?{_END}",
        rf"\bno (?:more|further) (?:of )?{_THESE}{_MSG}\b{_END}",
        rf"\bno more of (?:these|this|them|that){_END}",
        rf"\b{_NOT} (?:ever |please |kindly )*(?:{_CONTACT}|call|ring|phone|e-?mail) {_ME}{_HERE}{_EVER}{_HERE}(?! (?:until|till|til|before|unless|about|on (?:mon|tues|wednes|thurs|fri|satur|sun)))",
        rf"\b{_NOT} (?:ever |please |kindly )*(?:get in (?:touch|contact)(?: with me)?|reach out(?: to me)?|be in touch|make contact(?: with me)?){_HERE}{_EVER}{_HERE}{_END}",
        rf"\b{_NOT} (?:ever |please |kindly )*(?:use|keep|store|hold|share) (?:my|this) (?:phone |mobile |cell )?number(?: (?:for|to) (?:{_THESE}{_MSG}|{_CONTACT}(?: me)?))?{_EVER}{_END}",
        rf"\b(?:stop|quit|cease) using (?:my|this) (?:phone |mobile |cell )?number(?: (?:for|to) (?:{_THESE}{_MSG}|{_CONTACT}(?: me)?))?{_END}",
        rf"\b(?:stop|quit|cease|end|halt|discontinue|no more|no further) (?:(?:all|any|further|future|your|this|the|of|more|with|such) )*(?:contact|communications?|correspondence|outreach|comms)(?: (?:with|to) {_ME})?{_HERE}{_END}",
        rf"\b(?:don'?t|do not|dont|dnt) (?:you )?(?:ever )?send(?: {_ME})? ?{_THESE}(?:{_MSG}|these|this|anything|stuff)(?: else)?\b(?:{_EVER})?{_END}",
        rf"\b{_NOT} (?:want|wish|need|like|care|wanna|consent|agree)(?: to| for)? (?:(?:receive|get|be getting|be receiving|be sent|have|see|keep getting|keep receiving|getting|receiving) )?"
        rf"{_THESE}(?:{_MSG})(?: from (?:you|u|this number|you guys))?{_HERE}(?:{_EVER})?\b{_END}",
        rf"\b{_NOT} (?:want|wish|wanna)(?: to)? (?:be )?(?:contacted|texted|messaged|spammed|bothered)(?: by (?:you|u|text|sms|phone))?{_HERE}(?:{_EVER})?\b{_END}",
        rf"\b{_NOT} (?:want|wish|wanna)(?: to)? (?:receive|get|hear)(?: any of)? (?:these|this|from (?:you|u)|anything(?: from (?:you|u))?)(?:{_EVER})?\b{_END}",
        r"\b(?:no longer|don'?t|do not|dont) want (?:you|u) (?:to )?(?:texting|messaging|contacting|text|message|contact)(?: (?:me|us))\b",
        rf"\b(?:take|remove|get|delete|strike|drop|cross) (?:me|us|my (?:(?:phone|mobile|cell|telephone|contact|work|home) )*(?:number|details|name|phone|mobile)|this (?:phone )?number) (?:off|of|from|out of|out) "
        rf"(?:of )?(?:(?:this|these|your|the|ur|all|any|ya) )*(?:(?:sms|text|texting|txt|message|messaging|mailing|contact|calling|phone|marketing|distribution|stupid|bloody) )*"
        rf"(?:list|lists|texts?|messages?|sms|thread|group text|here|this|it)\b(?! (?:for|of)\b){_END}",
        rf"\b(?:take|remove|delete|get) (?:my (?:(?:phone|mobile|cell|telephone|contact) )*number|this (?:phone )?number)(?: (?:off|from|out of) (?:your|the|this|ur) (?:system|database|records|books|phone|contacts|files))?{_END}",
        rf"^(?:{POLITE} )*(?:can you |could you |would you |will you |i want you to )?(?:{POLITE} )*(?:remove me|take me off)(?: {POLITE})*$",
        r"\b(?:lose|forget) (?:my|this) number\b",
        rf"\bleave (?:me|us) (?:alone|be|in peace){_END}",
        rf"\bunsubscribe (?:me|us|my number|this number)\b(?: from (?:(?:this|these|your|the|all|any|ur) ?)*(?:(?:sms|text|messaging) )?(?:list|{_MSG}|service|everything)?)?{_END}",
        rf"\bunsubscribe from (?:(?:this|these|your|all|the|ur) )*(?:(?:sms|text|messaging) )?(?:list|{_MSG}|service|everything|all|this|these){_END}",
        rf"\b(?:want|wish|would like|'d like|id like|need|wanna|choose|decided|going|like)(?: to)? (?:unsubscribe|opt[ -]?out)(?: (?:of|from) (?:(?:this|these|your|all|the|any) ?)*(?:(?:sms|text) )?(?:list|{_MSG}|service|everything)?)?{_END}",
        rf"\bopt (?:me|us) out\b(?: of (?:(?:this|these|your|all|the|any) ?)*(?:{_MSG}|list|everything)?)?{_END}",
        rf"^(?:{POLITE} )*i(?:'m| am|m)? (?:opt|opting)[ -]?out\b(?: of (?:(?:this|these|your|all|the|any) ?)*(?:{_MSG}|list|everything)?)?{_END}",
        rf"\bopt[ -]?out of (?:(?:this|these|your|all|the|any) )+(?:{_MSG}){_END}",
        rf"\b(?:withdraw|revoke|rescind|take back|retract|withdrawing|revoking|cancel) (?:(?:my|all|any|our) )*(?:consent|permission|authori[sz]ation|opt[ -]?in)\b(?: (?:(?:to|for) (?:be |being |receive |receiving |get |getting )?(?:contacted|texted|messaged|{_THESE}{_MSG})|(?:for (?:you|u|them|this) )?to (?:{_CONTACT}|call|e-?mail|send) (?:{_ME}|{_THESE}{_MSG})))?{_END}",
        rf"\b(?:consent|permission) (?:is |has been |now |hereby )*(?:withdrawn|revoked)\b{_END}",
        rf"\bi (?:do not|don'?t|dont|no longer) (?:give )?(?:you )?(?:my )?(?:consent|permission)(?: to (?:this|these|be contacted|being contacted|being texted|be texted|contact me|text me|message me|{_THESE}{_MSG}))?{_END}",
        rf"\b(?:want|need|'d like|would like|id like) (?:you|u|these|this|the (?:texts|messages)|these (?:texts|messages)|it|all this|this all|them) to stop{_END}",
        rf"\bmake (?:these|the|those) (?:{_MSG}) stop\b",
        rf"\b(?:turn|switch) (?:off|of) {_THESE}(?:texts?|txts?|messages?|msgs?|sms|text alerts?|text messages?){_END}",
        rf"\b(?:turn|switch) {_THESE}(?:texts?|txts?|messages?|msgs?|sms|text messages?) off{_END}",
        rf"\b(?:you|u) {_NOT} (?:have|had) (?:my|our) (?:permission|consent)(?: (?:to|for) (?:{_CONTACT}|{_CONTACTING}|contact|send)(?: {_ME})?(?: {_THESE}{_MSG})?)?{_END}",
        r"\b(?:want|wish|like|need|ask|asked) to be (?:removed|taken|struck|deleted|off) (?:from|off)?(?: of)? ?(?:this|your|the|ur) (?:(?:sms|text|texting|mailing|messaging|contact) )?list\b",
        rf"^(?:{POLITE} )*enough (?:with|of)? ?(?:the|these|your)? ?(?:texts|messages|msgs)(?: {POLITE})*$",
        r"\bi (?:already |just |clearly )?(?:said|texted|sent|replied|wrote|typed)(?: to)? (?:you )?[\"']?(?:stop|unsubscribe)[\"']?(?=$|[.!,]| (?:but|and|already|twice|please|several|ages|days|last|yesterday))",
        rf"\bi (?:already |have )?(?:told|asked) (?:you|u|you guys) to (?:stop|unsubscribe me|take me off|remove me){_END}",
        # other languages
        r"\b(?:arr[eê]tez?|cessez?) (?:de |d')(?:m'|me |nous )?(?:envoyer|[eé]crire|contacter|texter|harceler)",
        r"\bne (?:m'|me |nous )(?:envoyez|envoie|envoyer|[eé]crivez|[eé]cris|contactez|contacte)(?: plus|-moi plus)",
        r"\bplus (?:de|aucun) (?:messages?|sms|textos?)\b",
        r"\bje ne (?:veux|souhaite|d[eé]sire) plus (?:de |recevoir|vos |[eê]tre contact)",
        r"\b(?:d[eé]sabonnez|d[eé]sinscrivez|retirez|supprimez|enlevez)[- ]moi\b",
        r"\b(?:deje[n]?|deja|dejad|par[ea]n?) de (?:enviar(?:me|nos)?|escribir(?:me)?|mandar(?:me|nos)?|contactar(?:me)?|molestar(?:me)?)",
        r"\bno me (?:env[ií]en?|env[ií]es|mand[ea]n?|mandes|escriban?|escribas|contacten?|contactes|molesten?) (?:m[aá]s|nunca)\b",
        r"\bno (?:quiero|deseo) (?:recibir |que me (?:env[ií]en|manden|escriban) )?(?:m[aá]s|ning[uú]n|sus|estos|recibir) ?(?:mensajes|sms|textos)?",
        r"\bno m[aá]s (?:mensajes|sms|textos)\b",
        r"\b(?:denme|dame|dar(?:me)?|quiero dar(?:me)?|me doy) de baja\b(?! (?:del (?:evento|bolet[ií]n|curso)|de la (?:cena|revista)))",
        r"\b(?:pare[m]?|parem|deixe[m]?|chega) de (?:me )?(?:enviar|mandar|escrever|contactar|contatar|incomodar)",
        r"\bn[aã]o (?:quero|desejo) (?:mais )?(?:receber|mensagens|sms)\b(?: mais)?(?: mensagens)?",
        r"\bn[aã]o me (?:envie[m]?|mande[m]?|escreva[m]?|contacte[m]?|contate[m]?)(?: mais)\b",
        r"\b(?:chega de|sem mais|nada de) (?:mensagens|sms)\b",
        r"\bkeine? (?:weiteren? |solchen? )?(?:nachrichten?|sms|textnachrichten|mitteilungen)(?: mehr)?(?: (?:bitte|schicken|senden|an mich))*(?=$|[.!,])",
        r"\b(?:h[oö]r(?:t|en sie)?|hoert?) (?:bitte )?auf,? (?:mir|mich)\b",
        r"\b(?:schreib(?:t|en sie)?|kontaktier(?:t|en sie)?|schick(?:t|en sie)?|senden sie) (?:mir|mich) (?:bitte )?(?:nicht|keine|nie)\b[\w ]* ?(?:mehr)?",
        r"\bich (?:m[oö]chte|will) (?:bitte )?(?:keine|nicht mehr)(?: \w+){0,2} ?(?:nachrichten|sms|kontaktiert|bekommen|erhalten)",
        r"\b(?:meldet?|melden sie) mich (?:bitte )?ab\b(?! (?:von der|vom|f[uü]r))",
        r"\bgeen (?:berichten|berichtjes|sms(?:'?jes|en)?|appjes)(?: meer)?(?: (?:sturen|aub|a\.?u\.?b\.?|alsjeblieft|graag))*(?=$|[.!,])",
        r"\bstop (?:a\.?u\.?b\.? |alsjeblieft )?met (?:het )?(?:sturen|berichten|sms|appen|mij|deze)",
        r"\b(?:stuur|schrijf|app|sms) (?:me|mij) (?:a\.?u\.?b\.? |alsjeblieft )?(?:geen|niet|nooit)\b[\w ]*\bmeer\b",
        r"\bik wil (?:geen|niet meer)(?: \w+){0,3} ?(?:berichten|sms|ontvangen|benaderd)",
        r"\b(?:schrijf|meld|haal) (?:me|mij) (?:a\.?u\.?b\.? |alsjeblieft )?(?:uit|af|van de lijst)(?=$|[.!,])",
        r"(?:मैसेज|संदेश|मेसेज|एसएमएस|sms)\s*(?:भेजना|करना|को)?\s*(?:बंद|बन्द|मत|रोक)",
        r"मत\s*(?:भेजो|भेजें|भेजिए|भेजना|करो|करें|करना)",
        r"\b(?:message|msg|sms|text|messages)(?: bhejna| karna)? (?:band|mat|na) ?(?:karo|kar do|kardo|karna|karen|kijiye|bhejo|bhejna|bhejiye)?\b",
    )
)

#: Another meaning: a question about the word, one thing only, some of the time, somebody else's words, or the opposite.
GUARDS = tuple(
    re.compile(p)
    for p in (
        r"^(?:\W|(?:hi|hello|hey|ok|so|and|but|sorry|um|er|quick question|question)\b)*(?:how|what|what's|whats|when|where|why|which|who|does|do(?! not\b)|did|is|are|if|was|were|has|have|should|shall|must|am)\b",
        r"\b(?:how (?:do|can|would|to|does)|what (?:happens|does|if|is)|why (?:did|do|does|have|has)|if i|is it (?:true|possible)|wondering|what's the)\b",
        r"\bcan i\b",
        r"(?:don'?t|do not|dont|never|won'?t|wont|can'?t|cant|not|didn'?t|doesn'?t|wouldn'?t|hate|hope|rather not|hasn'?t|haven'?t|isn'?t)"
        r"(?: (?:want|wish|mean|need|like|trying|going|asking|have|you|to|ever|please|actually|really|even|just|say|saying|said|i|it))*(?: to)?"
        r" (?:stop|unsubscribe|opt|quit|end|cancel|cancelling|stopping|revoke|withdraw|take me|remove|delete|leave me alone)\b",
        r"\b(?:mistake|accident|accidentally|by error|in error|changed my mind|didn'?t mean|joking|kidding|jk)\b",
        r"\b(?:news ?letters?|magazines?|journals?|brochures?|invoices?|post(?:al)?|paper|letters|catalogues?|seats?|tickets?|places?|bookings?|registrations?|webinars?|events?|conference"
        r"|dinner|gala|meeting|appointment|sessions?|workshops?|courses?|membership|subscription|direct debit|payments?|order|mentor(?:ing)?|chapter|committee|panel|waiting list|waitlist"
        r"|guest ?list|forum|group chat|linkedin|facebook|survey|job|offers|promos?|promotions|adverts?|ads)\b",
        r"\babout (?!this|these|it\b|that|anything|everything|your|any|all|onboarding)",
        r"\b(?:until|till|til|untill|tonight|tomorrow|tmrw|this (?:week|morning|afternoon|evening|month|weekend)|next (?:week|month)|before \d|after \d|past \d|at night|at work|at weekends?|on weekends?"
        r"|in the (?:morning|evening|afternoon|night|mornings|evenings)|on (?:mon|tues|wednes|thurs|fri|satur|sun)days?|during|while|whilst|for now|for (?!the last time)(?:a|an|the|\d+|one|two|three|few|some) \w+"
        r"|the weekends?|so (?:late|early|much|often|many|loud|loudly)|too (?:late|early)|as (?:much|often)|every (?:day|hour|week)|twice|all the time|(?:late|early) (?:at|in)|in (?:caps|capitals|french|english)|today)\b",
        r"\b(?:he|she|they|his|her|boss|friend|mate|wife|husband|manager|colleague|mentor|kids?|son|daughter|mum|dad|someone|somebody) (?:\w+ )?(?:said|told|says|tells|asked|keeps|wants|won'?t|wont|doesn'?t|should|must|to)\b",
        r"\b(?:tell|ask|get|make) (?!you|u\b|your|the (?:bot|system|team|staff|office)|them|these|the |someone|somebody)\w+(?: \w+)? to stop\b",
        r"\b(?:he|she) (?:should|must|needs to|has to)\b",
        r"\b(?:bus|pit|full|tube|tram|train|door|one)[- ]stop\b|\bnon-?stop\b|\bstop (?:by|at|over|in|off|for|worrying|and chat|press|watch|motion)\b",
        r"\b(?:just|only|but|instead|rather|and) (?:text|txt|message|msg|sms|whatsapp) me\b(?! (?:no|any|again|ever))",
        r"\b(?:use|try|ring|call|e-?mail|text|message|contact|reach)(?: me)?(?: (?:on|at|by|via|in))? (?:my|the|an?) (?:new|other|work|home|mobile|landline|e-?mail|office|personal|private|cell|second|different|right|correct|own)\b",
        r"\b(?:stop|don'?t|do not|quit|no more) (?:e-?mail\w*|call\w*|ring\w*|phon\w*)\b.*\binstead\b",
        r"\b(?:the word|keyword|reply(?:ing)? stop|text(?:ing)? stop|says? (?:reply|text|stop)|saying stop)\b",
    )
)
