"""Words of danger are heard; figures of speech are not."""

from __future__ import annotations

import pytest

from bot.language.distress import is_distress

DISTRESS = (
    "life isnt worth living",
    "my life is not worth living any more",
    "what's the point of living",
    "i want to die",
    "im suicidal",
    "thinking about suicide",
    "i want to kill myself",
    "kms",
    "gonna kms",
    "i want to end it all",
    "i cant go on anymore",
    "no reason to live",
    "he hits me",
    "my husband hit me last night",
    "im in danger",
    "i dont feel safe at home",
    "I feel unsafe with him",
    "i was raped",
    "ive been self harming",
    "i want to end my life",
    "better off dead",
    "dont want to be here anymore",
    "i took all my pills",
    "i wanna die",
    "he's going to hurt me, scared he will kill me",
    "my ex threatened to kill me",
    "call 999",
    "unalive myself",
    "wish i was dead",
    "feeling suicidal today",
    "i dont want to live any more",
    "my partner is abusing me",
    "everyone would be better off without me",
    "im being abused",
    "i've been cutting myself",
    "thinking of ending my life",
)

FIGURES_OF_SPEECH = (
    "life isn't worth living without coffee",
    "I feel safe at home",
    "we are safe here thanks",
    "do I need the police clearance form? i have to get the police check",
    "this form is killing me",
    "dying to meet my mentor",
    "i died laughing",
    "dead tired",
    "my boss will kill me if i miss this",
    "suicide prevention webinar please",
    "i'd kill for a coffee",
    "im dead 😂",
    "this is going to be the death of me",
    "i could kill myself for missing it",
    "dying of boredom",
    "hit me up tomorrow",
    "hit me with the next one",
    "he beat me at chess",
    "shoot me an email",
    "i was attacked by the form lol",
    "end it there",
    "i want to end my membership",
    "jump off the call",
    "hang on",
    "i'm in danger of missing the deadline",
    "cut the form short",
    "can't go on with the form",
    "can't go on friday",
    "help im stuck",
    "don't want to be here all day",
    "kill two birds",
    "i overdosed on coffee",
    "i want to end it on friday",
    "stop harassing me",
    "domestic abuse charity event",
    "want to die of embarrassment",
    "my mentor hurt me knee",
    "10 kms away",
    "i feel unsafe paying online",
)


@pytest.mark.parametrize("text", DISTRESS)
def test_words_of_distress_are_heard(text: str) -> None:
    assert is_distress(text)
    assert is_distress(text.upper())


@pytest.mark.parametrize("text", FIGURES_OF_SPEECH)
def test_figures_of_speech_are_left_alone(text: str) -> None:
    assert not is_distress(text)
