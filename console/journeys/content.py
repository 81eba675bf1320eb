"""The content files, with what is wrong in them in its place; nothing here changes a file."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from nicegui import ui

from bot.model import Role
from bot.programme.loader import check_folder, content_files
from bot.programme.models import Programme
from bot.programme.source import Problem
from console import shell
from console.journeys import content_text, counts, look
from console.look import banner, moment, muted, tag
from console.visit import Visit

LARGEST = 500_000
"""So many characters of a file are shown and checked at most."""


@dataclass(frozen=True)
class Checked:
    """The folder as it was read: its files' texts by name, what they make, and what is wrong."""

    texts: dict[str, str]
    programme: Programme | None
    problems: list[Problem]


def read(folder: Path, instead: dict[str, str] | None = None) -> Checked:
    """Reads and checks the folder, with other texts in place of some files'.

    Files that nobody touched since are not read again: checking them all takes a third of a second.
    """
    if instead:
        return _read(folder, instead)
    try:
        stamps = tuple((str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in content_files(folder))
    except OSError:
        return _read(folder, None)
    return _read_once(folder, stamps)


@lru_cache(maxsize=4)
def _read_once(folder: Path, _stamps: tuple[tuple[str, int, int], ...]) -> Checked:
    return _read(folder, None)


def _read(folder: Path, instead: dict[str, str] | None) -> Checked:
    texts: dict[str, str] = {}
    try:
        for path in content_files(folder):
            text = path.read_text(encoding="utf-8-sig", errors="replace")
            texts[path.relative_to(folder).as_posix()] = text[:LARGEST]
        programme, problems = check_folder(folder, instead)
    except OSError as unreadable:
        said = f"it can't be read: {unreadable.strerror}"
        return Checked(texts, None, [Problem(str(folder), 1, said, "See that msb serve may read it.")])
    return Checked({**texts, **(instead or {})}, programme, problems)


async def build(visit: Visit) -> None:
    """Draws the list of files and the one that the address names."""
    look.begin(visit, "/journeys/content")
    ui.add_css(content_text.STYLE)
    muted("The files that the programme is made from. Problems stand at their lines. Nothing on this page changes a "
          "file.")  # fmt: skip
    page = _Page(visit)
    await page.check()
    page.draw()


class _Page:
    def __init__(self, visit: Visit) -> None:
        self.visit, self.folder = visit, visit.console.settings.programme_dir
        self.found = Checked({}, None, [])
        self.tried: dict[str, str] = {}
        self.file = visit.query.get("file", "")
        self.zone_name = ""

    async def check(self) -> None:
        """Reads the folder anew."""
        self.found = await asyncio.to_thread(read, self.folder, self.tried or None)
        self.checked_at = moment(self.visit.console.clock.now(), await counts.zone_of(self.visit))
        if self.file not in self.found.texts:
            wrong = [one.file for one in self.found.problems if one.file in self.found.texts]
            self.file = next(iter([*wrong, *self.found.texts]), "")

    @ui.refreshable_method
    def draw(self) -> None:
        self._verdict()
        with ui.element("div").classes("c-page"):
            with ui.column().classes("gap-2 c-files"):
                self._files()
            with ui.column().classes("gap-2 c-file"):
                self._file()

    def _verdict(self) -> None:
        problems = self.found.problems
        if self.tried:
            banner(f"Checked with your text in place of {', '.join(self.tried)}. It is not saved.", "info", "edit_note")
        if problems:
            many = f"{len(problems)} problem{'s' * (len(problems) != 1)}"
            banner(f"{many} in the files. msb serve would not start with them.", "bad", "error")
            with ui.element("ul").classes("j-plain"):
                for one in problems[:100]:
                    with ui.element("li").classes("q-mb-xs"):
                        self._problem(one)
        else:
            banner("The files are complete: no problem found.", "good", "check_circle")
        self._running()
        with ui.row().classes("items-center gap-3"):
            ui.button("Check again", icon="refresh", on_click=self._again).props("outline no-caps")
            muted(f"Checked {self.checked_at}. The folder is {self.folder}.")

    def _running(self) -> None:
        """Whether what runs is what the files say."""
        since = self.visit.console.lent.programme_loaded_at
        loaded = f" (read {since:%d %b %Y, %H:%M} UTC)" if since is not None else ""
        if self.tried:
            return
        if self.found.programme is None:
            muted(f"This process goes on with the content that it read when it started{loaded}.")
        elif self.found.programme == self.visit.console.programme:
            muted(f"The running programme is that of the files{loaded}.")
        else:
            banner(f"The files differ from the running programme{loaded}. Restart msb serve to take them.", "warn",
                   "sync_problem")  # fmt: skip

    def _problem(self, one: Problem) -> None:
        with ui.row().classes("items-baseline gap-2"):
            place = f"{one.file}:{one.line}"
            if one.file in self.found.texts:
                ui.button(place, on_click=lambda: self._open(one.file, one.line)).props("flat dense no-caps")
            else:
                ui.label(place).classes("text-weight-medium")
            ui.label(f"{one.message}. {one.remedy}").classes("msb-wrap")

    def _files(self) -> None:
        ui.label("Files").classes("text-h6").props("role=heading aria-level=2")
        if not self.found.texts:
            muted("There are no YAML files in the folder.")
        with ui.element("ul").classes("j-plain w-full"):
            for name in self.found.texts:
                wrong = sum(one.file == name for one in self.found.problems)
                with ui.element("li"), ui.row().classes("items-center gap-1 no-wrap"):
                    opened = ui.button(name, on_click=lambda name=name: self._open(name)).props("flat dense no-caps")
                    opened.classes("msb-wrap text-weight-bold" if name == self.file else "msb-wrap")
                    if name == self.file:
                        opened.props("aria-current=true")
                    if wrong:
                        tag(f"{wrong}", "bad", "error")

    def _file(self) -> None:
        if self.file not in self.found.texts:
            return
        text = self.found.texts[self.file]
        ui.label(self.file).classes("text-h6 msb-wrap").props("role=heading aria-level=2")
        content_text.draw(self.file, text, [one for one in self.found.problems if one.file == self.file])
        if self.visit.may(Role.ADMIN):
            self._try(text)

    def _try(self, text: str) -> None:
        """A text may be checked before anybody puts it into the file."""
        with ui.expansion("Check a changed text", icon="edit_note", value=self.file in self.tried).classes("w-full"):
            muted("Change or paste the text of this file here, and check it together with the other files. It is not "
                  "saved: put it into the file yourself when it is right.")  # fmt: skip
            area = ui.textarea(f"Text of {self.file}", value=text).props("outlined rows=20 input-class=c-input")
            area.classes("w-full")
            with ui.row().classes("gap-2"):
                ui.button("Check this text", icon="rule", on_click=lambda: self._check_text(area.value)).props(
                    "no-caps unelevated"
                )
                if self.tried:
                    ui.button("Back to the files", on_click=self._forget).props("flat no-caps")

    async def _check_text(self, text: str | None) -> None:
        if len(text or "") > LARGEST:
            ui.notify("That is too long for a file of content.", type="warning")
            return
        self.tried = {self.file: text or ""}
        await self._again()

    async def _forget(self) -> None:
        self.tried = {}
        await self._again()

    async def _again(self) -> None:
        await self.check()
        self.draw.refresh()

    def _open(self, file: str, line: int | None = None) -> None:
        self.file = file
        ui.navigate.history.replace(f"{shell.base(self.visit)}/journeys/content?file={file}")
        self.draw.refresh()
        if line is not None:
            ui.run_javascript(f"setTimeout(() => document.getElementById('line-{line}')?.scrollIntoView(), 200)")
