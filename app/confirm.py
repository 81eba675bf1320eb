"""The page behind the link in an e-mail that confirms its address. Only the button confirms: scanners open links."""

from __future__ import annotations

from html import escape

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from app.wiring import Application
from bot.members import email_link
from bot.members.linking import NotLinked

PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex"><title>{title}</title><body><h1>{title}</h1><p>{words}</p>{form}</body></html>"""
FORM = '<form method="post"><button>Confirm</button></form>'
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; form-action 'self'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}

router = APIRouter(tags=["confirm"], include_in_schema=False)


@router.get(f"{email_link.PATH}/{{token}}")
def ask(token: str, request: Request) -> Response:
    """Shows what the button will do."""
    application: Application = request.app.state.application
    with application.db.begin() as session:
        found = email_link.read(session, application.settings, token, application.clock.now())
        if isinstance(found, NotLinked):
            return _gone(application)
        words = f"May {application.programme.organisation.name} write to {found.address}?"
    return _page(application, words, form=FORM)


@router.post(f"{email_link.PATH}/{{token}}")
def confirm(token: str, request: Request) -> Response:
    """Confirms the address."""
    application: Application = request.app.state.application
    with application.db.begin() as session:
        done = email_link.confirm(session, application.settings, token, application.clock.now())
    return _gone(application) if isinstance(done, NotLinked) else _page(application, "Thank you. That is confirmed.")


def _gone(application: Application) -> Response:
    contact = application.programme.organisation.help_contact
    return _page(application, f"This link is not valid any more. For a new one, write to {contact}.", status=404)


def _page(application: Application, words: str, *, form: str = "", status: int = 200) -> Response:
    title = escape(application.programme.organisation.name)
    return HTMLResponse(PAGE.format(title=title, words=escape(words), form=form), status, HEADERS)
