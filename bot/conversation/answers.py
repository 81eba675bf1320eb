"""How a step is going: done, on the way, not yet, stuck."""

from __future__ import annotations

import re
from datetime import timedelta

from bot.conversation import several
from bot.conversation.days import say_day
from bot.conversation.open_question import yes_or_no
from bot.conversation.scene import Say, Scene
from bot.handoff.cases import Need, open_case
from bot.language.standing import Standing, read_standing
from bot.model import HandOffReason, Priority, Question, StepState, Team
from bot.programme import phrases
from bot.progress import dates, steps

FIRST_WORD = re.compile(r"^\W*\w+\W*")
AGAIN_IN_PROGRESS = timedelta(days=3)
AGAIN_NOT_DONE = timedelta(days=2)
AGAIN_BLOCKED = timedelta(days=2)

TEAM_FOR = {
    "resource": Team.MEMBER_SUCCESS,
    "training": Team.MEMBER_SUCCESS,
    "services": Team.PROFESSIONAL_SERVICES,
}


def report_done(scene: Scene) -> list[Say]:
    """The step is done: say so, celebrate a milestone, and guide to the next step, or to what else was asked."""
    if _helped(scene, Standing.DONE):
        return report_in_progress(scene)
    found = several.parts(scene)
    if not found:
        return [Say("utter_nothing_open", scene.said)]
    advances = [
        steps.complete(scene.session, scene.programme, part.standing, part.step, scene.member, scene.source, scene.now)
        for part in found
    ]
    replies = [Say("utter_step_done", {**scene.said, "step": several.names(found)})]
    reached = [advance.reached for advance in advances if advance.reached is not None]
    replies += [Say("utter_words", {"words": phrases.celebrate_text(one, scene.said)}) for one in reached]
    left = several.open_parts(scene)
    if left:
        return [*replies, _ask_the_other(scene, left[0])]
    scene.forget()
    ahead = next(((part, one.ahead) for part, one in zip(found, advances, strict=True) if one.ahead is not None), None)
    if ahead is not None:
        part, step = ahead
        guide = phrases.guide_text(scene.programme, part.standing.journey, step, scene.said)
        replies.append(Say("utter_next_step", {"step": step.name, "guide": guide}))
    elif any(part.standing.is_complete for part in found):
        replies.append(Say("utter_journey_complete", scene.said))
    return replies


def _ask_the_other(scene: Scene, left: several.Part) -> Say:
    """Two questions came in one message, and one has its answer."""
    _open(scene, left)
    ask = phrases.ask_text(scene.programme, left.standing.journey, left.step, scene.said)
    return Say("utter_reoffer", {"ask": ask})


def report_in_progress(scene: Scene) -> list[Say]:
    return _still_open(scene, StepState.IN_PROGRESS, "in_progress", AGAIN_IN_PROGRESS, "utter_in_progress")


def report_not_done(scene: Scene) -> list[Say]:
    """Not yet: how it is done, and asked again; a page that did not help brings a person."""
    if _helped(scene, Standing.NOT_DONE):
        return report_blocked(scene)
    return _still_open(scene, StepState.PENDING, "not_done", AGAIN_NOT_DONE, "utter_not_done")


def report_blocked(scene: Scene) -> list[Say]:
    """Stuck: the resource that helps; still stuck, or nothing that helps: a person."""
    step = scene.step()
    if scene.standing is None or step is None:
        return bring_person(scene, HandOffReason.ASKED, f"Needs help: {scene.heard.text[:200]}")
    progress = scene.standing.progress[step.key]
    steps.set_state(scene.session, scene.standing, step, StepState.BLOCKED, scene.source, scene.now)
    resource = scene.programme.resources.get(step.resource) if step.resource else None
    if resource is None or progress.resource_sent_at is not None or step.bridge != "resource":
        replies = bring_person(scene, HandOffReason.STUCK, f"Stuck on {step.name}.", TEAM_FOR[step.bridge])
        steps.answer(scene.session, scene.standing, "blocked", scene.now)
        return replies
    progress.resource_sent_at = scene.now
    part = several.Part(scene.standing, step)
    _ask_again(scene, part, "blocked", AGAIN_BLOCKED)
    _open(scene, part, helped=True)
    return [Say("utter_blocked", {"step": step.name, "words": phrases.resource_text(resource, scene.said)})]


def bring_person(
    scene: Scene,
    reason: HandOffReason,
    summary: str,
    team: Team = Team.MEMBER_SUCCESS,
    priority: Priority = Priority.HIGH,
) -> list[Say]:
    """Opens a case and says who will be in touch; what was asked is asked no more."""
    note_case(scene, reason, summary, team, priority)
    scene.forget()
    return [Say("utter_person_coming", scene.said)]


def note_case(
    scene: Scene,
    reason: HandOffReason,
    summary: str,
    team: Team = Team.MEMBER_SUCCESS,
    priority: Priority = Priority.HIGH,
) -> None:
    """Opens a case about what they said, which the caller answers; an open question stays open."""
    check_in = scene.check_in()
    need = Need(
        reason=reason,
        summary=summary,
        channel=scene.item.channel,
        address=scene.item.address,
        member=scene.member,
        priority=priority,
        team=team,
        check_in_id=check_in.id if check_in else None,
    )
    open_case(scene.session, need, scene.programme, now=scene.now, wall=scene.times.wall)


def _still_open(scene: Scene, state: StepState, outcome: str, again: timedelta, response: str) -> list[Say]:
    found = several.parts(scene)
    if not found:
        return [Say("utter_nothing_open", scene.said)]
    when = ""
    for part in found:
        steps.set_state(scene.session, part.standing, part.step, state, scene.source, scene.now)
        when = _ask_again(scene, part, outcome, again)
    first = found[0]
    guide = phrases.guide_text(scene.programme, first.standing.journey, first.step, scene.said)
    replies = [Say(response, {"step": several.names(found), "guide": guide, "when": when})]
    left = several.open_parts(scene)
    if left:
        return [*replies, _ask_the_other(scene, left[0])]
    _open(scene, first)
    return replies


def _helped(scene: Scene, answer: Standing) -> bool:
    """Whether this is the yes or no to "did that help?", which says nothing yet of the step."""
    if not scene.conversation.data.get("helped") or yes_or_no(scene.heard.text) is not answer:
        return False
    return read_standing(FIRST_WORD.sub("", scene.heard.text)) in (None, Standing.BLOCKED)


def _open(scene: Scene, part: several.Part, **more: bool) -> None:
    """The conversation is about this step: a short answer means it, or whether a page helped if that was asked."""
    check_in = steps.live_check_in(scene.session, part.standing.run.id)
    scene.ask(Question.CHECK_IN, check_in=check_in.id if check_in else None, step=part.step.key, **more)


def _ask_again(scene: Scene, part: several.Part, outcome: str, after: timedelta) -> str:
    """Closes the question as answered and schedules a new one; returns the day of it, in words."""
    steps.answer(scene.session, part.standing, outcome, scene.now)
    at = dates.at_best(scene.session, scene.programme, scene.member, scene.now + after)
    steps.schedule(scene.session, part.standing, part.step, at, scene.now)
    zone = scene.member.zone
    return say_day(at.astimezone(zone).date(), scene.now.astimezone(zone).date())
