"""Draws Block Kit about as Slack does: each kind of block and element that the emulator lets pass."""

from __future__ import annotations

from collections.abc import Callable

from nicegui import ui

from console.sandbox.slack.ask import confirmed
from console.sandbox.slack.desk import Desk, Json, Press
from console.sandbox.slack.fields import MENUS, Field, option_text, options
from console.sandbox.slack.mrkdwn import from_markdown, paragraphs, safe_address
from console.sandbox.slack.rich import rich_paragraphs
from console.sandbox.slack.tags import tag, text
from console.sandbox.slack.words import cell, plain, text_object, told


def draw(block: Json, desk: Desk) -> None:
    """One block; of a kind that nobody knows, its name."""
    kind = str(block.get("type"))
    if kind in BLOCKS:
        BLOCKS[kind](block, desk)
    else:
        text(f"({kind})", "sk-muted")


def draw_all(blocks: list[Json], desk: Desk) -> None:
    for block in blocks:
        with tag("div", look_of(block)):
            draw(block, desk)


def look_of(block: Json) -> str:
    """The classes of the box that a block is drawn in."""
    return f"sk-block sk-{block.get('type')}-block"


def _header(block: Json, _desk: Desk) -> None:
    text(plain(block["text"]), "sk-header", role="heading", aria_level=3)


def _divider(_block: Json, _desk: Desk) -> None:
    tag("hr", "sk-divider")


def _section(block: Json, desk: Desk) -> None:
    if not block.get("accessory"):
        _told(block, desk)
        return
    with tag("div", "sk-section"):
        with tag("div", "sk-grow"):
            _told(block, desk)
        with tag("div", "sk-accessory"):
            _element(block["accessory"], block, desk)


def _told(block: Json, desk: Desk) -> None:
    if block.get("text"):
        text_object(block["text"], desk)
    if block.get("fields"):
        with tag("div", "sk-fields"):
            for field in block["fields"]:
                cell(field, desk)


def _context(block: Json, desk: Desk) -> None:
    with tag("div", "sk-context"):
        for one in block["elements"]:
            if one["type"] == "image":
                _picture(one, desk, "sk-icon")
            else:
                cell(one, desk)


def _actions(block: Json, desk: Desk) -> None:
    with tag("div", "sk-actions"):
        for one in block["elements"]:
            _element(one, block, desk)


def _image(block: Json, desk: Desk) -> None:
    with tag("figure", "sk-figure"):
        if block.get("title"):
            text(plain(block["title"]), "sk-muted", "figcaption")
        _picture(block, desk, "sk-picture")


def _rich_text(block: Json, desk: Desk) -> None:
    told(rich_paragraphs(block, desk.names), desk)


def _markdown(block: Json, desk: Desk) -> None:
    told(paragraphs(from_markdown(str(block["text"])), desk.names), desk)


def _input(block: Json, desk: Desk) -> None:
    draw_input(block, desk.value_of(block, block["element"]), desk)


def draw_input(block: Json, value: object, desk: Desk, changed: Callable[[], object] | None = None) -> Field:
    """A field of a dialog with its label and hint; what is in it is read by whoever sends the dialog."""
    with tag("div", "sk-input"):
        named = text(plain(block["label"]), "sk-label", "label")
        if block["element"]["type"] in ("checkboxes", "radio_buttons"):
            named.tag = "div"
        field = Field(block["element"], value, desk, changed)
        if block.get("optional"):
            field.input.props["clearable"] = field.kind in MENUS
            with named:
                text(" (optional)", "sk-optional", "span")
        field.named(plain(block["label"]), named)
        if block.get("hint"):
            field.describe(text(plain(block["hint"]), "sk-hint").html_id)
    return field


def _element(element: Json, block: Json, desk: Desk) -> None:
    """Something in a message or view that acts at once."""
    match element["type"]:
        case "button":
            _button(element, desk)
        case "overflow":
            _overflow(element, desk)
        case "image":
            _picture(element, desk, "sk-thumb")
        case _:
            _choice(element, block, desk)


def _button(element: Json, desk: Desk) -> None:
    address = safe_address(str(element.get("url") or ""))
    goes = desk.follow(address) if address else None
    button = ui.button(plain(element["text"]), color=None).props("no-caps unelevated")
    button.classes(f"sk-button sk-{element.get('style') or 'plain'}")
    button.props.set_optional("aria-label", element.get("accessibility_label"))
    if address and goes is None:
        button.props["href"], button.props["target"] = address, "_blank"
    pressed = Press(element["action_id"], element.get("value"), address)

    async def press() -> None:
        if await confirmed(element.get("confirm"), desk):
            if goes is not None:
                goes()
            desk.touched(button)
            await desk.press(pressed)

    button.on_click(press)


def _overflow(element: Json, desk: Desk) -> None:
    with ui.button(icon="more_horiz", color=None).props("no-caps unelevated") as button:
        button.classes("sk-button sk-plain sk-more").props('aria-label="More actions" aria-haspopup=menu')
        with ui.menu().props("auto-close"):
            for one in options(element):
                ui.menu_item(option_text(one), _picker(element, one["value"], desk, button)).props("role=menuitem")


def _picker(element: Json, value: str, desk: Desk, button: ui.element) -> Callable[[], object]:
    async def pick() -> None:
        if await confirmed(element.get("confirm"), desk):
            desk.touched(button)
            await desk.press(Press(element["action_id"], value))

    return pick


def _choice(element: Json, block: Json, desk: Desk) -> None:
    async def pick() -> None:
        if (value := field.value) is not None and await confirmed(element.get("confirm"), desk):
            desk.touched(field.input)
            await desk.press(Press(element["action_id"], value))

    with tag("div", "sk-choice"):
        field = Field(element, desk.value_of(block, element), desk, pick)
        field.named(plain(element.get("placeholder"), "Choose"))


def _picture(found: Json, desk: Desk, look: str) -> None:
    """A picture of the emulator's, or one from elsewhere; its description where there is none to show."""
    shared = found.get("slack_file") or {}
    address = desk.pictures.get(str(shared.get("id"))) or safe_address(str(found.get("image_url") or ""))
    said = str(found.get("alt_text") or "")
    if address is None:
        text(said, "sk-muted")
        return
    tag("img", look, src=address, alt=said, referrerpolicy="no-referrer", loading="lazy")


BLOCKS: dict[str, Callable[[Json, Desk], None]] = {
    "header": _header,
    "divider": _divider,
    "section": _section,
    "context": _context,
    "actions": _actions,
    "image": _image,
    "input": _input,
    "rich_text": _rich_text,
    "markdown": _markdown,
}
