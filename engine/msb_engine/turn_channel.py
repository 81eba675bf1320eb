"""The only way into the engine: `POST /webhooks/gateway/turn` (bearer token) and `GET /webhooks/gateway/health`."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
from typing import Any

from rasa.core.channels.channel import InputChannel
from sanic import Blueprint, Request, response
from sanic.response import HTTPResponse

from msb_engine.processor import TurnFailed
from msb_engine.tracker_store import Reply
from msb_engine.turn_request import TurnRefused, read_turn
from msb_engine.turns import TurnRunner

logger = logging.getLogger(__name__)


class TurnChannel(InputChannel):  # type: ignore[misc]
    """Takes turns from the application. `runner` is None until a model is loaded."""

    def __init__(self, token: str) -> None:
        if not token:
            raise ValueError("the turn channel needs a token")
        self._expected = f"Bearer {token}".encode()
        self.runner: TurnRunner | None = None
        self._running: set[asyncio.Task[Reply]] = set()

    @classmethod
    def name(cls) -> str:
        return "gateway"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> TurnChannel:
        return cls(str((credentials or {}).get("token") or ""))

    def blueprint(self, on_new_message: Any) -> Blueprint:
        """The two routes. `on_new_message` is Rasa's own way to answer, which is not used."""
        blueprint = Blueprint("gateway")

        @blueprint.get("/health")
        async def health(_request: Request) -> HTTPResponse:
            return self.health()

        @blueprint.post("/turn")
        async def turn(request: Request) -> HTTPResponse:
            return await self.turn(request)

        return blueprint

    def health(self) -> HTTPResponse:
        """Whether a model is loaded, and which."""
        runner = self.runner
        return response.json({"ready": runner is not None, "model": runner.model if runner else None})

    async def turn(self, request: Request) -> HTTPResponse:
        """Answers a turn: 200 with the reply, 401, 422, 503, or 500 when it was not stored and may be tried again."""
        given = request.headers.get("authorization", "").encode()
        if not hmac.compare_digest(given, self._expected):
            return response.json({"error": "unauthorized"}, status=401)
        if self.runner is None:
            return response.json({"error": "no_model"}, status=503)
        try:
            return _json(await self._run(self.runner, request.body))
        except TurnRefused as error:
            return response.json({"error": error.error, "detail": str(error)}, status=422)
        except TurnFailed as error:
            return response.json({"ok": False, "error": error.error, "failures": error.failures}, status=500)
        except Exception as error:  # noqa: BLE001
            # The text of an unforeseen error may quote the member: the caller and the log get its type and place.
            logger.error("a turn failed: %s at %s", type(error).__name__, _place(error))  # noqa: TRY400
            return response.json({"ok": False, "error": "engine", "detail": type(error).__name__}, status=500)

    async def _run(self, runner: TurnRunner, body: bytes) -> Reply:
        """Finishes the turn even when the caller has hung up: a second try then finds it answered."""
        task = asyncio.ensure_future(runner.run(read_turn(body)))
        self._running.add(task)
        task.add_done_callback(self._forget)
        return await asyncio.shield(task)

    def _forget(self, task: asyncio.Task[Reply]) -> None:
        self._running.discard(task)
        if not task.cancelled():
            task.exception()  # marks it as seen, for nobody may be waiting any more


def _json(reply: Reply) -> HTTPResponse:
    return HTTPResponse(json.dumps(reply, default=float), content_type="application/json")


def _place(error: BaseException) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"
