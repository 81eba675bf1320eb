"""A wish about one class of messages, as members word it, and what only looks like one."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.language.keywords import classify
from bot.language.message_classes import declined_class

KEYWORDS = Path(__file__).parents[2] / "dialogue" / "data" / "keywords.tsv"
INTENTS = Path(__file__).parents[2] / "dialogue" / "data" / "intents.tsv"

PROMOTIONAL = """
no more event invitations
No more event invitations please!
please stop sending me event invitations
stop the promotions
Stop the promotions, please
STOP THE ADS
stop sending promos
no more ads
no more promotional messages
no more promotional emails
no more offers
i don't want any more offers
I dont want event invites
I do not want to receive marketing
don't send me offers
please don't send me any more special offers
unsubscribe me from promotions
unsubscribe from event emails
unsubscribe me from event invitations
opt out of marketing
opt me out of promotions
i want to opt out of promotional messages
can you stop the event invitations?
could you please stop sending me offers?
how do i opt out of event invitations?
how do i turn off the promotions
turn off event notifications
turn the ads off
stop texting me about events
don't text me about events
please don't text me about webinars
stop inviting me to events
don't invite me to workshops any more
only send me what's about my membership
please only send me what is about my membership
only text me about my membership
just send me stuff about my membership
I only want messages about my membership
I only want to hear about my membership
only contact me when it's about my membership
send me only things about my account please
thanks but no more event invitations
I like the check-ins but no more event invitations please
no more offers and promotions
no more event invites or promotions, thanks
not interested in your offers
i'm not interested in receiving promotions
no promotions please
no ads thanks
event invitations, no thanks
fed up with the promotions
enough with the ads
take me off the event list
take me off the events mailing list
remove me from promotional emails
stop the marketing
no more marketing
no more workshop invites
no more invitations to webinars
no more messages about events
no more texts about offers
stop emails about events
I want you to stop the promotions
I'd like to stop the event invitations
no more event invitations. The rest is fine
No more promotions. Everything else is fine.
hi, no more events emails pls
stop with the promo texts
quit sending me deals
I don't want to hear about offers
I don't want to be sent promotional stuff
I withdraw my consent to marketing
I no longer want event invitations
no more calls about events
no more event invitations because I live too far away
"""

RELATIONSHIP = """
no more check-ins
stop the check-ins
please stop sending me check-in messages
no more check ins please
stop asking me about my progress
don't ask me about my progress
no more questions about my progress
stop the progress checks
i don't want check-ins any more
unsubscribe me from the check-ins
can you turn off the check-ins?
"""

SURVEYS = """
stop sending me surveys
no more surveys please
please stop the surveys
don't send me any more questionnaires
I don't want any more surveys
unsubscribe me from surveys
stop with the feedback requests
stop asking me for feedback
don't ask me for my opinion
take me off the survey invitations
"""

NEITHER = """
stop the survey
the survey is too long
I don't want to do this survey now
no more surveys and no more check-ins
are there no more surveys?
I have not had any surveys
stop
no
no thanks
no more
stop it please
stop texting me
no more messages
please stop sending me messages
take me off your list
stop everything
no more promotions, stop texting me
no more event invitations. STOP
No more promotions. Unsubscribe me.
no promotions, no check-ins, nothing
no more event invitations and no more check-ins please, nothing
No more event invitations. No more check-ins.
stop these marketing texts
never send me marketing texts
please don't stop the event invitations
don't stop the promotions
I don't want to stop the event invitations
why did you stop the event invitations?
did you stop the promotions?
no more event invitations?
have you no more event invitations?
are there no more offers?
what happens if I stop the promotions
if you send offers I will leave
will you stop the ads if i pay
my friend said no more event invitations
my boss said: no more promotions
he told me to stop the promotions
I got no invitation
I didn't get the event invitation
I haven't had any event invitations
I don't have an invitation
no invitation yet
I don't need an invitation
no offers yet
no job offers yet
no
no promotion yet
I got a promotion!
no more promotions at my company
I want a promotion
where are the event invitations?
send me the event invitations
can you send me more offers please
I want event invitations again
start the event invitations again
no more event invitations this week
no more offers for now
stop the promotions until May
stop messaging me about the conference
not interested in the event
no more events for me this year
I can't come to the event
cancel my event registration
unsubscribe me from the newsletter
stop the newsletter please
how do I opt out of the newsletter?
I stopped the ads myself
we stopped our promotions last year
I only have a question about my membership
I only want to know about my membership renewal
only send me the form
just send me the link about my membership card
I did the check-in at the hotel
I couldn't check in
I have done the check-ins
stop asking me about my profile form
no more reminders ever
remind me about the event
I don't want to go to events alone
I'm stuck on the offers page
the ads on your website stop the page from loading
what is promotional?
yes no more questions, it is done
I'm done with the workshop
"""


def lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line]


@pytest.mark.parametrize("text", lines(PROMOTIONAL))
def test_a_wish_for_no_more_promotions(text: str) -> None:
    assert declined_class(text) == "promotional"


@pytest.mark.parametrize("text", lines(RELATIONSHIP))
def test_a_wish_for_no_more_check_ins(text: str) -> None:
    assert declined_class(text) == "relationship"


@pytest.mark.parametrize("text", lines(SURVEYS))
def test_a_wish_for_no_more_surveys(text: str) -> None:
    assert declined_class(text) == "survey"


@pytest.mark.parametrize("text", ["", " ", "?", *lines(NEITHER), "no more promotions " * 100])
def test_everything_else_is_no_wish_about_one_class(text: str) -> None:
    assert declined_class(text) is None


@pytest.mark.parametrize("text", [*lines(PROMOTIONAL), *lines(RELATIONSHIP), *lines(SURVEYS)])
def test_such_a_wish_is_no_stop(text: str) -> None:
    assert classify(text, opted_out=False) is None


def test_no_row_of_the_other_tables_is_such_a_wish() -> None:
    for table in (KEYWORDS, INTENTS):
        texts = [line.partition("\t")[0] for line in table.read_text(encoding="utf-8").split("\n")[1:] if line]
        assert [text for text in texts if declined_class(text) not in (None, "survey")] == []


@pytest.mark.parametrize(
    "part", ["no more ", "ever again ", "networking events ", "promotions and ", "all the ", "please just "]
)
def test_long_texts_are_read_at_once(part: str) -> None:
    for text in (part * (500 // len(part)), f"no more ads {part * (480 // len(part))}"):
        assert declined_class(f"{text}x") is None
