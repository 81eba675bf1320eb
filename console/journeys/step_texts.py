"""What members are told about a step: the question, the guide, the messages of its ladder, what helps."""

from __future__ import annotations

from nicegui import ui

from bot.programme import phrases, words
from bot.programme.models import Journey, Programme, Resource, Rung, Step, Variant
from bot.programme.template import render
from console.journeys import look
from console.journeys.map_card import needs, numbers_of
from console.look import card, facts, muted
from console.visit import Visit

NAME = "Alex"
"""Whom the examples are written to."""


def draw(visit: Visit, journey: Journey, step: Step) -> None:
    """As the journey and the ladders say now."""
    programme = visit.console.programme
    said = phrases.member_values(programme, first_name=NAME, msm=None)
    with (
        ui.element("div")
        .classes("grid gap-4 w-full q-mt-md")
        .style("grid-template-columns: repeat(auto-fit, minmax(min(100%, 18rem), 1fr))")
    ):
        with card("How it works"):
            _rules(journey, step)
        with card("What is said"):
            values = phrases.step_values(programme, journey, step, said)
            facts([("Question", phrases.ask_text(programme, journey, step, said)),
                   ("Guide", render(step.guide, **values)),
                   ("Also called", ", ".join(step.aliases) or None)])  # fmt: skip
        with card("What helps"):
            _help(programme, step, said)
    _messages(visit, journey, step, said)


def _rules(journey: Journey, step: Step) -> None:
    confirmed = words.CONFIRMED[step.confirm]
    if step.observed_by and step.confirm == "self_reported":
        confirmed += ", or seen in a product"
    lapses = f"{words.length(step.lapses)} after it is due" if step.lapses is not None else None
    facts([
        ("Due", words.due(step)), ("Order", needs(step, numbers_of(journey))), ("Done when", confirmed),
        ("Seen by", ", ".join(step.observed_by) or None), ("Passed over", lapses),
        ("Kind", step.message_class if step.message_class != "relationship" else None),
        ("May share a message", "yes" if step.bundle else None),
        ("Asked by", step.ladder.replace("_", " ") if step.ladder else "nobody"),
    ])  # fmt: skip


def _help(programme: Programme, step: Step, said: phrases.Values) -> None:
    facts([("Gap closed by", words.BRIDGES[step.bridge].removeprefix("helped by "))])
    resource = programme.resources.get(step.resource) if step.resource else None
    if step.resource and resource is None:
        muted(f"The page {step.resource} is no longer in the programme: members get the website instead.")
    if resource is None:
        if not step.resource:
            muted("No page is named: who is stuck gets a person.")
        return
    _resource(resource, said)


def _resource(resource: Resource, said: phrases.Values) -> None:
    ui.link(resource.title, resource.url, new_tab=True).classes("msb-wrap")
    ui.label(phrases.resource_text(resource, said)).classes("msb-wrap")
    if resource.topics:
        muted(f"Also found by: {', '.join(resource.topics)}")


def _messages(visit: Visit, journey: Journey, step: Step, said: phrases.Values) -> None:
    """Each rung for each segment that the journey is for."""
    programme = visit.console.programme
    if step.ladder is None:
        return
    ui.label("Messages").classes("text-h6 q-mt-md").props("role=heading aria-level=2")
    ladder = programme.ladders.get(step.ladder)
    if ladder is None:
        muted(f"The ladder {step.ladder} is no longer in the programme; the first one asks in its place.")
        return
    with ui.row().classes("items-baseline gap-2"):
        ui.link(f"Ladder: {step.ladder.replace('_', ' ')}", look.ladder(visit, step.ladder))
        muted(f"As {NAME} would read them, in the language of the programme. Any answer ends the ladder.")
    names = {segment.key: segment.name for segment in programme.segments}
    for whom, variant in words.variants(journey, ladder, None):
        title = names.get(whom, whom) if whom else "For everybody"
        with (
            ui.expansion(f"{title}: {len(variant.rungs)} messages", value=not whom or whom == "All others")
            .classes("w-full")
            .props("dense header-class=text-weight-medium")
        ):
            _ladder(visit, journey, step, variant, said)


def _ladder(visit: Visit, journey: Journey, step: Step, variant: Variant, said: phrases.Values) -> None:
    with ui.element("ol").classes("j-plain w-full"):
        for at, rung in enumerate(variant.rungs, start=1):
            with ui.element("li").classes("q-mb-sm"):
                _rung(visit, journey, step, rung, f"{at}. {words.rung_title(rung)}", said)
    muted(look.ending(variant))


def _rung(visit: Visit, journey: Journey, step: Step, rung: Rung, title: str, said: phrases.Values) -> None:
    values = phrases.rung_values(visit.console.programme, journey, step, rung, said)
    text, parts = render(rung.text, **values), visit.console.lent.parts
    with ui.card().props("flat bordered").classes("w-full gap-1 q-pa-sm"):
        ui.label(f"{title}, then waits {words.length(rung.wait)}").classes("text-weight-medium")
        if rung.subject is not None:
            ui.label(render(rung.subject, **values)).classes("msb-wrap text-italic")
        ui.label(text).classes("msb-wrap")
        if rung.modality == "sms" and parts is not None:
            count, encoding = parts(text)
            muted(f"{count} text message{'s' * (count != 1)} ({encoding})")
