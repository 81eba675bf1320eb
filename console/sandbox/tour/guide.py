"""The guided tour on the page: a story is chosen, told step by step, and each step's result is checked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from nicegui import background_tasks, ui

from console.sandbox.busy import Busy
from console.sandbox.tour.stories import STORIES
from console.sandbox.tour.story import Place, Scene, Step, Story
from console.sandbox.town import Town
from console.sandbox.world import Broken

PLACES = {Place.PHONE: "Look at the phone", Place.SLACK: "Look at Slack", Place.FEED: "Look at the feed below"}
WELCOME = (
    "A made-up institute with thirty members, and its assistant, which asks each of them how the next step went, "
    "understands the answer, helps, and brings in a person before anybody is lost. All of it is the real system: only "
    "the providers of text messages, mail, chats, calls and Slack are imitated, and the clock is yours."
)
Points = Callable[[Place, Scene], Awaitable[None]]


@dataclass(frozen=True)
class Result:
    """What a step came to: `text` says it, `is_right` whether it is as it should be."""

    is_right: bool
    text: str


class Guide:
    """Drawn where it is made. `points` leads the eye to where a result shows; `begins` is told of each beginning."""

    def __init__(self, town: Town, busy: Busy, points: Points, begins: Callable[[], None]) -> None:
        self._town, self._busy, self._points, self._begins = town, busy, points, begins
        self.story: Story | None = None
        self._scene: Scene | None = None
        self._results: list[Result] = []
        self._is_playing = self._is_working = self._is_gone = False
        with ui.column().classes("w-full gap-2").props('role=region aria-label="Guided tour"') as self._box:
            self._draw()

    def leave(self) -> None:
        """Back to the choice of stories."""
        self.story, self._scene, self._results, self._is_playing = None, None, [], False
        self._draw()

    def stop(self) -> None:
        """Nobody looks any more."""
        self._is_playing, self._is_gone = False, True

    @property
    def _step(self) -> Step | None:
        if self.story is None or len(self._results) >= len(self.story.steps) or self._is_broken:
            return None
        return self.story.steps[len(self._results)]

    @property
    def _is_broken(self) -> bool:
        return bool(self._results) and not self._results[-1].is_right

    # Telling

    def _choose(self, story: Story) -> None:
        self.story, self._scene, self._results = story, story.scene(self._town), []
        self._begins()
        self._draw()

    async def _tell(self, *, by_hand: bool = False) -> None:
        """Does the step in hand, unless the reader has done it, and checks what came of it."""
        step, scene = self._step, self._scene
        if step is None or scene is None or self._is_working:
            return
        self._is_working = True
        self._draw()
        try:
            if not by_hand:
                await self._busy.do(step.title, lambda: step.do(scene))
                await self._points(step.place, scene)
            result = Result(True, await self._busy.do("Looking at the result", lambda: step.check(scene)))
        except Broken as problem:
            result = Result(False, str(problem))
        finally:
            self._is_working = False
        if scene is self._scene:
            self._results.append(result)
            await self._points(step.place, scene)
            if not self._is_gone:
                self._draw()

    async def _tell_again(self) -> None:
        """Looks once more: it may have come about meanwhile."""
        self._results.pop()
        await self._tell(by_hand=True)

    def _play(self) -> None:
        self._is_playing = not self._is_playing
        self._draw()
        if self._is_playing:
            background_tasks.create(self._plays(), name="tour of the sandbox")

    async def _plays(self) -> None:
        while self._is_playing and self._step is not None:
            await self._tell()
        self._is_playing = False
        if not self._is_gone:
            self._draw()

    # Drawing

    def _draw(self) -> None:
        self._box.clear()
        with self._box:
            if self.story is None:
                self._draw_choice()
            else:
                self._draw_story(self.story)

    def _draw_choice(self) -> None:
        ui.label(WELCOME)
        ui.label("Begin here: choose a story, then press “Do it”.").classes("text-weight-bold")
        with ui.element("div").classes("sb-stories"):
            for number, story in enumerate(STORIES.values(), 1):
                self._draw_card(number, story)

    def _draw_card(self, number: int, story: Story) -> None:
        button = ui.button(on_click=lambda: self._choose(story)).props("flat no-caps dense")
        with button, ui.column().classes("gap-0 w-full q-pa-xs"):
            with ui.row().classes("items-center gap-1 no-wrap"):
                ui.icon(story.icon, size="xs").props("aria-hidden=true")
                ui.label(f"{number}. {story.title}").classes("text-weight-bold")
            ui.label(story.says).classes("sb-small msb-muted text-weight-regular")

    def _draw_story(self, story: Story) -> None:
        with ui.row().classes("w-full items-center gap-2"):
            ui.icon(story.icon, size="sm").props("aria-hidden=true")
            ui.label(story.title).classes("text-h6").props("role=heading aria-level=2")
            ui.label(story.says).classes("msb-muted sb-says")
            ui.space()
            ui.label(f"{len(self._results)} of {len(story.steps)} steps").classes("sb-small msb-muted")
            ui.button("All stories", icon="close", on_click=self.leave).props("flat dense no-caps")
        ui.linear_progress(len(self._results) / len(story.steps), show_value=False).props("aria-label=Progress")
        before = self._results[:-1]
        if before:
            with ui.expansion(f"What came of the steps before ({len(before)})").props("dense").classes("w-full"):
                for number, result in enumerate(before):
                    self._draw_result(number, story.steps[number], result)
        if self._results:
            self._draw_result(len(before), story.steps[len(before)], self._results[-1])
        if self._step is not None:
            self._draw_next(len(self._results), self._step)
        elif not self._is_broken:
            with ui.row().classes("items-center gap-2"):
                ui.label("That was the story.").classes("text-weight-bold").props("role=status")
                ui.button("Choose another one", on_click=self.leave).props("dense no-caps outline")

    def _draw_result(self, number: int, step: Step, result: Result) -> None:
        with ui.row().classes("items-start gap-2 no-wrap w-full"):
            colour, icon = ("positive", "check_circle") if result.is_right else ("negative", "error")
            ui.icon(icon, color=colour, size="sm").props("aria-hidden=true")
            with ui.column().classes("gap-0 min-w-0"):
                ui.label(f"{number + 1}. {step.title}")
                verdict = "As it should be" if result.is_right else "What differs"
                ui.label(f"{verdict}: {result.text}").classes("sb-small break-words").props("role=status")
                if not result.is_right:
                    with ui.row().classes("gap-1"):
                        ui.button("Look again", on_click=self._tell_again).props("dense no-caps outline size=sm")
                        ui.button("Leave the story", on_click=self.leave).props("dense no-caps flat size=sm")

    def _draw_next(self, number: int, step: Step) -> None:
        with ui.column().classes("sb-ring gap-1 w-full"):
            ui.label(f"{number + 1}. {step.title}").classes("text-weight-bold")
            ui.label(step.look)
            with ui.row().classes("items-center gap-2"):
                if self._is_working:
                    ui.spinner(size="sm")
                    ui.label(f"{PLACES[step.place]} ...").props("role=status")
                else:
                    ui.button(f"Do it: {step.button}", icon="play_circle", on_click=self._tell).props("no-caps dense")
                if not self._is_working and step.by_hand:
                    hand = ui.button("I did it by hand: check", on_click=lambda: self._tell(by_hand=True))
                    hand.props("no-caps dense outline").tooltip(step.by_hand)
                whole = "Pause" if self._is_playing else "Play the rest by itself"
                ui.button(whole, on_click=self._play).props("no-caps dense flat")
            if step.by_hand and not self._is_working:
                ui.label(f"Or do it yourself: {step.by_hand}").classes("sb-small msb-muted")
