"""E-mails as mail programs write them, for the tests: our own words in the shapes that are seen in the wild."""

# ruff: noqa: E501 - each case is as a mail program writes it
from __future__ import annotations

from dataclasses import dataclass

SENDER = "Programme <hello+r1-abcdefghijklmnop@bot.example>"
QUOTE = "Hi Ana,\n\nDid you join a group?\n\nReply 1 for Done, 2 for Not yet\n\n-- \nYou don't want these e-mails? Stop them: https://x.example/s"
MARKED = "\n".join(f"> {line}".rstrip() for line in QUOTE.split("\n"))


@dataclass(frozen=True)
class Case:
    """`text` is the plain text of an e-mail, `own` what its writer wrote."""

    name: str
    text: str
    own: str


def replies() -> list[Case]:
    return [
        Case("gmail", f"Yes, done!\n\nOn Fri, Nov 20, 2026 at 10:00 AM {SENDER} wrote:\n\n{MARKED}\n", "Yes, done!"),
        Case(
            "gmail, wrapped",
            "Yes\n\nOn Fri, Nov 20, 2026 at 10:00 AM Programme of the Association <\n"
            f"hello+r1-abcdefghijklmnop@bot.example> wrote:\n\n{MARKED}\n",
            "Yes",
        ),
        Case(
            "gmail, wrapped twice",
            "Yes\n\nOn Fri, Nov 20, 2026 at 10:00\u202fAM The Programme of the Association\n"
            f"of Something Long <hello+r1-abcdefghijklmnop@bot.example>\nwrote:\n\n{MARKED}\n",
            "Yes",
        ),
        Case("gmail, German", f"Ja\n\nAm Fr., 20. Nov. 2026 um 10:00 Uhr schrieb {SENDER}:\n\n{MARKED}\n", "Ja"),
        Case(
            "gmail, French",
            f"Oui\n\nLe ven. 20 nov. 2026 \u00e0 10:00, {SENDER} a \u00e9crit\u00a0:\n\n{MARKED}\n",
            "Oui",
        ),
        Case(
            "gmail, French, wrapped",
            "Oui, c'est fait\n\nLe ven. 20 nov. 2026 \u00e0 10:00, Programme <\n"
            f"hello+r1-abcdefghijklmnop@bot.example> a \u00e9crit :\n\n{MARKED}",
            "Oui, c'est fait",
        ),
        Case(
            "gmail, Spanish",
            f"S\u00ed\n\nEl vie, 20 nov 2026 a las 10:00, {SENDER} escribi\u00f3:\n\n{MARKED}\n",
            "S\u00ed",
        ),
        Case(
            "gmail, Italian",
            f"Fatto\n\nIl giorno ven 20 nov 2026 alle ore 10:00 {SENDER} ha scritto:\n\n{MARKED}\n",
            "Fatto",
        ),
        Case("gmail, Dutch", f"Klaar\n\nOp vr 20 nov 2026 om 10:00 schreef {SENDER}:\n\n{MARKED}\n", "Klaar"),
        Case(
            "gmail, Portuguese",
            f"Sim\n\nEm sex., 20 de nov. de 2026 \u00e0s 10:00, {SENDER} escreveu:\n\n{MARKED}\n",
            "Sim",
        ),
        Case(
            "apple", f"Not yet, sorry\n\n> On 20 Nov 2026, at 10:00, {SENDER} wrote:\n>\n{MARKED}\n", "Not yet, sorry"
        ),
        Case("apple, introduction unmarked", f"2\n\nOn 20 Nov 2026, at 10:00, {SENDER} wrote:\n\n{MARKED}\n", "2"),
        Case("apple, German", f"Noch nicht\n\n> Am 20.11.2026 um 10:00 schrieb {SENDER}:\n>\n{MARKED}\n", "Noch nicht"),
        Case(
            "iphone",
            f"Done\n\nSent from my iPhone\n\n> On Nov 20, 2026, at 10:00 AM, {SENDER} wrote:\n>\n{MARKED}\n",
            "Done",
        ),
        Case(
            "iphone, German",
            f"Erledigt\n\nVon meinem iPhone gesendet\n\n> Am 20.11.2026 um 10:00 schrieb {SENDER}:\n>\n{MARKED}\n",
            "Erledigt",
        ),
        Case(
            "iphone, French",
            f"Fait\n\nEnvoy\u00e9 de mon iPhone\n\n> Le 20 nov. 2026 \u00e0 10:00, {SENDER} a \u00e9crit :\n>\n{MARKED}\n",
            "Fait",
        ),
        Case(
            "outlook",
            f"Yes I did.\n\nAna\n\nFrom: {SENDER}\nSent: Friday, November 20, 2026 10:00 AM\nTo: Ana Diaz\n"
            f"Subject: Your first group\n\n{QUOTE}\n",
            "Yes I did.\n\nAna",
        ),
        Case(
            "outlook, ruled",
            f"Yes I did.\n\n________________________________\nFrom: {SENDER}\nSent: Friday, November 20\n"
            f"To: Ana Diaz\nSubject: Your first group\n\n{QUOTE}\n",
            "Yes I did.",
        ),
        Case(
            "outlook, old",
            f"Yes\n\n-----Original Message-----\nFrom: {SENDER}\nSent: Friday\nTo: Ana\nSubject: x\n\n{QUOTE}",
            "Yes",
        ),
        Case(
            "outlook, German",
            f"Ja, gern.\n\nVon: {SENDER}\nGesendet: Freitag, 20. November 2026 10:00\nAn: Ana Diaz\n"
            f"Betreff: Ihre erste Gruppe\n\n{QUOTE}\n",
            "Ja, gern.",
        ),
        Case(
            "outlook, German, old",
            f"Ja\n\n-----Urspr\u00fcngliche Nachricht-----\nVon: {SENDER}\nGesendet: Freitag\nAn: Ana\n"
            f"Betreff: x\n\n{QUOTE}\n",
            "Ja",
        ),
        Case(
            "outlook, French",
            f"C'est fait.\n\nDe : {SENDER}\nEnvoy\u00e9 : vendredi 20 novembre 2026 10:00\n\u00c0 : Ana Diaz\n"
            f"Objet : Votre premier groupe\n\n{QUOTE}\n",
            "C'est fait.",
        ),
        Case(
            "outlook, French, old",
            f"Oui\n\n-----Message d'origine-----\nDe : {SENDER}\nEnvoy\u00e9 : vendredi\n\u00c0 : Ana\n"
            f"Objet : x\n\n{QUOTE}\n",
            "Oui",
        ),
        Case(
            "outlook, mobile",
            f"1\n\nGet Outlook for iOS<https://aka.ms/o0ukef>\n________________________________\nFrom: {SENDER}\n"
            f"Sent: Friday, November 20, 2026 10:00:00 AM\nTo: Ana <ana@x.example>\nSubject: x\n\n{QUOTE}",
            "1",
        ),
        Case(
            "thunderbird, below",
            f"On 20/11/2026 10:00, Programme wrote:\n{MARKED}\n\nYes, last week.\n",
            "Yes, last week.",
        ),
        Case(
            "thunderbird, German, below",
            f"Am 20.11.26 um 10:00 schrieb Programme:\n{MARKED}\n\nJa, letzte Woche.\n",
            "Ja, letzte Woche.",
        ),
        Case(
            "between the lines",
            "On 20/11/2026 10:00, Programme wrote:\n> Did you join a group?\n\nYes.\n\n> Which one?\n\n"
            "The book club.\n\n> Bye\n",
            "Yes.\n\nThe book club.",
        ),
        Case(
            "above and between",
            "Hi!\n\nOn 20/11/2026 10:00, Programme wrote:\n> Did you?\n\nYes.\n> Which?\n\nThe club.\n",
            "Hi!\nYes.\n\nThe club.",
        ),
        Case("signature", "I need help\n\n-- \nAna Diaz\nPhone +1 415 555 0123\n", "I need help"),
        Case("signature without its blank", "I need help\n--\nAna Diaz\n", "I need help"),
        Case("nothing quoted", "Can you tell me\nwhere to start?\n\nAna", "Can you tell me\nwhere to start?\n\nAna"),
        Case(
            "a form of one's own",
            "Name: Ana\nDate: 3 March\nSubject: My question\nWhere do I pay?",
            "Name: Ana\nDate: 3 March\nSubject: My question\nWhere do I pay?",
        ),
        Case("dashes and a smaller sign", "3 - 2 > 0\n-- really --\nyes", "3 - 2 > 0\n-- really --\nyes"),
        Case("a long line", "word " * 300 + "end", "word " * 300 + "end"),
        Case(
            "forwarded without a word",
            f"---------- Forwarded message ---------\nFrom: {SENDER}\nDate: Fri\nSubject: x\nTo: a\n\n{QUOTE}\n",
            "",
        ),
    ]


