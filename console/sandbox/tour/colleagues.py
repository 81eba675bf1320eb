"""Stories in which a person comes in: silence, being stuck, a bad answer to a survey."""

from __future__ import annotations

from datetime import timedelta

from console.sandbox.tour.members import HOW_TO_WRITE, joined
from console.sandbox.tour.story import Place, Scene, Step, Story, gets, says, silent

DAY = timedelta(days=1)
REPLY = "Hi {name}, Maria here. I heard you are moving. Can I help with anything?"


def _shows(scene: Scene, pattern: str, comment: str) -> str:
    scene.open_case.shows(pattern)
    return comment


def _case_comes(scene: Scene, pattern: str, comment: str) -> str:
    scene.a_case_comes()
    return _shows(scene, pattern, comment)


def _claims(scene: Scene) -> None:
    scene.open_case.click("Maria", "claim")


def _replies(scene: Scene) -> None:
    scene.open_case.say("Maria", "> " + REPLY.format(name=scene.phone.name.split()[0]))


def _resolves(outcome: str) -> Step:
    def resolve(scene: Scene) -> None:
        scene.open_case.click("Jonas", "resolve")
        scene.open_case.submits("Jonas", {"text": outcome})

    def is_back(scene: Scene) -> str:
        scene.phone.expects(r"assistant, is back")
        return _shows(scene, r"resolved", "The case is closed, and the assistant says once that it is back.")

    return Step(
        "Resolve",
        "Jonas closes the case and notes what came of it. One mouth at a time: the assistant was silent meanwhile, and "
        "says once that it is back.",
        "Resolve the case",
        Place.SLACK,
        resolve,
        is_back,
        "Press Resolve on the card, and send the dialog.",
    )


CLAIM = Step(
    "Maria claims the case",
    "From now on the conversation is hers: the assistant says nothing to the member.",
    'Press "Claim" as Maria',
    Place.SLACK,
    _claims,
    lambda scene: _shows(scene, r"Maria Okafor", "The card says whose case it is."),
    "Choose Maria in the Slack pane and press Claim on the card.",
)

SILENCE = Story(
    "silence", "Silence to hand-off",
    "Somebody who does not answer is asked in another way, by another person, and then a colleague takes over.",
    "hourglass_empty", "Ben", "+1202555012",
    (
        joined("Ben"),
        Step(
            "Ben is silent: two days",
            "The ladder takes its next rung: another sender, other words. This one is from Maria, who looks after him.",
            "Wait for 2 days",
            Place.PHONE,
            lambda scene: scene.world.push(2 * DAY),
            lambda scene: gets(scene, r"Maria Okafor", "The second message is from a person whom he can answer."),
            'Press "Next event" until it comes.',
        ),
        Step(
            "Still silent: two more days",
            "The ladder is at its end, so a person has to look. A case comes into Slack, with what a colleague needs.",
            "Wait for 2 more days",
            Place.SLACK,
            lambda scene: scene.world.push(2 * DAY),
            lambda scene: _case_comes(scene, r"No answer|after 2 messages", "A case came, with what was tried."),
            'Press "Next event" until the case comes.',
        ),
        CLAIM,
        Step(
            "A private note",
            "What colleagues write in the thread stays among them.",
            "Write a note in the thread",
            Place.SLACK,
            lambda scene: scene.open_case.say("Maria", "His colleague says he is moving house."),
            lambda scene: silent(scene, "the note is private"),
            "Open the thread under the card and write something.",
        ),
        Step(
            "A reply to Ben",
            'A line that begins with ">" goes to the member, in the words of whoever wrote it.',
            "Write to Ben from the thread",
            Place.PHONE,
            _replies,
            lambda scene: gets(scene, r"^Hi \w+, Maria here\. I heard", "He got her words, and no others."),
            'In the thread, begin the line with ">".',
        ),
        Step(
            "Ben answers",
            "What he writes shows in the thread, and nobody else answers him.",
            "Answer from Ben's phone",
            Place.SLACK,
            says("that's kind! I'll sign in at the weekend"),
            lambda scene: _answered_in_thread(scene),
            HOW_TO_WRITE,
        ),
        _resolves("Will sign in at the weekend"),
    ),
)  # fmt: skip


def _answered_in_thread(scene: Scene) -> str:
    scene.open_case.thread_shows(r"sign in at the weekend")
    return silent(scene, "the conversation is Maria's")


STUCK = Story(
    "stuck", "Stuck, and a person comes",
    "Whoever is stuck first gets what helps, and then a person, without having to explain it all again.",
    "support", "Eva", "+1202555016",
    (
        joined("Eva"),
        Step(
            "The first step is done",
            "She answers, and is told the next step: her profile form.",
            'Text "yep did it last nite"',
            Place.PHONE,
            says("yep did it last nite"),
            lambda scene: gets(scene, r"your first sign-in.*profile form", "She knows what comes next."),
            HOW_TO_WRITE,
        ),
        Step(
            "Eva is stuck",
            "The assistant understands that it is about the form, and sends the page that helps with it.",
            'Text "stuck on the form"',
            Place.PHONE,
            says("stuck on the form"),
            lambda scene: gets(scene, r"https?://", "The help for just this step came."),
            HOW_TO_WRITE,
        ),
        Step(
            "Still stuck",
            "No second page: a person is asked, and Eva is told who. The case in Slack says on which step, and what "
            "was said.",
            'Text "still stuck"',
            Place.SLACK,
            says("still stuck"),
            lambda scene: _person_is_asked(scene),
            HOW_TO_WRITE,
        ),
        CLAIM,
        _resolves("We filled in the form together"),
    ),
)  # fmt: skip


def _person_is_asked(scene: Scene) -> str:
    scene.phone.expects(r"Maria Okafor")
    return _case_comes(scene, r"profile form", "Eva was told that Maria will help, and the case names the form.")


SURVEY = Story(
    "survey", "A survey, and a detractor",
    "A survey is one question at a time in the conversation; a bad answer brings a person instead of a statistic.",
    "sentiment_dissatisfied", "Fay", "+1202555018",
    (
        Step(
            "Fay's first 90 days",
            "She joined 90 days ago. The survey of that day is due: the question of the Net Promoter Score.",
            "Let 90 days be over",
            Place.PHONE,
            lambda scene: scene.joins(days_ago=90),
            lambda scene: gets(scene, r"How likely are you to recommend", "One question, with its scale."),
        ),
        Step(
            "A low score",
            "3 of 10 is a detractor. The assistant asks for the reason, in words that fit a low score.",
            'Text "3"',
            Place.PHONE,
            says("3"),
            lambda scene: gets(scene, r"main reason", "The question for the reason came at once."),
            "Type a number from 0 to 6.",
        ),
        Step(
            "The reason",
            "Every answer is kept as soon as it is given. A case comes into Slack, with the score and the words.",
            "Text what is wrong",
            Place.SLACK,
            says("I can't find anything on the site and nobody answered me"),
            lambda scene: _detractor(scene),
            "Type what is wrong.",
        ),
        CLAIM,
    ),
)  # fmt: skip


def _detractor(scene: Scene) -> str:
    scene.phone.expects(r"Thank you, Fay.*Maria Okafor|Maria Okafor.*")
    return _case_comes(
        scene, r"Gave \d+ \(0 to 10\)", "She is thanked and told who will write; the case has the score."
    )
