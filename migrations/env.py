"""Alembic's environment: migrations run on a connection that the application hands over."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from bot.db import Moment
from bot.model import Base


def render(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """Migrations outlive the code, so they name no type of ours."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Moment) else False


def run() -> None:
    connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
        render_item=render,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()


run()
