"""Ladders, rung by rung: what is sent, what is answered, and what could not be sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, tzinfo

from nicegui import ui

from bot.insights import funnel, ladders
from bot.insights.funnel import Version
from bot.insights.ladders import LadderFigures, RungFigures, Told, VariantFigures, Wanted
from bot.insights.rungs import Touches
from bot.insights.tally import Counted
from bot.outreach.policy import Reason
from bot.programme import words
from bot.programme.models import Programme
from console import shell, tables
from console.journeys import counts, look
from console.journeys.look import hours, number, percent
from console.look import muted
from console.visit import Visit

PERIODS = {30: "Last 30 days", 90: "Last 90 days", 365: "Last 12 months", 0: "All time"}
DEFAULT = 90
COLUMNS = (("Rung", False), ("Waits", True), ("Sent", True), ("Answered", True), ("Answer rate", False),
           ("Typically after", True), ("Done unasked", True), ("Waiting", True), ("Then a person", True),
           ("Could not be sent", False))  # fmt: skip
WHY = {
    Reason.NO_ADDRESS: "no address", Reason.NO_CONSENT: "no consent", Reason.OPTED_OUT_HERE: "opted out there",
    Reason.PREFERS_OTHER: "prefers another way", Reason.UNUSABLE_ADDRESS: "address does not work",
    Reason.WINDOW_CLOSED: "window closed", Reason.MSM_AWAY: "MSM away",
}  # fmt: skip


async def build(visit: Visit) -> None:
    """Draws all ladders."""
    look.begin(visit, "/journeys/ladders")
    muted("How questions are asked: rung after rung until the member answers, then a person.")
    page = _Page(visit)
    await page.load()
    page.draw()


class _Page:
    def __init__(self, visit: Visit) -> None:
        self.visit = visit
        self.programme = visit.console.programme
        query = visit.query
        days = int(query["days"]) if query.get("days") in {str(one) for one in PERIODS} else DEFAULT
        segment = query.get("segment")
        journey = query.get("journey")
        self.wanted = Wanted(
            segment if segment in {one.key for one in self.programme.segments} else None,
            days or None,
            journey if journey in self.programme.journeys else None,
        )
        self.opened = query.get("ladder")
        self.tally = counts.tallies(visit.console).touches
        self.counted: Counted[Touches] | None = None
        self.known: dict[str, list[Version]] = {}
        self.zone: tzinfo = UTC

    async def load(self) -> None:
        """Reads everything before anything is drawn, so that the page does not flicker."""
        self.counted = await counts.latest(self.visit, self.tally)
        self.known = await self.visit.read(lambda session: funnel.versions(session, self.programme))
        self.zone = await counts.zone_of(self.visit)

    async def again(self) -> None:
        await self.load()
        self.draw.refresh()

    @ui.refreshable_method
    def draw(self) -> None:
        self._choices()
        if self.counted is None:
            counts.counting(self.tally, self.again)
            return
        told = ladders.ladders(self.programme, self.known, self.counted.value, self.wanted)
        busiest = max(told.ladders, key=lambda one: one.began, default=None)
        for one in told.ladders:
            is_open = one.key == self.opened if self.opened else one is busiest and one.began > 0
            _ladder(self.programme, one, is_open=is_open)
        _notes(told)
        counts.as_of(self.counted, self.zone)

    def _choices(self) -> None:
        segments = {"": "Everybody", **{one.key: one.name for one in self.programme.segments}}
        journeys = {"": "All journeys and surveys", **{key: one.name for key, one in self.programme.journeys.items()}}
        style = "dense outlined options-dense"
        with ui.row().classes("gap-3 items-center"):
            ui.select(segments, value=self.wanted.segment or "", label="Segment",
                      on_change=lambda event: self.change(segment=event.value or None)).props(style)  # fmt: skip
            ui.select(PERIODS, value=self.wanted.days or 0, label="Sent in",
                      on_change=lambda event: self.change(days=event.value or None)).props(style)  # fmt: skip
            ui.select(journeys, value=self.wanted.journey or "", label="Journey",
                      on_change=lambda event: self.change(journey=event.value or None)).props(style)  # fmt: skip

    async def change(self, **changes: str | int | None) -> None:
        self.wanted = replace(self.wanted, **changes)  # type: ignore[arg-type]
        told = {"segment": self.wanted.segment, "days": self.wanted.days or 0, "journey": self.wanted.journey}
        query = "&".join(f"{name}={value}" for name, value in told.items() if value is not None)
        ui.navigate.history.replace(f"{shell.base(self.visit)}/journeys/ladders?{query}")
        await self.again()


def _ladder(programme: Programme, one: LadderFigures, *, is_open: bool) -> None:
    """What is in it is drawn when it is opened: all of them together are a long page."""
    title = look.capital(one.key.replace("_", " "))
    with ui.expansion(value=is_open).classes("w-full j-ladder").props("header-class=items-center") as drawn:
        with drawn.add_slot("header"), ui.row().classes("items-center gap-x-4 gap-y-1 col"):
            ui.label(title).classes("text-h6").props("role=heading aria-level=2")
            ui.label(_summary(one)).classes("msb-muted text-caption")
        inside = ui.column().classes("w-full gap-2")

    def draw() -> None:
        if drawn.value and not inside.default_slot.children:
            with inside:
                _variants(programme, one, title)

    drawn.on_value_change(draw)
    draw()


def _variants(programme: Programme, one: LadderFigures, title: str) -> None:
    names = {segment.key: segment.name for segment in programme.segments}
    quiet = [_whom(variant, names, one) for variant in one.variants if not variant.has_any]
    for variant in one.variants:
        if variant.has_any:
            _variant(variant, _whom(variant, names, one), title)
    if quiet:
        muted(f"Nothing was sent in this time to: {', '.join(quiet)}.")
    muted(f"Used by {'; '.join(one.used_by)}." if one.used_by else "Nothing uses it.")


def _summary(one: LadderFigures) -> str:
    if not one.began:
        return "nothing asked in this time" if one.used_by else "nothing uses it"
    return (
        f"asked {number(one.began)} times, {percent(one.answered / one.began)} answered or done, "
        f"{number(one.handed_off)} handed to a person"
    )


def _whom(one: VariantFigures, names: dict[str, str], ladder: LadderFigures) -> str:
    others = "Everybody" if len(ladder.variants) == 1 else "All others"
    return names.get(one.segment, one.segment) or others


def _variant(one: VariantFigures, whom: str, title: str) -> None:
    climbs = one.climbs
    told = (
        f"{whom}: asked {number(climbs.began)} times, {number(climbs.answered)} answered or done, "
        f"{number(climbs.handed_off)} handed to a person, {number(climbs.under_way)} under way, "
        f"{number(climbs.ended)} ended otherwise"
    )
    rows = [
        _row(f"{at}. {words.rung_title(rung)}", words.length(rung.wait), figures)
        for at, (rung, figures) in enumerate(zip(one.variant.rungs, one.rungs, strict=True), start=1)
    ]
    rows += [
        _row(f"{place + 1}. {words.MODALITIES[modality]} (an earlier edition)", "-", figures)
        for (place, modality), figures in sorted(one.earlier.items())
    ]
    ui.label(told).classes("text-weight-medium msb-wrap q-mt-sm").props("role=heading aria-level=3")
    tables.table(f"{title}, {whom}", COLUMNS, rows)
    muted(look.ending(one.variant))


def _row(name: str, waits: str, one: RungFigures) -> list[tables.Cell]:
    return [
        name, waits, number(one.sent), number(one.answered), lambda: _rate(one), hours(one.median_hours),
        number(one.seen), number(one.waiting), number(one.handed_off), _not_sent(one),
    ]  # fmt: skip


def _rate(one: RungFigures) -> None:
    if one.rate is None:
        ui.label("-")
        return
    with ui.column().classes("gap-1").style("min-width: 7rem"):
        with ui.row().classes("items-baseline gap-1 no-wrap"):
            ui.label(percent(one.rate)).classes("text-weight-bold")
            ui.label(f"of {number(one.judged)}").classes("msb-muted text-caption")
        look.bar({"told": one.answered}, one.judged, f"{percent(one.rate)} of {number(one.judged)} answered")


def _not_sent(one: RungFigures) -> str:
    parts = [f"{number(count)} {_why(reason)}" for reason, count in one.skipped.most_common()]
    parts += [f"{number(one.held)} held"] if one.held else []
    parts += [f"{number(one.failed)} failed"] if one.failed else []
    return ", ".join(parts) or "-"


def _why(reason: str) -> str:
    return WHY.get(Reason(reason), reason.replace("_", " ")) if reason in list(Reason) else reason.replace("_", " ")


def _notes(told: Told) -> None:
    for key, count in told.gone.items():
        muted(f"{number(count)} messages were sent by a ladder that is no longer in the programme: {key}.")
    muted(
        "An answer belongs to the last message before it. The answer rate leaves out messages that may still be "
        "answered. Done unasked: another system saw that it is done before the member answered. A question keeps the "
        "ladder that it began with; what a rung sent by another way than now stands as an earlier edition."
    )
