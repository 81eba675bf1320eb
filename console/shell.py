"""What all pages share: the frame, the navigation, and the colours."""

from __future__ import annotations

from collections.abc import Sequence

from nicegui import ui

from console.access import door
from console.access.plain import NAME
from console.pages import Page
from console.visit import Visit

COLOURS = {"primary": "#1b5e7b", "secondary": "#4a5568", "accent": "#7b3f61", "positive": "#1e7a3c",
           "negative": "#b3261e", "warning": "#8a5300", "info": "#1f5fa8", "dark-page": "#14181c",
           "dark": "#1d2329"}  # fmt: skip
DRAWER = 'show-if-above width=220 breakpoint=900 role="navigation" aria-label="Main"'
STYLE = """
.msb-skip { position: absolute; left: -999px; top: 0; z-index: 9999; padding: .5rem 1rem; }
.msb-skip { background: #fff; color: #000; }
.msb-skip:focus { left: 0; }
:focus-visible { outline: 3px solid #e0a100; outline-offset: 2px; }
.msb-content { max-width: 1600px; width: 100%; margin: 0 auto; }
.msb-muted { color: #4b5563; }
.body--dark .msb-muted { color: #b6bfc9; }
.body--dark .q-field--focused .q-field__label { color: #8cc8e6; }
.body--dark a.nicegui-link { color: #8cc8e6; }
a.nicegui-link { color: #1b5e7b; }
@layer overrides { .body--dark .q-btn.text-primary { color: #8cc8e6 !important; } }
@layer overrides { .body--dark .q-btn.text-negative { color: #ffa79f !important; } }
.q-dialog__inner { z-index: 1; }
.q-notification.text-dark { --q-dark: #fff; }
"""


def frame(visit: Visit, page: Page, navigation: Sequence[Page]) -> ui.column:
    """Draws the frame; what the page is about goes into the column that comes back."""
    ui.page_title(f"{page.title} - {NAME}")
    ui.colors(**COLOURS)
    ui.add_css(STYLE)
    ui.link("Skip to content", "#content").classes("msb-skip")
    # Closed, and opened by the browser where there is room: NiceGUI's own way asks the browser, and may ask in vain.
    with ui.left_drawer(value=False, bordered=True).props(DRAWER) as drawer:
        for entry in navigation:
            _entry(visit, entry, is_here=page.path == entry.path or page.path.startswith(f"{entry.path}/"))
        ui.space()
        ui.label(visit.visitor.name).classes("q-px-md")
        ui.label(str(visit.visitor.role)).classes("q-px-md msb-muted text-caption")
        _sign_out(visit)
    with ui.header().classes("items-center q-py-xs"):
        ui.button(icon="menu", on_click=drawer.toggle).props('flat color=white aria-label="Navigation"')
        ui.label(NAME).classes("text-subtitle1")
    with ui.column().classes("msb-content q-pa-md").props("id=content tabindex=-1") as content:
        if not page.names_itself:
            heading(page.title)
    return content


def heading(text: str) -> ui.label:
    """What the page is about; there is one on each."""
    return ui.label(text).classes("text-h5 q-mb-sm").props("role=heading aria-level=1")


def missing(text: str, back: str, to: str) -> None:
    """In place of a page about something that does not exist: says so, to programs too, and where to go instead."""
    ui.context.client.status_code = 404
    heading("Not found")
    ui.label(text)
    ui.link(back, to)


def base(visit: Visit) -> str:
    """What stands before all of the console's own paths (``{base}/members``), seen from this page: ``.`` or ``..``.

    Relative, because NiceGUI puts the root path before each path of a link, but not of an address that it replaces.
    """
    path = visit.request.url.path.removeprefix(visit.request.scope.get("root_path", ""))
    return "/".join([".."] * (path.count("/") - 1)) or "."


def _sign_out(visit: Visit) -> None:
    """A form of the plain kind: it changes what the browser keeps."""
    with ui.element("form").props(f'method=post action="{base(visit)}/sign-out"').classes("q-px-sm q-pb-sm"):
        ui.element("input").props(f'type=hidden name=form value="{door.form_token(door.token_of(visit.request))}"')
        ui.button("Sign out").props("flat dense no-caps type=submit icon=logout")


def _entry(visit: Visit, entry: Page, *, is_here: bool) -> None:
    link = ui.link(target=f"{base(visit)}{entry.path}").classes("w-full no-underline")
    if is_here:
        link.props("aria-current=page")
    with link, ui.row().classes("items-center no-wrap q-px-md q-py-sm w-full"):
        ui.icon(entry.icon, size="sm").props("aria-hidden=true")
        ui.label(entry.title).classes("text-weight-bold" if is_here else "")
