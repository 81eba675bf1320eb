"""What members ask for beside their steps: a page that helps, or a person who does it."""

from __future__ import annotations

from bot.conversation.answers import bring_person, note_case
from bot.conversation.scene import Say, Scene
from bot.model import HandOffReason, Priority, Question, SurveyAnswer, Team
from bot.programme import navigate, phrases
from bot.programme.models import Resource

KEPT = 500


def how_to(scene: Scene) -> list[Say]:
    """How to do a step that they name, or a page that is about it; else a person is offered."""
    step = navigate.find_step(scene.standing.journey, scene.heard.text) if scene.standing else None
    if step is not None:
        return [Say("utter_words", {"words": scene.guide(step)})]
    page = _page(scene)
    if page is not None:
        return [_words(scene, page)]
    scene.ask(Question.OFFER_PERSON, step=scene.conversation.data.get("step"))
    return [Say("utter_no_page", scene.said)]


def benefits(scene: Scene) -> list[Say]:
    return _about(scene, "benefits")


def events(scene: Scene) -> list[Say]:
    return _about(scene, "coming events")


def renewal(scene: Scene) -> list[Say]:
    """Until when the membership runs, if that is known, and the page about renewing."""
    known = [Say("utter_renews_on", scene.said)] if scene.member.renews_on is not None else []
    return [*known, *_about(scene, "renewal")]


def refer(scene: Scene) -> list[Say]:
    return _about(scene, "refer a colleague")


def mentor(scene: Scene) -> list[Say]:
    return bring_person(scene, HandOffReason.ASKED, f"Would like a mentor: {_said(scene)}", priority=Priority.NORMAL)


def set_up(scene: Scene) -> list[Say]:
    """Somebody is to do it for them, or to show them."""
    return bring_person(
        scene, HandOffReason.ASKED, f"Would like us to set something up: {_said(scene)}", Team.PROFESSIONAL_SERVICES
    )


def technical_problem(scene: Scene) -> list[Say]:
    """Something is broken: a person who can mend it looks, and the page that may help comes with it."""
    page = _page(scene)
    help_first = [_words(scene, page)] if page is not None else []
    note_case(scene, HandOffReason.TECHNICAL, f"Something does not work: {_said(scene)}", Team.TECHNICAL_SUPPORT)
    return [*help_first, Say("utter_problem_noted", scene.said)]


def complain(scene: Scene) -> list[Say]:
    """No excuses: somebody who can put it right reads it."""
    note_case(scene, HandOffReason.COMPLAINT, f"A complaint: {_said(scene)}")
    return [Say("utter_complaint", scene.said)]


def feedback(scene: Scene) -> list[Say]:
    _keep(scene, "feedback")
    return [Say("utter_feedback_kept", scene.said)]


def praise(scene: Scene) -> list[Say]:
    _keep(scene, "praise")
    return [Say("utter_praise", scene.said)]


def update_details(scene: Scene) -> list[Say]:
    """Records are changed by people: a text alone does not show who writes it."""
    note_case(scene, HandOffReason.IDENTITY, f"Wants a change of their record: {_said(scene)}", priority=Priority.LOW)
    return [Say("utter_details_noted", scene.said)]


def wrong_number(scene: Scene) -> list[Say]:
    """A model took it for "you have the wrong person"; the clear words for that were decided before. A person looks."""
    note_case(scene, HandOffReason.WRONG_NUMBER, f"May not be {scene.member.name}: {_said(scene)}")
    return [Say("utter_wrong_person", scene.said)]


def ask_data(scene: Scene) -> list[Say]:
    note_case(scene, HandOffReason.PRIVACY, f"Asks what we hold about them: {_said(scene)}")
    return [Say("utter_data_request", scene.said)]


def erase_me(scene: Scene) -> list[Say]:
    """Erasing can't be undone, so a person makes sure who asks and does it."""
    note_case(scene, HandOffReason.PRIVACY, f"Asks for their data to be erased: {_said(scene)}")
    return [Say("utter_erase_request", scene.said)]


def _about(scene: Scene, topic: str) -> list[Say]:
    """The page that fits their own words, else the one about the topic, else the website."""
    page = _page(scene) or navigate.find_resource(scene.programme, scene.member.segment, topic)
    if page is not None:
        return [_words(scene, page)]
    return [Say("utter_website", {"link": scene.programme.organisation.website})]


def _page(scene: Scene) -> Resource | None:
    return navigate.find_resource(scene.programme, scene.member.segment, scene.heard.text)


def _words(scene: Scene, page: Resource) -> Say:
    return Say("utter_words", {"words": phrases.resource_text(page, scene.said)})


def _keep(scene: Scene, question: str) -> None:
    scene.session.add(
        SurveyAnswer(
            member_id=scene.member.id, survey="unasked", question=question, text=_said(scene), inbox_id=scene.item.id,
            at=scene.now,
        )
    )  # fmt: skip


def _said(scene: Scene) -> str:
    return scene.heard.text[:KEPT]
