"""Is a request really Twilio's? It is signed over the address that Twilio called and the form that it sent."""

from __future__ import annotations

import logging
from urllib.parse import parse_qsl

from starlette.datastructures import ImmutableMultiDict
from starlette.requests import Request
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

from bot.config import Settings
from channels.webhook import Unacceptable, read_body

log = logging.getLogger(__name__)

BODY_LIMIT = 64 * 1024
FIELD_LIMIT = 500
FORM_TYPE = "application/x-www-form-urlencoded"

Form = ImmutableMultiDict[str, str]


async def verified_form(request: Request, settings: Settings) -> Form:
    """The form of a genuine request, with repeated and with empty values.

    Raises:
        Unacceptable: 413 too large, 400 not a form in UTF-8, 403 not signed by Twilio.
    """
    form = parse_form(await read_body(request, BODY_LIMIT), request.headers.get("content-type", FORM_TYPE))
    raw_path = request.scope.get("raw_path") or request.scope["path"].encode()
    url = public_url(settings.public_base_url, raw_path, request.scope["query_string"])
    token = settings.twilio_auth_token.get_secret_value()
    if not is_genuine(token, url, form, request.headers.get("X-Twilio-Signature")):
        raise Unacceptable(403, "forged")
    return form


def parse_form(body: bytes, content_type: str) -> Form:
    """Keeps empty values, which are signed too, and every value of a repeated name.

    Raises:
        Unacceptable: 400.
    """
    if content_type.partition(";")[0].strip().lower() != FORM_TYPE:
        raise Unacceptable(400, "malformed")
    try:
        pairs = parse_qsl(
            body.decode("utf-8"), keep_blank_values=True, encoding="utf-8", errors="strict", max_num_fields=FIELD_LIMIT
        )
    except ValueError:
        raise Unacceptable(400, "malformed") from None
    return ImmutableMultiDict(pairs)


def public_url(base: str, raw_path: bytes, raw_query: bytes) -> str:
    """The address as Twilio called it: behind a proxy the request itself doesn't know it.

    A ``#`` part of the configured webhook (Twilio's connection overrides) is neither sent nor signed.
    """
    path = raw_path.partition(b"?")[0].decode("latin-1")
    query = raw_query.decode("latin-1")
    return base.partition("#")[0].rstrip("/") + path + (f"?{query}" if query else "")


def is_genuine(token: str, url: str, parameters: Form | str, signature: str | None) -> bool:
    """`parameters` is the form, or the text of a JSON body. Never raises: what can't be checked isn't genuine."""
    if not token or not signature:
        return False
    try:
        return bool(RequestValidator(token).validate(url, parameters, signature))
    except Exception:
        log.info("a signature could not be checked", exc_info=True)
        return False