GMAIL_HTML = (
    '<div dir="ltr">Done, <b>thanks</b>!<div>See you &amp; bye</div></div><br><div class="gmail_quote"><div dir="ltr" '
    'class="gmail_attr">On Fri, Nov 20, 2026 at 10:00 AM Programme &lt;<a href="mailto:hello@bot.example">hello@bot.example'
    '</a>&gt; wrote:<br></div><blockquote class="gmail_quote" style="margin:0px"><p>Did you join a group?</p>'
    "<blockquote>older</blockquote></blockquote></div>"
)
OUTLOOK_HTML = (
    "<html><head><style>p {margin: 0}</style></head><body><p class=MsoNormal>Not yet.<o:p></o:p></p><div><div style='border:none;"
    "border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0in 0in 0in'><p class=MsoNormal><b>From:</b> Programme &lt;hello@bot.example"
    "&gt; <br><b>Sent:</b> Friday, November 20, 2026 10:00 AM<br><b>To:</b> Ana<br><b>Subject:</b> Your first group</p></div>"
    "</div><p>Did you join a group?</p></body></html>"
)
BELOW_HTML = (
    '<div class="moz-cite-prefix">On 20/11/2026 10:00, Programme wrote:<br></div><blockquote type="cite">Did you join?'
    "</blockquote><p>Yes, last week.</p>"
)
