"""Marks the scripts of NiceGUI's page template, so that browsers run these and no other."""

from __future__ import annotations

import re

from jinja2 import Environment
from jinja2.ext import Extension
from markupsafe import Markup
from nicegui import client

SCRIPT = re.compile(r"<script(?=[\s>])")
HEAD = "{{ head_html | safe }}"
NONCE = "{{ request.state.nonce }}"


class Nonces(Extension):
    """Changes the template, not the page: what a page shows of somebody's text never gets the mark.

    What `ui.add_css` adds to the head is code of ours, and comes as a script too.
    """

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        environment.filters["marked"] = marked

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        if name != "index.html":
            return source
        if HEAD not in source:
            raise RuntimeError("NiceGUI's template has changed: its head is not found")
        return SCRIPT.sub(f'<script nonce="{NONCE}"', source).replace(HEAD, "{{ head_html | marked(request) }}")


def marked(head: str, request: object) -> Markup:
    nonce = request.state.nonce  # type: ignore[attr-defined]
    return Markup(SCRIPT.sub(f'<script nonce="{nonce}"', head))  # noqa: S704 - it is code of ours


def install() -> None:
    """For all pages of this process; once is enough."""
    client.templates.env.add_extension(Nonces)
