"""What a phone hears, as TwiML. Texts are escaped by the library, and lose what XML can't hold."""

from __future__ import annotations

from dataclasses import dataclass

from twilio.twiml.voice_response import Dial, Gather, VoiceResponse  # type: ignore[import-untyped]

from bot.compose.cut import shorten
from bot.config import Settings
from channels.voice.addresses import address

MOST_SPOKEN = 1500
KEY_SECONDS = 8


@dataclass(frozen=True)
class Lines:
    """Who is on the line: the `key` of the call, the names as they are spoken, and the text of the rung."""

    key: str
    msm: str
    member: str
    text: str
    msm_phone: str = ""


def ask(settings: Settings, lines: Lines) -> str:
    """Who calls, why, and the choice."""
    intro = f"This is an automated call on behalf of {lines.msm}."
    return _question(settings, lines, 1, intro, lines.text)


def ask_again(settings: Settings, lines: Lines) -> str:
    """The choice once more, for who was not fast enough or pressed another key."""
    return _question(settings, lines, 2)


def dial_msm(settings: Settings, lines: Lines) -> str:
    """Rings the MSM; they are connected only when the whisper ends with the key."""
    response = VoiceResponse()
    _say(settings, response, f"Thank you. Please hold while I call {lines.msm}.")
    dial = Dial(
        action=address(settings, "dial-done", lines.key),
        timeout=settings.voice_msm_ring_seconds,
        caller_id=settings.voice_from,
        answer_on_bridge=True,
        time_limit=settings.voice_most_minutes * 60,
    )
    dial.number(
        lines.msm_phone,
        url=address(settings, "whisper", lines.key),
        status_callback=address(settings, "status", lines.key, leg="msm"),
    )
    response.append(dial)
    return str(response)


def whisper(settings: Settings, lines: Lines) -> str:
    """What only the MSM hears."""
    response = VoiceResponse()
    gather = _gather(settings, "whisper-accept", lines.key)
    _say(settings, gather, f"{lines.member} would like to talk to you now. Press 1 to take the call.")
    response.append(gather)
    response.hangup()
    return str(response)


def bridge() -> str:
    """The end of the whisper: now they hear each other."""
    return str(VoiceResponse())


def say_and_hang_up(settings: Settings, *texts: str) -> str:
    response = VoiceResponse()
    for text in texts:
        _say(settings, response, text)
    response.hangup()
    return str(response)


def hang_up() -> str:
    response = VoiceResponse()
    response.hangup()
    return str(response)


def _question(settings: Settings, lines: Lines, attempt: int, *texts: str) -> str:
    response = VoiceResponse()
    gather = _gather(settings, "accept", lines.key, n=str(attempt))
    for text in texts:
        _say(settings, gather, text)
    _say(settings, gather, f"To talk to {lines.msm} now, press 1. To get no more calls from us, press 9.")
    response.append(gather)
    # A gather that submits even an empty result never falls through; should it be skipped, the line must not stay open.
    response.hangup()
    return str(response)


def _gather(settings: Settings, name: str, key: str, **more: str) -> Gather:
    return Gather(
        input="dtmf",
        num_digits=1,
        timeout=KEY_SECONDS,
        action=address(settings, name, key, **more),
        method="POST",
        action_on_empty_result=True,
    )


def _say(settings: Settings, verb: VoiceResponse | Gather, text: str) -> None:
    spoken = shorten(speakable(text), MOST_SPOKEN)
    if spoken:
        verb.say(spoken, language=settings.voice_language)


def speakable(text: str) -> str:
    """One line without what XML can't hold; control characters would make the whole document invalid."""
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())
