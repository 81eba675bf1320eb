"""The page behind an unsubscribe link: mail scanners open links, so only a press of its button acts."""

from __future__ import annotations

from fastapi.responses import HTMLResponse

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex",
    "X-Content-Type-Options": "nosniff",
}
FRAME = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>body {{ font: 1.1rem/1.5 sans-serif; max-width: 32rem; margin: 4rem auto; padding: 0 1rem; }}
button {{ font: inherit; padding: .6rem 1.2rem; }}</style></head>
<body><h1>{title}</h1>{content}</body></html>
"""
ASK = """<p>No more e-mails will be sent to the address that got this link.</p>
<form method="post"><input type="hidden" name="List-Unsubscribe" value="One-Click">
<button type="submit">Stop the e-mails</button></form>"""
DONE = "<p>You get no more e-mails from us. If that was a mistake, write to us and say START.</p>"
UNKNOWN = "<p>This link is not complete. Use the one in our e-mail, or answer it with the word STOP.</p>"
LATER = "<p>Something went wrong on our side. Please try again in a few minutes.</p>"


def ask() -> HTMLResponse:
    return _page("Stop the e-mails?", ASK, 200)


def done() -> HTMLResponse:
    return _page("Done", DONE, 200)


def unknown() -> HTMLResponse:
    return _page("Link not valid", UNKNOWN, 404)


def later() -> HTMLResponse:
    return _page("Not done yet", LATER, 503)


def _page(title: str, content: str, status: int) -> HTMLResponse:
    return HTMLResponse(FRAME.format(title=title, content=content), status, HEADERS)
