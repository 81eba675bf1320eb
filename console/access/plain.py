"""Pages for whoever is not signed in, or asked for what they can't have: plain HTML, without scripts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from starlette.responses import HTMLResponse

from console.access.headers import plain_policy

NAME = "Member success"
_templates = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True)


@dataclass(frozen=True)
class Form:
    """One button, and what is sent with it."""

    action: str
    button: str
    fields: Mapping[str, str]


@dataclass(frozen=True)
class Link:
    to: str
    text: str
    is_button: bool = False


@dataclass(frozen=True)
class Plain:
    """What stands on such a page, from top to bottom."""

    title: str
    lines: Sequence[str] = ()
    warning: str = ""
    form: Form | None = None
    link: Link | None = None
    hints: Sequence[str] = ()
    command: str = ""


def answer(page: Plain, status: int = 200) -> HTMLResponse:
    """The page, for a browser."""
    text = _templates.get_template("plain.html").render(name=NAME, **vars(page))
    return HTMLResponse(text, status, {"Content-Security-Policy": plain_policy(), "Cache-Control": "no-store"})


def not_found(root: str) -> HTMLResponse:
    """There is no such page, or it is not there with these settings."""
    link = Link(f"{root}/", "To the overview")
    return answer(Plain("Page not found", ["There is no page with this address."], link=link), 404)


def forbidden(root: str, role: str) -> HTMLResponse:
    """It takes a role that they don't have."""
    lines = [f"This page needs the role {role}.", "Ask a colleague who is an admin to give it to you."]
    return answer(Plain("Not allowed", lines, link=Link(f"{root}/", "To the overview")), 403)


def failed(root: str) -> HTMLResponse:
    """Something of ours broke; what it was stands in the log."""
    lines = ["The page could not be shown. What went wrong is in the log of the console."]
    return answer(Plain("Something went wrong", lines, link=Link(f"{root}/", "To the overview")), 500)


def refused(why: str, status: int = 403) -> HTMLResponse:
    """A request that none of our own pages makes."""
    hints = ["If you followed a link, open the console in a new tab and try again."]
    return answer(Plain("Request refused", [f"{why[:1].upper()}{why[1:]}."], hints=hints), status)
