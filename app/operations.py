"""Health and metrics, as each process serves them."""

from __future__ import annotations

import sqlalchemy as sa
from fastapi import APIRouter, FastAPI, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from app.engine import Engine
from app.engines import Engines
from app.wiring import Application


def create_operations_app(application: Application) -> FastAPI:
    """For processes that listen for nothing else."""
    app = FastAPI(title="Member success bot, operations", docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(operations_router(application))
    return app


def operations_router(application: Application) -> APIRouter:
    router = APIRouter(tags=["operations"])

    @router.get("/healthz", response_class=PlainTextResponse)
    async def healthz() -> str:
        """The process runs."""
        return "ok"

    @router.get("/readyz")
    async def readyz() -> Response:
        """Whether messages can be accepted (the database) and answered (the engine)."""
        parts = await run_in_threadpool(_parts, application)
        # Without the engine messages are accepted and kept, so only the database decides.
        return JSONResponse(parts, 200 if parts["database"] == "ok" else 503)

    @router.get("/metrics", response_class=PlainTextResponse)
    def metrics() -> Response:
        """Counters of each stage for Prometheus, and what waits at this moment."""
        application.measure()
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return router


def _parts(application: Application) -> dict[str, str]:
    try:
        with application.db.begin() as session:
            session.execute(sa.text("select 1 from member limit 1"))
        database = "ok"
    except sa.exc.SQLAlchemyError as error:
        database = type(error).__name__
    dialogue = application.dialogue
    ready = not isinstance(dialogue, Engine | Engines) or dialogue.is_ready()
    return {"database": database, "engine": "ok" if ready else "not ready"}
