"""The way itself: milestones as columns, steps as cards, and what leads from one to the next."""

from __future__ import annotations

from collections.abc import Sequence

from nicegui import ui

from bot.insights.funnel import Chosen, Funnel, StepFigures
from bot.insights.steps import Place, Who
from bot.programme import navigate, words
from bot.programme.models import Journey, Milestone, Step
from console import shell, tables
from console.journeys import choice, look
from console.journeys.look import capital, number, percent
from console.look import tag
from console.visit import Visit

LETTERS = ("#1b6ca8", "#b3541e", "#2e7d4f", "#7a3e9d", "#a3263f", "#5c6b1f", "#006d77", "#8a5a00", "#4a4e8f", "#6b4226")
PARTS = (
    ("told", "done, told by the member"), ("seen", "done, seen by another system"), ("staff", "done, noted by staff"),
    ("skip", "passed over"), ("open", "open now"), ("late", "overdue"), ("stuck", "stuck"),
    ("left", "journey ended here"), ("none", "not there yet"),
)  # fmt: skip


def draw(visit: Visit, found: Funnel, chosen: Chosen) -> None:
    """The columns, and below them what the colours and letters mean."""
    journey, letters = found.journey, letters_of(found.journey)
    numbers = numbers_of(journey)
    with tables.scroll("Map of the journey"), ui.element("ol").classes("j-plain j-map") as way:
        way.style(f"min-width: {244 * len(journey.milestones)}px")
        for at, milestone in enumerate(journey.milestones):
            with ui.element("li").classes("j-column"):
                _milestone(milestone, found, letters)
                with ui.element("ol").classes("j-plain"):
                    for place, step in enumerate(milestone.steps):
                        with ui.element("li"):
                            _way(journey, step, numbers, is_first=place == 0)
                            _card(visit, found, step, numbers[step.key], letters, chosen)
            if at < len(journey.milestones) - 1:
                ui.element("li").classes("j-next").props("aria-hidden=true")
    _legend(visit, letters)


def numbers_of(journey: Journey) -> dict[str, int]:
    """The number of each step, by its key."""
    return {step.key: at for at, step in enumerate(navigate.steps(journey), start=1)}


def letters_of(journey: Journey) -> dict[str, tuple[str, str]]:
    """A letter and a colour for each ladder, in the order in which the journey uses them."""
    used = [step.ladder for step in navigate.steps(journey)] + [one.ladder for one in journey.milestones]
    keys = dict.fromkeys(key for key in used if key is not None)
    return {key: (chr(ord("A") + at % 26), LETTERS[at % len(LETTERS)]) for at, key in enumerate(keys)}


def parts_of(figures: StepFigures) -> dict[str, int]:
    """The counts of a step by the names of their colours."""
    done, here = figures.done, figures.here
    return {
        "told": done.get(Who.MEMBER, 0), "seen": done.get(Who.EVENT, 0),
        "staff": done.get(Who.STAFF, 0) + done.get(Who.BOT, 0), "skip": figures.skipped,
        "open": here.get(Place.OPEN, 0) + here.get(Place.COMING, 0), "late": here.get(Place.OVERDUE, 0),
        "stuck": here.get(Place.STUCK, 0), "left": figures.stopped,
    }  # fmt: skip


def _milestone(milestone: Milestone, found: Funnel, letters: dict[str, tuple[str, str]]) -> None:
    last = min((found.steps[step.key].all_done for step in milestone.steps), default=0)
    with ui.column().classes("gap-0 q-mb-sm w-full"):
        ui.label(milestone.name).classes("text-subtitle2 msb-wrap").props("role=heading aria-level=2")
        if len(milestone.steps) > 1 and found.runs.entered:
            ui.label(f"reached by up to {number(last)}").classes("msb-muted text-caption")
        if milestone.ladder is not None:
            with ui.row().classes("j-fact msb-muted items-center no-wrap"):
                letter(milestone.ladder, letters)
                ui.label(f"celebrated by ladder: {milestone.ladder.replace('_', ' ')}")


def _way(journey: Journey, step: Step, numbers: dict[str, int], *, is_first: bool) -> None:
    """What leads here: the step before, others that are named, or nothing."""
    if step.requires is None:
        if not is_first:
            ui.element("div").classes("j-down").props("aria-hidden=true")
        return
    with ui.row().classes("items-center gap-1 no-wrap q-py-xs"):
        ui.icon("call_split", size="16px").props("aria-hidden=true").classes("msb-muted")
        ui.label(needs(step, numbers)).classes("msb-muted text-caption")


