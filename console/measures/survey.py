"""One survey of the organisation's own: who answered, what they chose, by segment, and in their own words."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from nicegui import ui

from bot.insights.measures import surveys, windows, wording
from bot.insights.measures.figures import SMALLEST_GROUP
from bot.insights.measures.surveys import Group, Question, Results, Words
from bot.model import Role
from console import shell, tables
from console.measures import choice, look
from console.measures.choice import Chosen
from console.visit import Visit

UTC = ZoneInfo("UTC")
PAGE = 25


async def build(visit: Visit) -> None:
    """Draws the page."""
    programme, key = visit.console.programme, visit.path["key"]
    survey = programme.surveys.get(key)
    if survey is None:
        shell.heading("There is no such survey")
        ui.link("All measures", f"{shell.base(visit)}/measures")
        return
    look.begin()
    chosen = choice.of(visit)
    found = (await visit.read(lambda session: surveys.read(session, programme, [key], chosen.months)))[0]
    ui.link("All measures", f"{shell.base(visit)}/measures{chosen.to_query()}").classes("text-caption")
    shell.heading(survey.name)
    choice.draw(visit, chosen, f"/measures/surveys/{key}")
    look.as_of(found.counted_at)
    group = found.whole if chosen.segment is None else next(
        (one for one in found.segments if one.segment == chosen.segment), None
    )  # fmt: skip
    if group is None or not group.asked:
        ui.label("No data yet. Needed: a round of this survey that was asked in this period.").classes("msb-muted")
        return
    _whole(group)
    for question in group.questions:
        _question(question)
    _segments(found)
    ui.link("Download as CSV", f"{shell.base(visit)}/measures/surveys/{key}/table.csv{chosen.to_query()}")
    await _words(visit, key, chosen)


def _whole(group: Group) -> None:
    rate = f" ({wording.rounded(group.rate * 100, 1)} %)" if group.rate is not None else ""
    ui.label(
        f"{wording.number(group.asked)} rounds reached a member, of which {wording.number(group.responded)}{rate} "
        "have at least one answer."
    )


def _question(question: Question) -> None:
    look.section(question.ask)
    if question.is_hidden:
        ui.label(f"Fewer than {SMALLEST_GROUP} answers: not shown, so that nobody is recognised.").classes("msb-muted")
        return
    ui.label(_figures(question)).classes("msb-muted")
    if not question.counts:
        return
    most = max(many for _label, many in question.counts)
    rows: list[list[tables.Cell]] = [
        [label, wording.number(many), look.with_bar(_percent(many, question.answers), many / most if most else 0)]
        for label, many in question.counts
    ]
    with ui.element("div").style("max-width: 640px; width: 100%"):
        tables.table(question.ask, (("Answer", False), ("Number", True), ("Share", True)), rows, shows_caption=False)


def _figures(question: Question) -> str:
    told = [f"{wording.number(question.answers)} answers"]
    if question.nps is not None:
        told.append(f"NPS {wording.rounded(question.nps, 0)}")
    if question.mean is not None:
        told.append(f"mean {wording.rounded(question.mean, 2)}")
    if question.kind == "multiple":
        told.append("several choices each")
    return ", ".join(told)


def _percent(many: int, whole: int) -> str:
    return f"{wording.rounded(100 * many / whole, 1)} %" if whole else wording.NOTHING


def _segments(found: Results) -> None:
    """Each segment with its scores; what is too small is not shown."""
    if len(found.segments) < 2:
        return
    look.section("By segment")
    scored = [one for one in found.whole.questions if one.mean is not None]
    columns = [("Segment", False), ("Asked", True), ("Answered", True), ("Response", True),
               *((one.ask, True) for one in scored)]  # fmt: skip
    rows: list[list[tables.Cell]] = []
    for group in found.segments:
        given = {one.key: one for one in group.questions}
        rows.append([
            group.name, wording.number(group.asked), wording.number(group.responded),
            f"{wording.rounded(group.rate * 100, 1)} %" if group.rate is not None else wording.NOTHING,
            *(_score(given.get(one.key)) for one in scored),
        ])  # fmt: skip
    tables.table("By segment", columns, rows, shows_caption=False)


def _score(question: Question | None) -> str:
    if question is None:
        return wording.NOTHING
    if question.is_hidden or question.mean is None:
        return "not shown"
    if question.nps is not None:
        return f"NPS {wording.rounded(question.nps, 0)} (n = {wording.number(question.answers)})"
    return f"{wording.rounded(question.mean, 2)} (n = {wording.number(question.answers)})"


async def _words(visit: Visit, key: str, chosen: Chosen) -> None:
    """What members wrote, for those who look after them."""
    look.section("In their own words")
    if not visit.may(Role.MANAGER):
        ui.label("Only managers and admins read what members wrote.").classes("msb-muted")
        return
    ui.label("The newest first, of all segments and without names: what needs a person has a case.").classes(
        "msb-muted"
    )
    window = windows.period(visit.console.clock.now().date(), chosen.months)
    box = ui.column().classes("w-full gap-2")

    async def more(before: int | None, button: Callable[[], None] | None) -> None:
        found = await visit.read(lambda session: surveys.words(session, key, window, before=before, most=PAGE))
        if button is not None:
            button()
        with box:
            if not found and before is None:
                ui.label("Nobody has written anything in this period.").classes("msb-muted")
            for one in found:
                _said(one)
            if len(found) == PAGE:
                further = ui.button("Show more").props("flat no-caps")
                further.on_click(lambda: more(found[-1].id, further.delete))

    await more(None, None)


def _said(one: Words) -> None:
    with ui.card().props("flat bordered").classes("w-full gap-1 q-pa-sm"):
        ui.label(one.text or "").style("white-space: pre-wrap; overflow-wrap: anywhere")
        ui.label(f"{one.at:%d %b %Y}").classes("msb-muted text-caption")
