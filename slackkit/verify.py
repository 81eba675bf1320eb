"""Is a request really Slack's? It is signed over its raw body and a timestamp of the last five minutes."""

from __future__ import annotations

from collections.abc import Mapping

from slack_sdk.signature import Clock as SlackClock
from slack_sdk.signature import SignatureVerifier
from starlette.requests import ClientDisconnect, Request

from bot.clock import Clock

BODY_LIMIT = 256 * 1024


class Unacceptable(Exception):
    """A request that is answered with `status` and leaves no trace but the count of its `result`."""

    def __init__(self, status: int, result: str) -> None:
        super().__init__(result)
        self.status, self.result = status, result


class OurClock(SlackClock):
    """Our clock as Slack's library wants one: seconds since 1970."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock

    def now(self) -> float:
        return self.clock.now().timestamp()


async def read_body(request: Request) -> bytes:
    """The body, never more than the limit of it in memory.

    Raises:
        Unacceptable: 413, or 400 when the connection is lost on the way.
    """
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > BODY_LIMIT:
                raise Unacceptable(413, "too_large")
    except ClientDisconnect:
        raise Unacceptable(400, "malformed") from None
    return bytes(body)


def check_signed(secret: str, clock: Clock, body: bytes, headers: Mapping[str, str]) -> str:
    """Returns the body as text.

    Raises:
        Unacceptable: 400 when it isn't UTF-8, 401 when Slack didn't sign it, or too long ago.
    """
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise Unacceptable(400, "malformed") from None
    if not is_genuine(secret, clock, text, headers):
        raise Unacceptable(401, "forged")
    return text


def is_genuine(secret: str, clock: Clock, body: str, headers: Mapping[str, str]) -> bool:
    """Never raises: what can't be checked (an odd timestamp, a signature outside ASCII) isn't genuine."""
    try:
        return SignatureVerifier(secret, OurClock(clock)).is_valid_request(body, dict(headers))
    except Exception:  # noqa: BLE001 - the verifier raises whatever odd headers make Python raise
        return False
