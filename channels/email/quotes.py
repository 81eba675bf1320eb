"""What a person wrote, without what their mail program added: quotes, the line that announces them, signatures.

quotequail knows how most programs announce a quote; the rules here are for what it doesn't know.
"""

from __future__ import annotations

import re

import quotequail  # type: ignore[import-untyped]

LONGEST_LINE = 400
"""Lines that announce a quote are short, and the patterns take long on long ones: those are put aside meanwhile."""
MOST_LINES = 1000
MARK = "\ue000"
ASIDE = re.compile(f"{MARK}([0-9]+){MARK}")
SPACES = re.compile("[\u00a0\u202f\u2007\u3000\t]")

INTRODUCTIONS = re.compile(
    r"^(Il giorno .{5,200} ha scritto:|(Il|Le) .{5,200} (ha scritto|a \u00e9crit) ?:|W dniu .{5,200} napisa\u0142\(a\):"
    r"|Em .{5,200} escreveu:|El .{5,200} escribi\u00f3:|On .{5,200} wrote:|Am .{5,200} schrieb.{0,200}:"
    r"|.{0,100}<[^<>\s]+@[^<>\s]+> (wrote|schrieb|a \u00e9crit|ha scritto|escribi\u00f3|escreveu|schreef).{0,60}:)$"
)
SEPARATORS = re.compile(
    r"^(-{2,} ?(Message d'origine|Message original|Messaggio originale|Mensagem original|Oorspronkelijk bericht"
    r"|Original Message|Urspr\u00fcngliche Nachricht|Mensaje original|Forwarded message) ?-{2,}|_{20,}"
    r"|\*?(From|Von|De|Da|Van) ?: ?\*?.*)$",
    re.IGNORECASE,
)
FORWARDED = re.compile(r"^(-{2,} ?.{3,60} ?-{2,}|_{20,}|[^:]{8,60}:)$")
HEADER_LINES = re.compile(
    r"^\*?(Sent|Date|To|Cc|Subject|Gesendet|Datum|An|Betreff|Envoy\u00e9( le)?|\u00c0|Objet|Enviado( el)?|Para|Asunto|"
    r"Inviato|A|Oggetto|Verzonden|Aan|Onderwerp|Assunto) ?:\*? ",
    re.IGNORECASE,
)
SIGNATURE = re.compile(r"^-- ?$")
MOBILE = re.compile(
    r"^(Sent (from|with) (my |Yahoo|Proton|Outlook|Mail|Samsung).{0,60}|Get Outlook for .{0,60}|Sent via .{0,40}"
    r"|(Von|Gesendet (von|mit|aus)) (meinem|Outlook|der|Mail|Yahoo|Proton).{0,60}|Von meinem .{0,40} gesendet"
    r"|Envoy\u00e9 (de|depuis|\u00e0 partir de|avec) (mon|ma|l'|Outlook|Yahoo|Mail|Proton).{0,60}"
    r"|Enviado (desde|do|de) (mi|meu|Outlook|Yahoo).{0,60}|Inviato da (iPhone|iPad|Outlook|Yahoo|Libero).{0,60}"
    r"|Verstuurd vanaf mijn .{0,40}|Verzonden vanaf .{0,40}|Download Outlook .{0,60}|Obtenir Outlook .{0,60}"
    r"|Outlook f\u00fcr .{0,60})$",
    re.IGNORECASE,
)


def written(text: str) -> str:
    """The words of the person who wrote `text`: above a quote, below it, or between its lines."""
    aside: list[str] = []
    lines = [_short(SPACES.sub(" ", line).rstrip(), aside) for line in text.split("\n")[:MOST_LINES]]
    own = re.sub(r"\n{3,}", "\n\n", _without_signature(_without_quotes(lines))).strip()
    return ASIDE.sub(lambda found: aside[int(found.group(1))], own)


def _short(line: str, aside: list[str]) -> str:
    """A long line is put aside, and a mark takes its place; nobody else's text can have that mark."""
    line = line.replace(MARK, "")
    if len(line) <= LONGEST_LINE:
        return line
    aside.append(line)
    return f"{'> ' if line.startswith('>') else ''}{MARK}{len(aside) - 1}{MARK}"


def _without_quotes(lines: list[str]) -> str:
    joined = "\n".join(_one_line_introductions(_before_separator(lines)))
    found = quotequail.unwrap(joined)
    if found is None:
        return _without_marked(joined)
    top, bottom = str(found.get("text_top", "")), str(found.get("text_bottom", ""))
    if found["type"] == "forward" and "from" not in found and not any(map(FORWARDED.match, joined.split("\n"))):
        return _without_marked(joined)  # a form that the member filled in has lines like "Date: ..." too
    # Below the first quote there may be more of them, each with an answer between.
    below = _without_quotes(bottom.split("\n")) if _has_quote(bottom) else bottom
    return "\n".join(part for part in (_without_marked(top), _without_marked(below)) if part.strip())


def _has_quote(text: str) -> bool:
    return any(line.startswith(">") or INTRODUCTIONS.match(line) for line in text.split("\n"))


def _before_separator(lines: list[str]) -> list[str]:
    """Up to where a program without quote marks put the older message: a separator, then headers of it."""
    for number, line in enumerate(lines):
        if SEPARATORS.match(line) and _headers_follow(lines, number):
            return lines[:number]
    return lines


def _headers_follow(lines: list[str], number: int) -> bool:
    following = [line for line in lines[number + 1 : number + 8] if line.strip()]
    return sum(HEADER_LINES.match(line) is not None for line in following[:5]) >= 2


def _one_line_introductions(lines: list[str]) -> list[str]:
    """An introduction that was wrapped, in a form that quotequail knows: one line in English."""
    done: list[str] = []
    number = 0
    while number < len(lines):
        length = _introduction_length(lines, number)
        if length:
            done.append("On a day somebody wrote:")
            number += length
        else:
            done.append(lines[number])
            number += 1
    return done


def _introduction_length(lines: list[str], number: int) -> int:
    """How many lines, 0 to 4, an introduction takes that begins here; the quote must follow, or nothing at all."""
    if not lines[number].strip() or lines[number].startswith(">"):
        return 0
    for length in range(1, 5):
        part = lines[number : number + length]
        if not all(line.strip() for line in part):
            return 0
        if INTRODUCTIONS.match(" ".join(line.strip() for line in part)[:LONGEST_LINE]):
            return length
    return 0


def _without_marked(text: str) -> str:
    return "\n".join(line for line in text.split("\n") if not line.startswith(">"))


def _without_signature(text: str) -> str:
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if SIGNATURE.match(line):
            lines = lines[:number]
            break
    return "\n".join(line for line in lines if not MOBILE.match(line.strip()))
