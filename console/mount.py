"""Puts the console into an application of FastAPI's."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from fastapi import FastAPI
from nicegui import app as nicegui_app
from nicegui import ui
from starlette.requests import Request
from starlette.responses import Response

from console import shell
from console.access import nonce, plain
from console.access.guard import Guard
from console.access.oidc import Oidc
from console.access.sign_in import SignIn
from console.access.watch import keep_watch
from console.areas import AREAS
from console.context import Console
from console.pages import Area, Download, Page
from console.visit import Visit

log = logging.getLogger(__name__)


@dataclass
class Mounted:
    """NiceGUI is one per process, and so is this; the console that it shows may change (tests give it another)."""

    console: Console


def mount(app: FastAPI, console: Console, at: str) -> Mounted:
    """Serves the console below the path `at`, such as ``/console``. Once in a process."""
    mounted = Mounted(console)
    nonce.install()
    sign_in = SignIn(lambda: mounted.console)
    Oidc(sign_in).add_to(nicegui_app)
    sign_in.add_to(nicegui_app)
    for area in AREAS:
        for page in area.pages:
            ui.page(page.path, title=page.title, response_timeout=30)(_page(mounted, area, page))
        for download in area.downloads:
            nicegui_app.add_api_route(download.path, _download(mounted, area, download), include_in_schema=False)
    ui.run_with(app, mount_path=at, title=plain.NAME, dark=None, language="en-US", show_welcome_message=False)
    # Quasar's bar over whatever is fetched has no name for screen readers, and pages say themselves that they work.
    nicegui_app.config.quasar_config = {**nicegui_app.config.quasar_config, "loadingBar": {"skipHijack": True}}
    app.add_middleware(Guard, shown=lambda: mounted.console, at=at)
    _tell_of_errors(at)
    return mounted


def _tell_of_errors(at: str) -> None:
    """In place of NiceGUI's own pages, which show what an error says."""

    async def missing(request: Request, error: Exception) -> Response:
        return plain.not_found(at)

    async def failed(request: Request, error: Exception) -> Response:
        log.error("a page of the console failed", exc_info=error)
        return plain.failed(at)

    nicegui_app.exception_handlers |= {404: missing, Exception: failed}


def _page(mounted: Mounted, area: Area, page: Page) -> Callable[[Request], Awaitable[Response | None]]:
    async def show(request: Request) -> Response | None:
        visit = _visit(mounted, request)
        if (refused := _refusal(visit, area, page)) is not None:
            return refused
        navigation = [entry for one in AREAS if one.is_on(visit) for entry in one.pages if _leads_to(visit, entry)]
        with shell.frame(visit, page, navigation):
            keep_watch(visit, shell.base(visit))
            await page.build(visit)
        return None

    return show


def _download(mounted: Mounted, area: Area, download: Download) -> Callable[[Request], Awaitable[Response]]:
    async def give(request: Request) -> Response:
        visit = _visit(mounted, request)
        return _refusal(visit, area, download) or await download.build(visit)

    return give


def _visit(mounted: Mounted, request: Request) -> Visit:
    """The guard has let them in, and says who they are."""
    return Visit(mounted.console, request.state.visitor, request)


def _refusal(visit: Visit, area: Area, wanted: Page | Download) -> Response | None:
    if not area.is_on(visit):
        return plain.not_found(shell.base(visit))
    if not visit.may(wanted.role):
        return plain.forbidden(shell.base(visit), wanted.role)
    return None


def _leads_to(visit: Visit, entry: Page) -> bool:
    return bool(entry.icon) and visit.may(entry.role)
