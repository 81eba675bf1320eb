"""The private action endpoint: rasa-sdk's executor behind our own authentication, which never echoes a request."""

from __future__ import annotations

import hmac
import logging
import time
from typing import Any

from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from actions import all_actions
from bot import correlation, metrics, tracing
from bot.conversation.perform import Performer

log = logging.getLogger(__name__)


def create_actions_app(performer: Performer, token: str) -> Starlette:
    """An ASGI application with ``POST /webhook`` for the engine, which must bring the bearer token."""
    executor = ActionExecutor()
    for action in all_actions(performer):
        executor.register_action(action)

    async def webhook(request: Request) -> Response:
        given = request.headers.get("authorization", "").encode()
        if not token or not hmac.compare_digest(given, f"Bearer {token}".encode()):
            return JSONResponse({"error": "unauthorized"}, 401)
        call = await request.json()
        call["domain"] = call.get("domain") or {}
        action, (about, parent) = str(call.get("next_action")), _origin(call)
        started = time.perf_counter()
        with correlation.scope(about), tracing.span("action", parent=parent, action=action, correlation=about):
            response = await _run(executor, call, action)
        seconds = time.perf_counter() - started
        metrics.action_seconds.observe(seconds)
        facts = {"action": action, "status": response.status_code, "ms": round(seconds * 1000, 1)}
        log.info("action", extra={**facts, "correlation": about})
        return response

    return Starlette(routes=[Route("/webhook", webhook, methods=["POST"])])


async def _run(executor: ActionExecutor, call: dict[str, Any], action: str) -> Response:
    try:
        result = await executor.run(call)
    except ActionExecutionRejection as error:
        return JSONResponse({"error": error.message, "action_name": error.action_name}, 400)
    except ActionNotFoundException as error:
        return JSONResponse({"error": error.message, "action_name": error.action_name}, 404)
    except Exception as error:
        log.exception("action failed", extra={"action": action})
        metrics.actions.labels(action, "failed").inc()
        return JSONResponse({"error": type(error).__name__}, 500)
    return JSONResponse(result.model_dump() if result is not None else {"events": [], "responses": []})


def _origin(call: dict[str, Any]) -> tuple[str, str]:
    """What the call is about and the trace that it belongs to, as the turn told the engine; empty when it didn't."""
    match call:
        case {"tracker": {"latest_message": {"metadata": {"inbox_id": int() as inbox_id} as metadata}}}:
            return correlation.of_inbox(inbox_id), tracing.parent_of(metadata)
    return "", ""
