"""The words of a call: what each step of it says."""

from __future__ import annotations

from collections.abc import Callable

from bot.calls.book import msm_name
from bot.calls.progress import Next
from bot.config import Settings
from bot.model import Call
from channels.voice import twiml
from channels.voice.twiml import Lines

OUR_TEAM = "our member team"


def speak(settings: Settings, step: Next, call: Call | None) -> str:
    """The TwiML of a step."""
    lines = _lines(call)
    spoken = SPOKEN.get(step)
    if spoken is not None:
        return twiml.say_and_hang_up(settings, *(text.format(msm=lines.msm) for text in spoken))
    return BUILT[step](settings, lines)


def _lines(call: Call | None) -> Lines:
    if call is None:
        return Lines(key="", msm=OUR_TEAM, member="A member", text="")
    return Lines(
        key=call.key,
        msm=msm_name(call, OUR_TEAM),
        member=call.member.name if call.member is not None else "A member",
        text=str(call.message.body.get("text") or "") if call.message is not None else "",
        msm_phone=(call.msm.phone or "") if call.msm is not None else "",
    )


SPOKEN: dict[Next, tuple[str, ...]] = {
    Next.VOICEMAIL: (
        "This is an automated call on behalf of {msm}.",
        "Nothing is wrong: we only wanted to hear how you are getting on. We will write to you. Goodbye.",
    ),
    Next.NO_LONGER_ASKED: ("Thank you, you have answered in the meantime. Goodbye.",),
    Next.GOODBYE: ("No problem, we will write to you instead. Goodbye.",),
    Next.STOPPED: ("You will get no more calls from us. Goodbye.",),
    Next.MEMBER_GONE: ("The member is not on the line any more. Goodbye.",),
    Next.NOT_REACHED: ("I am sorry, {msm} can't be reached at the moment, and will get back to you. Goodbye.",),
    Next.FAULT: ("I am sorry, something went wrong on our side. Goodbye.",),
}
BUILT: dict[Next, Callable[[Settings, Lines], str]] = {
    Next.ASK: twiml.ask,
    Next.ASK_AGAIN: twiml.ask_again,
    Next.DIAL_MSM: twiml.dial_msm,
    Next.WHISPER: twiml.whisper,
    Next.BRIDGE: lambda _settings, _lines: twiml.bridge(),
    Next.HANG_UP: lambda _settings, _lines: twiml.hang_up(),
}
