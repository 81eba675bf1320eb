"""The dialogs that the bot opens for a colleague: filled in, sent, objected to, changed, closed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nicegui import ui
from nicegui.elements.mixins.text_element import TextElement

from console.sandbox.slack.blocks import draw, draw_input, look_of
from console.sandbox.slack.desk import Desk, Json, Press
from console.sandbox.slack.fields import Field
from console.sandbox.slack.hands import Hands
from console.sandbox.slack.rows import Row, Rows
from console.sandbox.slack.tags import tag, text
from console.sandbox.slack.words import plain

MakeDesk = Callable[..., Desk]


class Modal:
    """One at a time is on the screen: the top one of those that are open."""

    def __init__(self, hands: Hands, make_desk: MakeDesk) -> None:
        self.hands, self.make_desk = hands, make_desk
        self.shown: tuple[str, str, str] | None = None
        self.view: Json = {}
        self.form: Form | None = None
        with ui.dialog() as self.dialog:
            self.card = ui.card().classes("sk sk-dialog")
        self.dialog.on_value_change(self._put_away)

    def show(self, view: Json | None) -> None:
        """Draws what changed. Fields that stay keep what was typed, as in Slack."""
        wanted = (self.hands.me, view["id"], view["hash"]) if view else None
        if wanted == self.shown:
            return
        is_same = self.shown is not None and wanted is not None and self.shown[:2] == wanted[:2]
        self.shown = wanted
        if view is None:
            self.dialog.close()
            return
        self.view = view
        if self.form is None or not is_same:
            self.card.clear()
            with self.card:
                self.form = Form(self.hands, self.make_desk, self.submit, self.close)
        self.form.show(view)
        self.dialog.props["aria-label"] = plain(view.get("title"), "Dialog")
        self.dialog.open()

    async def close(self) -> None:
        """What could not be closed in the sandbox stays on the screen too."""
        if self.shown is not None and await self.hands.tell("slack/close", view_id=self.shown[1]) is None:
            self.dialog.open()

    async def submit(self) -> None:
        if self.form is None or self.shown is None:
            return
        answer = await self.hands.tell("slack/submit", view_id=self.shown[1], values=self.form.values())
        if self.form is not None and answer is not None and self.shown is not None:
            self.form.object(answer.get("errors") or {})

    async def _put_away(self, event: Any) -> None:
        """Escape, or a click beside it."""
        if not event.value and self.shown is not None:
            await self.close()


class Form:
    """What stands in a dialog."""

    def __init__(self, hands: Hands, make_desk: MakeDesk, submit: Callable[[], Any], close: Callable[[], Any]) -> None:
        self.hands, self.make_desk, self.submit = hands, make_desk, submit
        self.fields: dict[tuple[str, str], Field] = {}
        self.problems: dict[str, TextElement] = {}
        self.view: Json = {}
        self.head = Rows(tag("div", "sk-head"))
        self.body = Rows(tag("div", "sk-sheet"))
        self.foot = Rows(tag("div"))
        self._close = close

    def show(self, view: Json) -> None:
        self.view = view
        title = plain(view.get("title"))
        self.head.show([Row("title", title, lambda: _title(title))])
        wanted = {_key(block) for block in view["blocks"] if block["type"] == "input"}
        typed = {key: field.value for key, field in self.fields.items() if key in wanted}
        self.fields = {key: field for key, field in self.fields.items() if key in wanted}
        desk = self.make_desk(press=self._press, held=view["state"]["values"])
        self.body.show([self._row(block, desk, typed) for block in view["blocks"]])
        self.foot.show(
            [Row("answers", (view.get("submit"), view.get("close")), self._answers, "sk-actions sk-end sk-foot")]
        )

    def values(self) -> dict[str, dict[str, Any]]:
        """What stands in the fields, by block_id and then action_id."""
        found: dict[str, dict[str, Any]] = {}
        for (block_id, action_id), field in self.fields.items():
            found.setdefault(block_id, {})[action_id] = field.value
        return found

    def object(self, errors: dict[str, str]) -> None:
        """Shows what is wrong beneath the fields, and leads to the first of them."""
        for block_id, problem in self.problems.items():
            problem.text = errors.get(block_id, "")
        wrong = [field for (block_id, _), field in self.fields.items() if block_id in errors]
        for field in self.fields.values():
            field.objects(is_wrong=field in wrong)
        if wrong:
            wrong[0].focus()

    async def _press(self, pressed: Press) -> None:
        where = {"view_id": self.view["id"], "action_id": pressed.action_id, "value": pressed.value}
        await self.hands.tell("slack/click", **where, values=self.values())

    def _row(self, block: Json, desk: Desk, typed: dict[tuple[str, str], Any]) -> Row:
        key = f"{block['block_id']}:{block['type']}"
        look = look_of(block)
        if block["type"] != "input":
            state = desk.held.get(block["block_id"])
            return Row(key, (block, state), lambda: draw(block, desk), look)
        return Row(key, block, lambda: self._field(block, desk, typed), look)

    def _field(self, block: Json, desk: Desk, typed: dict[tuple[str, str], Any]) -> None:
        key, element = _key(block), block["element"]

        async def changed() -> None:
            if (value := self.fields[key].value) is not None:
                await self._press(Press(element["action_id"], value))

        start = typed[key] if key in typed else desk.value_of(block, element)
        field = draw_input(block, start, desk, changed if block.get("dispatch_action") else None)
        if element["type"] == "plain_text_input" and not element.get("multiline"):
            field.input.on("keydown.enter", self.submit)
        problem = text("", "sk-problem", role="alert")
        field.describe(problem.html_id)
        if not self.fields:
            field.input.props["autofocus"] = True
        self.fields[key], self.problems[key[0]] = field, problem

    def _answers(self) -> None:
        close = ui.button(plain(self.view.get("close"), "Cancel"), color=None, on_click=self._close)
        close.props("no-caps unelevated").classes("sk-button sk-plain")
        if self.view.get("submit"):
            send = ui.button(plain(self.view["submit"]), color=None, on_click=self.submit)
            send.props("no-caps unelevated").classes("sk-button sk-primary")


def _title(said: str) -> None:
    text(said, "sk-title", role="heading", aria_level=2)


def _key(block: Json) -> tuple[str, str]:
    return block["block_id"], block["element"]["action_id"]
