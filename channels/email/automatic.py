"""Did a machine write it? RFC 3834, what came before it, and what programs do that follow neither."""

from __future__ import annotations

import re
from email.message import EmailMessage

from channels.email.headers import decoded, first, raw

MACHINES = ("mailer-daemon", "postmaster", "noreply", "no-reply", "donotreply", "do-not-reply", "bounce", "bounces")
PRECEDENCES = frozenset({"bulk", "junk", "list", "auto_reply", "auto-reply"})
FLAGS = ("X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Auto-Reply-From", "X-AutoReply-From", "List-Id")
SUPPRESSED = re.compile(r"\b(all|oof|autoreply)\b", re.IGNORECASE)

# Only from the beginning: an answer to a message about vacations has "Re:" there.
SUBJECTS = re.compile(
    r"^\W{0,3}("
    r"auto(mati(c|sche|sch|que|ca))?[ :-]?(reply|replies|response|respon[cs]e|antwort|answer)\b|auto: "
    r"|automated (reply|response)|automatische (antwort|abwesenheit|e-?mail)|automatisch antwoord"
    r"|r\u00e9ponse automatique|respuesta autom\u00e1tica|resposta autom\u00e1tica|risposta automatica"
    r"|autosvar|automatiskt svar"
    r"|out of (the )?office\b|ooo\b|i am out of|on (vacation|holiday|leave|parental leave|maternity leave)\b"
    r"|away from (my|the) (desk|office|mail|e-?mail)|vacation (reply|notice|response)"
    r"|abwesenheits(notiz|meldung|assistent)|abwesend\b|nicht im b\u00fcro|im urlaub\b|urlaub:"
    r"|absen(ce|t)( du bureau|e du bureau)?( ?[:-]|$)|message d'absence|en cong\u00e9s?\b"
    r"|fuera de (la )?oficina|ausente\b|ausencia\b|aus\u00eancia\b|fora do escrit\u00f3rio"
    r"|fuori (ufficio|sede)|assenza\b|afwezig(heid)?\b|niet aanwezig"
    r"|(ticket|case|request) (received|created)|we (have )?received your (e-?mail|message|request)"
    r")",
    re.IGNORECASE,
)


def why_automatic(message: EmailMessage, sender: str, return_path: str | None) -> str | None:
    """The sign that tells that no person wrote it; None when there is none.

    `return_path` is the sender that the mail host named: empty for "nobody", None when it isn't known.
    """
    submitted = first(message, "Auto-Submitted").partition(";")[0].strip().lower()
    if submitted and submitted != "no":
        return "auto-submitted"
    if first(message, "Precedence").lower() in PRECEDENCES:
        return "precedence"
    flag = next((name for name in FLAGS if raw(message, name)), None)
    if flag is not None:
        return flag.lower()
    if SUPPRESSED.search(first(message, "X-Auto-Response-Suppress")):
        return "x-auto-response-suppress"
    if return_path == "":
        return "empty return path"
    if sender.partition("@")[0].partition("+")[0] in MACHINES:
        return "sender"
    if SUBJECTS.match(decoded(message, "Subject")):
        return "subject"
    return None