def needs(step: Step, numbers: dict[str, int]) -> str:
    """In words, by the numbers of the steps."""
    if step.requires is None:
        return "Comes after the step before."
    if not step.requires:
        return "Needs no other step."
    named = [str(numbers[key]) for key in step.requires]
    return f"Needs step{'s' * (len(named) > 1)} {' and '.join(named)}."


def _card(
    visit: Visit, found: Funnel, step: Step, at: int, letters: dict[str, tuple[str, str]], chosen: Chosen
) -> None:
    figures = found.steps[step.key]
    with ui.element("div").classes("j-card" + ("" if step.ladder else " unasked")):
        with ui.row().classes("items-start no-wrap w-full gap-2"):
            ui.label(str(at)).classes("j-num").props("aria-hidden=true")
            ui.link(capital(step.name), address(visit, found.journey.key, step.key, chosen)).classes(
                "msb-wrap text-weight-medium col"
            )
            if figures.entered:
                ui.label(percent(figures.share(figures.all_done))).classes("text-weight-bold")
        if figures.entered:
            look.bar(parts_of(figures), figures.entered, told(figures))
            typical = f", typically on day {figures.days + 1}" if figures.days is not None else ""
            ui.label(f"{number(figures.all_done)} of {number(figures.reached)} who came to it{typical}").classes(
                "text-caption msb-muted"
            )
            _concerns(figures)
        _details(step, letters, completes=found.journey.complete_when == step.key)


def told(figures: StepFigures) -> str:
    """The bar in words."""
    names = dict(PARTS)
    parts = [f"{number(count)} {names[colour]}" for colour, count in parts_of(figures).items() if count]
    return f"Of {number(figures.entered)}: {', '.join([*parts, f'{number(figures.not_yet)} not there yet'])}"


def _concerns(figures: StepFigures) -> None:
    """What somebody might do something about."""
    here = figures.here
    with ui.row().classes("gap-1"):
        if count := here.get(Place.OVERDUE, 0):
            tag(f"{number(count)} overdue", "warn", "schedule")
        if count := here.get(Place.STUCK, 0):
            tag(f"{number(count)} stuck", "bad", "back_hand")
        if figures.stopped:
            tag(f"{number(figures.stopped)} ended here", "plain", "logout")


def _details(step: Step, letters: dict[str, tuple[str, str]], *, completes: bool) -> None:
    lines: Sequence[tuple[str, str]] = [("event", f"Due {words.due(step)}")]
    if step.lapses is not None:
        lines = [*lines, ("timer_off", f"Passed over {words.length(step.lapses)} later")]
    confirmed = words.CONFIRMED[step.confirm]
    if step.observed_by and step.confirm == "self_reported":
        confirmed += ", or seen in a product"
    lines = [*lines, ("task_alt", f"Done when {confirmed}"), ("support", words.BRIDGES[step.bridge].capitalize())]
    if completes:
        lines = [*lines, ("flag", "Completes the journey")]
    with ui.column().classes("gap-0 w-full"):
        for icon, text in lines:
            with ui.element("div").classes("j-fact msb-muted"):
                ui.icon(icon).props("aria-hidden=true")
                ui.label(text).classes("msb-wrap")
        with ui.row().classes("j-fact msb-muted items-center no-wrap q-mt-xs"):
            if step.ladder is None:
                ui.label("Nobody asks; it is only seen or noted")
            else:
                letter(step.ladder, letters)
                ui.label(f"asked by ladder: {step.ladder.replace('_', ' ')}")


def letter(ladder: str, letters: dict[str, tuple[str, str]]) -> None:
    """The mark of a ladder, whose name stands beside it or in the legend."""
    sign, colour = letters[ladder]
    ui.label(sign).classes("j-letter").style(f"background: {colour}").props("aria-hidden=true")


def address(visit: Visit, journey: str, step: str, chosen: Chosen) -> str:
    return f"{shell.base(visit)}/journeys/{journey}/steps/{step}{choice.to_query(chosen)}"


def _legend(visit: Visit, letters: dict[str, tuple[str, str]]) -> None:
    with ui.row().classes("gap-x-4 gap-y-1 q-mt-sm"):
        for colour, text in PARTS:
            with ui.row().classes("items-center gap-1 no-wrap"):
                ui.element("div").classes("j-swatch").style(f"background: var(--j-{colour})").props("aria-hidden=true")
                ui.label(text).classes("msb-muted text-caption")
    with ui.row().classes("gap-x-4 gap-y-1 items-center"):
        ui.label("Ladders:").classes("msb-muted text-caption")
        for key in letters:
            with ui.row().classes("items-center gap-1 no-wrap"):
                letter(key, letters)
                ui.link(key.replace("_", " "), look.ladder(visit, key)).classes("text-caption")
