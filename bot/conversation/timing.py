"""Not now, and not until I am back."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from bot import audit
from bot.conversation.days import say_day, say_moment
from bot.conversation.scene import Say, Scene
from bot.language.dates import When, read_when
from bot.model import Question
from bot.outreach.hours import at_local, next_open
from bot.progress import steps

DEFAULT_SNOOZE = timedelta(days=2)
LONGEST = timedelta(days=366)


def snooze(scene: Scene) -> list[Say]:
    """Asks again at the named time, or in two days."""
    step = scene.step()
    if scene.standing is None or step is None:
        return [Say("utter_nothing_open", scene.said)]
    when = _when(scene)
    at = _moment(scene, when) if when else None
    if at is None or not scene.now < at <= scene.now + LONGEST:
        at = scene.now + DEFAULT_SNOOZE
    at = next_open(at, scene.member.zone, scene.programme.hours)
    steps.answer(scene.session, scene.standing, "snoozed", scene.now)
    steps.schedule(scene.session, scene.standing, step, at, scene.now)
    scene.forget()
    return [Say("utter_snoozed", {"step": step.name, "when": say_moment(at, scene.now, scene.member.zone)})]


def away(scene: Scene) -> list[Say]:
    """Nothing is sent until the member is back; asks for the day if none was named."""
    when = _when(scene)
    until = _day_back(scene, when) if when else None
    today = scene.now.astimezone(scene.member.zone).date()
    if until is None or not today < until <= today + LONGEST:
        scene.ask(Question.CONFIRM_AWAY, step=scene.conversation.data.get("step"))
        return [Say("utter_ask_until_when", scene.said)]
    scene.member.away_until = until
    audit.write(scene.session, scene.now, scene.source.source, "member.away", member_id=scene.member.id,
                reason=f"until {until.isoformat()}")  # fmt: skip
    live = scene.check_in()
    back = next_open(at_local(until, scene.programme.hours.start, scene.member.zone), scene.member.zone,
                     scene.programme.hours)  # fmt: skip
    if live is not None and live.next_touch_at is not None and live.next_touch_at < back:
        live.next_touch_at = scene.now  # the ladder waits: the policy holds the next rung until the member is back
    scene.ask(Question.CONFIRM_AWAY, until=until.isoformat(), step=scene.conversation.data.get("step"))
    return [Say("utter_away", {**scene.said, "when": say_day(until, today)})]


def names_a_day(scene: Scene) -> bool:
    """Whether the message names a time: an answer to "until when?"."""
    return _when(scene) is not None


def _when(scene: Scene) -> When | None:
    locale = scene.member.language if "-" in scene.member.language else "en-GB"
    return read_when(scene.heard.text, now=scene.now, zone=scene.member.zone, locale=locale)


def _moment(scene: Scene, when: When) -> datetime | None:
    start = when.end if when.kind == "range" else when.start
    if isinstance(start, datetime):
        return start
    return at_local(start, scene.programme.hours.start, scene.member.zone) if start else None


def _day_back(scene: Scene, when: When) -> date | None:
    """The first local day of contact. The last day that a range names still belongs to the absence."""
    if when.kind == "range":
        return _local_day(scene, when.end) + timedelta(days=1) if when.end else None
    return _local_day(scene, when.start) if when.start else None


def _local_day(scene: Scene, value: date | datetime) -> date:
    return value.astimezone(scene.member.zone).date() if isinstance(value, datetime) else value
