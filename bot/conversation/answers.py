"""How a step is going: done, on the way, not yet, stuck."""

from __future__ import annotations

from datetime import timedelta

from bot.conversation.days import say_day
from bot.conversation.scene import Say, Scene
from bot.handoff.cases import Need, open_case
from bot.model import HandOffReason, Priority, Question, StepState, Team
from bot.programme import phrases
from bot.programme.models import Step
from bot.progress import steps

AGAIN_IN_PROGRESS = timedelta(days=3)
AGAIN_NOT_DONE = timedelta(days=2)
AGAIN_BLOCKED = timedelta(days=2)

TEAM_FOR = {
    "resource": Team.MEMBER_SUCCESS,
    "training": Team.MEMBER_SUCCESS,
    "services": Team.PROFESSIONAL_SERVICES,
}


def report_done(scene: Scene) -> list[Say]:
    """The step is done: say so, celebrate a milestone, and guide to the next step."""
    step = scene.step()
    if scene.standing is None or step is None:
        return [Say("utter_nothing_open", scene.said)]
    advance = steps.complete(
        scene.session, scene.programme, scene.standing, step, scene.member, scene.source, scene.now
    )
    scene.forget()
    replies = [Say("utter_step_done", {**scene.said, "step": step.name})]
    if advance.reached is not None:
        replies.append(Say("utter_words", {"words": phrases.celebrate_text(advance.reached, scene.said)}))
    if advance.ahead is None and scene.standing.is_complete:
        replies.append(Say("utter_journey_complete", scene.said))
    elif advance.ahead is not None:
        replies.append(Say("utter_next_step", {"step": advance.ahead.name, "guide": scene.guide(advance.ahead)}))
    return replies


def report_in_progress(scene: Scene) -> list[Say]:
    return _still_open(scene, StepState.IN_PROGRESS, "in_progress", AGAIN_IN_PROGRESS, "utter_in_progress")


def report_not_done(scene: Scene) -> list[Say]:
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
    _ask_again(scene, step, "blocked", AGAIN_BLOCKED)
    scene.ask(Question.CHECK_IN, step=step.key)
    return [Say("utter_blocked", {"step": step.name, "words": phrases.resource_text(resource, scene.said)})]


def bring_person(
    scene: Scene,
    reason: HandOffReason,
    summary: str,
    team: Team = Team.MEMBER_SUCCESS,
    priority: Priority = Priority.HIGH,
) -> list[Say]:
    """Opens a case and says who will be in touch."""
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
    open_case(scene.session, need, now=scene.now, wall=scene.times.wall)
    scene.forget()
    return [Say("utter_person_coming", scene.said)]


def _still_open(scene: Scene, state: StepState, outcome: str, again: timedelta, response: str) -> list[Say]:
    step = scene.step()
    if scene.standing is None or step is None:
        return [Say("utter_nothing_open", scene.said)]
    steps.set_state(scene.session, scene.standing, step, state, scene.source, scene.now)
    when = _ask_again(scene, step, outcome, again)
    scene.ask(Question.CHECK_IN, step=step.key)
    return [Say(response, {"step": step.name, "guide": scene.guide(step), "when": when})]


def _ask_again(scene: Scene, step: Step, outcome: str, after: timedelta) -> str:
    """Closes the question as answered and schedules a new one; returns the day of it, in words."""
    assert scene.standing is not None
    steps.answer(scene.session, scene.standing, outcome, scene.now)
    at = scene.now + after
    steps.schedule(scene.session, scene.standing, step, at, scene.now)
    zone = scene.member.zone
    return say_day(at.astimezone(zone).date(), scene.now.astimezone(zone).date())
