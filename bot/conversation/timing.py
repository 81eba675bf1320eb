"""Not now, and not until I am back."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from bot import audit
from bot.conversation import several
from bot.conversation.days import say_day, say_moment
from bot.conversation.scene import Say, Scene
from bot.language.dates import When, read_when
from bot.members import absences
from bot.model import Absence, Question
from bot.outreach.facts import closed_for
from bot.outreach.hours import at_local, next_open
from bot.progress import steps

DEFAULT_SNOOZE = timedelta(days=2)
LONGEST = timedelta(days=366)
FEW_WORDS = 4
CORRECTS = re.compile(r"\W*(?:no|nope|not|sorry|actually|wrong|correction|i mean|i meant)\b", re.IGNORECASE)


def snooze(scene: Scene) -> list[Say]:
    """Asks again at the named time, or in two days."""
    if _answers_until_when(scene):
        return away(scene)
    found = several.parts(scene)
    if not found:
        return [Say("utter_nothing_open", scene.said)]
    at = named_or_later(scene)
    for part in found:
        steps.answer(scene.session, part.standing, "snoozed", scene.now)
        steps.schedule(scene.session, part.standing, part.step, at, scene.now)
    scene.forget()
    when_said = say_moment(at, scene.now, scene.member.zone)
    return [Say("utter_snoozed", {"step": several.names(found), "when": when_said})]


def named_or_later(scene: Scene) -> datetime:
    """The time that they name, or in two days: the first moment from then on at which contact may begin."""
    when = _when(scene)
    at = _moment(scene, when) if when else None
    if at is None or not scene.now < at <= scene.now + LONGEST:
        at = scene.now + DEFAULT_SNOOZE
    return _opens(scene, at)


def away(scene: Scene) -> list[Say]:
    """Nothing is sent until the member is back, or between two days to come; asks for the day if none was named."""
    when, noted = _when(scene), _noted(scene)
    until = _day_back(scene, when) if when else None
    if when is None or until is None or not _today(scene) < until <= _today(scene) + LONGEST:
        _ask_again(scene, noted)
        return [Say("utter_ask_until_when", scene.said)]
    begins = _begins(scene, when) or (noted.starts_at if noted is not None else scene.now)
    if not scene.now < begins < at_local(until, time(), scene.member.zone):
        begins = scene.now
    _take_back(scene, when, noted)
    return _away_later(scene, begins, until, when) if begins > scene.now else _away_now(scene, until)


def _away_now(scene: Scene, until: date) -> list[Say]:
    scene.member.away_until = until
    audit.write(scene.session, scene.now, scene.source.source, "member.away", member_id=scene.member.id,
                reason=f"until {until.isoformat()}")  # fmt: skip
    live = scene.check_in()
    back = _opens(scene, at_local(until, scene.programme.hours.start, scene.member.zone))
    if live is not None and live.next_touch_at is not None and live.next_touch_at < back:
        live.next_touch_at = scene.now  # the ladder waits: the policy holds the next rung until the member is back
    scene.ask(Question.CONFIRM_AWAY, until=until.isoformat(), step=scene.conversation.data.get("step"))
    return [Say("utter_away", {**scene.said, "when": say_day(until, _today(scene))})]


def _away_later(scene: Scene, begins: datetime, until: date, when: When) -> list[Say]:
    """An absence that is still to come: until it begins, everything goes on."""
    zone, exact = scene.member.zone, when.end if isinstance(when.end, datetime) else None
    ends = exact or at_local(until, time(), zone)
    kept = absences.add(
        scene.session, scene.member, begins, ends, scene.source.source, scene.heard.text[:500], scene.now
    )
    scene.ask(Question.CONFIRM_AWAY, absence=kept.id, step=scene.conversation.data.get("step"))
    local = begins.astimezone(zone)
    start = say_day(local.date(), _today(scene)) if local.time() == time() else say_moment(begins, scene.now, zone)
    back = say_moment(exact, scene.now, zone) if exact else say_day(until, _today(scene))
    return [Say("utter_away_later", {**scene.said, "start": start, "when": back})]


def _noted(scene: Scene) -> Absence | None:
    """The absence to come that the bot has just repeated, and may be told to correct."""
    kept = scene.conversation.data.get("absence")
    if scene.conversation.question is not Question.CONFIRM_AWAY or kept is None:
        return None
    absence = scene.session.get(Absence, kept)
    return absence if absence is not None and absence.starts_at > scene.now else None


def _ask_again(scene: Scene, noted: Absence | None) -> None:
    known = {"absence": noted.id} if noted is not None else {}
    scene.ask(Question.CONFIRM_AWAY, step=scene.conversation.data.get("step"), **known)


def _take_back(scene: Scene, when: When, noted: Absence | None) -> None:
    """Another end, or "no" with other days, corrects what was noted last; other days alone come on top of it."""
    if when.kind == "range" and not CORRECTS.match(scene.heard.text):
        return
    if noted is not None:
        absences.remove(scene.session, scene.member, noted.id, scene.source.source, scene.now)
        return
    now_away, said = scene.member.away_until, scene.conversation.data.get("until")
    if scene.conversation.question is Question.CONFIRM_AWAY and now_away and now_away.isoformat() == said:
        scene.member.away_until = None
        absences.decide_anew(scene.session, scene.member, scene.now)


def _begins(scene: Scene, when: When) -> datetime | None:
    """When an absence with two ends begins; None when only its end was named."""
    if when.kind != "range":
        return None
    return when.start if isinstance(when.start, datetime) else at_local(when.start, time(), scene.member.zone)


def _answers_until_when(scene: Scene) -> bool:
    """A day alone: the answer to "until when are you away?", or another day than the bot has understood."""
    if scene.conversation.question is not Question.CONFIRM_AWAY or not names_a_day(scene):
        return False
    noted = scene.conversation.data.keys() & {"until", "absence"}
    return not noted or len(scene.heard.text.split()) <= FEW_WORDS or CORRECTS.match(scene.heard.text) is not None


def names_a_day(scene: Scene) -> bool:
    """Whether the message names a time: an answer to "until when?"."""
    return _when(scene) is not None


def _opens(scene: Scene, moment: datetime) -> datetime:
    """The first moment from then on at which contact may begin."""
    closed = closed_for(scene.programme.hours, scene.member)
    return next_open(moment, scene.member.zone, scene.programme.hours, closed)


def _today(scene: Scene) -> date:
    return _local_day(scene, scene.now)


def _when(scene: Scene) -> When | None:
    locale = scene.member.language if "-" in scene.member.language else "en-GB"
    text = scene.heard.text
    found = read_when(text, now=scene.now, zone=scene.member.zone, locale=locale)
    if found is None and scene.conversation.question is Question.CONFIRM_AWAY:
        found = read_when(CORRECTS.sub("", text), now=scene.now, zone=scene.member.zone, locale=locale)
    return found


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
