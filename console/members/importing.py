"""Taking in a file of members: look at what each line would do, put it right, then import just that."""

from __future__ import annotations

from nicegui import ui
from nicegui.events import UploadEventArguments

from bot.members import preview
from bot.members.hand import Hand
from bot.members.preview import MOST_BYTES, MOST_LINES, Fate, Preview
from bot.members.table import COLUMNS
from bot.model import Role
from console import look, shell
from console.dialog import buttons, dialog, says
from console.members import template
from console.members.lines import Lines
from console.visit import Visit

CHOOSER = """
<div class="column items-center q-pa-lg" style="gap: .5rem">
  <q-btn unelevated no-caps color="primary" icon="upload_file" label="Choose a CSV file" @click="props.pickFiles" />
  <span>or drop it here</span>
  <div style="display: none"><q-uploader-add-trigger /></div>
</div>
"""
"""Quasar's own button has no name for screen readers."""
PASTED = "pasted lines"
STYLE = ".msb-upload .q-uploader__list { display: none; } .msb-upload .q-uploader__header { color: inherit; }"
MOST_PASTED = 200_000
"""Characters; a connection of the browser carries no more at once."""


async def build(visit: Visit) -> None:
    """Draws the page before there is a file."""
    ui.add_css(look.STYLE + STYLE)
    Import(visit).draw()


class Import:
    """A file on its way: chosen, looked at, taken in."""

    def __init__(self, visit: Visit) -> None:
        self.visit = visit
        self.name, self.file = "", b""

    def draw(self) -> None:
        ui.link("All members", f"{shell.base(self.visit)}/members").classes("text-caption")
        ui.label("First you see what each line would do. Nothing changes before you say so, and then it is all of the "
                 "file or nothing.").classes("msb-wrap")  # fmt: skip
        with ui.row().classes("w-full items-start gap-3"):
            with ui.column().classes("gap-3").style("flex: 2 1 22rem; min-width: 0; max-width: 100%"):
                self._choose()
            with ui.column().classes("gap-3").style("flex: 1 1 18rem; min-width: 0; max-width: 100%"):
                self._explain()
        self.result = ui.column().classes("w-full gap-3")

    def _choose(self) -> None:
        with look.card("1. Choose a file"):
            look.muted(f"CSV, UTF-8, at most {MOST_BYTES // 1_000_000} MB and {MOST_LINES:,} lines.")
            upload = ui.upload(
                auto_upload=True, max_file_size=MOST_BYTES, on_upload=self._uploaded, on_rejected=self._too_large,
            )  # fmt: skip
            upload.props('accept=".csv,text/csv" flat bordered color=transparent')
            upload.classes("w-full msb-upload")
            upload.add_slot("header", CHOOSER)
            upload.add_slot("list", "")
            self.upload = upload
            with ui.expansion("Or paste lines", icon="content_paste").classes("w-full"):
                pasted = ui.textarea("Lines with their column names").classes("w-full font-mono")
                pasted.props(f"outlined rows=6 maxlength={MOST_PASTED} spellcheck=false")

                async def check() -> None:
                    await self._look(PASTED, str(pasted.value or "").encode())

                ui.button("Check", on_click=check).props("outline no-caps")

    def _explain(self) -> None:
        with look.card("The columns"):
            ui.link("Download a template", f"{shell.base(self.visit)}/members/import/template.csv")
            look.muted("In any order, with a comma, a semicolon or a tab between them.")
            with ui.expansion("What they mean", icon="help_outline").classes("w-full"):
                for name in (*COLUMNS.required, *COLUMNS.optional):
                    needed = " (needed)" if name in COLUMNS.required else ""
                    ui.label(f"{name}{needed}").classes("text-weight-medium")
                    look.muted(template.MEANING[name][0])
                for name, meaning in template.OWN:
                    ui.label(name).classes("text-weight-medium")
                    look.muted(meaning)

    async def _uploaded(self, event: UploadEventArguments) -> None:
        data = await event.file.read()
        self.upload.reset()
        await self._look(event.file.name, data)

    def _too_large(self) -> None:
        ui.notify(f"Choose one CSV file of at most {MOST_BYTES // 1_000_000} MB.", type="warning")

    async def _look(self, name: str, data: bytes) -> None:
        """What the file would do."""
        self.name, self.file = name, data
        self.result.clear()
        with self.result, ui.row().classes("items-center gap-2"):
            ui.spinner(size="sm")
            ui.label("Looking at each line \u2026").props("role=status")
        console = self.visit.console
        seen = await self.visit.read(
            lambda session: preview.look(session, console.programme, name, data, console.clock.now())
        )
        self.result.clear()
        with self.result:
            self._show(seen)

    def _show(self, seen: Preview) -> None:
        changing = seen.count(Fate.NEW) + seen.count(Fate.CHANGES)
        with look.card(f"2. What {seen.file} does"):
            for problem in seen.problems:
                where = f"{problem.column}: " if problem.column else ""
                look.banner(f"{where}{look.words(problem.problem)}. {problem.remedy}", "bad", "error")
            if seen.lines:
                Lines(self.visit, seen.lines).draw()
        with look.card("3. Import"):
            errors = seen.count(Fate.ERROR)
            if seen.problems or errors:
                what = f"{errors:,} line{'s' if errors != 1 else ''} with errors" if errors else "the file itself"
                ui.label(f"Nothing can be imported yet: put right {what}, then choose the file again.").props(
                    "role=status"
                )
            elif not changing:
                ui.label("There is nothing to import: all of it is known already.").props("role=status")
            else:
                self._offer(seen, changing)

    def _offer(self, seen: Preview, changing: int) -> None:
        new, changes = seen.count(Fate.NEW), seen.count(Fate.CHANGES)
        ui.label(f"Everything is right: {new:,} new, {changes:,} changed, {seen.count(Fate.UNCHANGED):,} as they are."
                 ).props("role=status")  # fmt: skip
        text = f"Import {changing:,} member{'s' if changing != 1 else ''}"
        ui.button(text, icon="upload", on_click=lambda: self._confirm(seen, text, new)).props("unelevated no-caps")

    def _confirm(self, seen: Preview, text: str, new: int) -> None:
        with dialog(text) as opened:
            says(f"{new:,} of them are new: their journeys begin, and the first messages go out when they are due, in "
                 "their hours and where they agreed. Consent is only added by a file, never taken away; a STOP stays."
                 )  # fmt: skip
            progress = ui.linear_progress(show_value=False).props('indeterminate aria-label="Importing"')
            progress.set_visibility(False)

            async def take() -> bool:
                progress.set_visibility(True)
                return await self._take(seen)

            buttons(opened, text, take)

    async def _take(self, seen: Preview) -> bool:
        console, visitor = self.visit.console, self.visit.visitor
        hand = Hand(visitor.actor, console.times(), visitor.staff_id)
        taken = await self.visit.act(
            Role.ADMIN,
            lambda session: preview.commit(session, console.programme, self.name, self.file, seen, hand),
            "Imported.",
        )
        if taken is None:
            await self._look(self.name, self.file)
            return True
        new = sum(one.is_new for one in taken)
        self.result.clear()
        with self.result, look.card("Imported"):
            ui.label(f"{len(taken):,} lines: {new:,} new members, {len(taken) - new:,} known ones.").props(
                "role=status"
            )
            ui.link("See the members", f"{shell.base(self.visit)}/members?order=joined")
        return True
