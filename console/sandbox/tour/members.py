"""Stories that a member's phone tells: onboarding, absence, STOP."""

from __future__ import annotations

from datetime import datetime, timedelta

from console.sandbox.tour.days import at_start_of_day, ordinal
from console.sandbox.tour.story import Place, Scene, Step, Story, gets, says, silent

DAY = timedelta(days=1)
HOW_TO_WRITE = "Type it on the phone, in these words or in yours, and press Enter."


def joined(first_name: str) -> Step:
    """Every story begins with somebody who joins."""
    return Step(
        f"{first_name} joins",
        f"{first_name} joined two days ago and agreed to text messages. The first step of the journey is due, so the "
        "programme asks about it. Look at the phone.",
        f"Let {first_name} join",
        Place.PHONE,
        lambda scene: scene.joins(),
        lambda scene: gets(
            scene, rf"{first_name}.*sign in", "The first question came: who writes, what about, and how to stop."
        ),
    )


ONBOARDING = Story(
    "onboarding", "Onboarding by text message",
    "A new member is asked about one step at a time, answers in her own words, and is guided on.",
    "school", "Ana", "+1202555017",
    (
        joined("Ana"),
        Step(
            "Ana answers in her own words",
            "No buttons and no keywords: the assistant understands what she means, notes that the step is done, and "
            "shows the way to the next one.",
            'Text "yep did it last nite"',
            Place.PHONE,
            says("yep did it last nite"),
            lambda scene: gets(
                scene, r"your first sign-in.*profile form", "She is congratulated, and told the next step."
            ),
            HOW_TO_WRITE,
        ),
        Step(
            "Three days later",
            "The next step has had its time, so the programme asks about it, within the hours in which Ana's time zone "
            "allows it. Watch the clock and the phone.",
            "Wait for 3 days",
            Place.PHONE,
            lambda scene: scene.world.push(3 * DAY),
            lambda scene: gets(scene, r"profile form", "The question about the next step came by itself."),
            'Press "+1 day" three times, or "Next event" until it comes.',
        ),
        Step(
            "Done, and on to the next",
            "An answer always ends the question in hand, and the next one is planned from it.",
            'Text "all filled in"',
            Place.PHONE,
            says("all filled in"),
            lambda scene: gets(scene, r"goal|first year", "One step further: what she did is never asked again."),
            HOW_TO_WRITE,
        ),
    ),
)  # fmt: skip


def _says_that_he_is_away(scene: Scene) -> None:
    back = _back(scene)
    scene.phone.says(f"I'm on holiday until the {ordinal(back.day)} of {back:%B}")


def _back(scene: Scene) -> datetime:
    return scene.world.now() + 10 * DAY


def _is_told_when(scene: Scene) -> str:
    back = _back(scene)
    return gets(scene, rf"{back.day} {back:%B}", f"The date was understood: {back:%A, %d %B}, and said back to him.")


def _until_he_is_back(scene: Scene) -> None:
    """Nine of the ten days are over, and a part of today perhaps."""
    scene.world.push_to(at_start_of_day(scene.world.now() + DAY))


AWAY = Story(
    "away", "Away",
    "A member who is on holiday is left in peace, and the conversation goes on when he is back.",
    "beach_access", "Dev", "+1202555014",
    (
        joined("Dev"),
        Step(
            "Dev is on holiday",
            "He says so in his own words, with a date. The assistant says what it has understood.",
            "Text that he is away for ten days",
            Place.PHONE,
            _says_that_he_is_away,
            _is_told_when,
            "Type until when he is away: ten days from now.",
        ),
        Step(
            "Four days later",
            "Silence would have brought the second message by now. The feed says that it is held, and why.",
            "Wait for 4 days",
            Place.FEED,
            lambda scene: scene.world.push(4 * DAY),
            lambda scene: silent(scene, "he is away"),
            'Press "+1 day" four times.',
        ),
        Step(
            "Nine days",
            "Still on holiday. A holiday costs no patience: no case is opened for a silence that was announced.",
            "Wait for 5 more days",
            Place.FEED,
            lambda scene: scene.world.push(5 * DAY),
            lambda scene: silent(scene, "he is still away"),
            'Press "+1 day" five times.',
        ),
        Step(
            "Dev is back",
            "The ladder goes on where it stopped: the second message is from his Member Success Manager.",
            "Go to the day of his return",
            Place.PHONE,
            _until_he_is_back,
            lambda scene: gets(scene, r"Maria Okafor", "Maria's message came on the day of his return, not before."),
            'Press "Next event" until the message comes.',
        ),
    ),
)  # fmt: skip

STOP = Story(
    "stop", "STOP",
    "STOP is obeyed at once, before any model is asked, and is in force until the member writes START.",
    "front_hand", "Cleo", "+1202555013",
    (
        joined("Cleo"),
        Step(
            "Cleo texts STOP",
            "Twilio answers itself and blocks the number; the programme writes the withdrawal into the ledger of "
            "consents, with her words. The phone is marked as stopped.",
            'Text "STOP"',
            Place.PHONE,
            says("STOP"),
            lambda scene: gets(scene, r"unsubscribed|opted out|no more messages", "She is out, and was told so."),
            HOW_TO_WRITE,
        ),
        Step(
            "Five days later",
            "Nothing may be sent to her, and nothing is. The feed says what was left out, and why.",
            "Wait for 5 days",
            Place.FEED,
            lambda scene: scene.world.push(5 * DAY),
            lambda scene: silent(scene, "she said STOP"),
            'Press "+1 day" five times.',
        ),
        Step(
            "Cleo texts START",
            "Only she can take it back.",
            'Text "START"',
            Place.PHONE,
            says("START"),
            lambda scene: gets(scene, r"subscribed|welcome back|opted in|receive messages", "She is in again."),
            HOW_TO_WRITE,
        ),
        Step(
            "A day later",
            "The journey goes on where it was.",
            "Wait for a day",
            Place.PHONE,
            lambda scene: scene.world.push(DAY + timedelta(hours=1)),
            lambda scene: gets(scene, r"sign in", "The question about her sign-in came again."),
            'Press "+1 day".',
        ),
    ),
)  # fmt: skip
