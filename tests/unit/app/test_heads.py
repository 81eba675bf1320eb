"""The first waiting row of a lane is found by the index of those that wait, however many were handled before."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.wiring import Application
from bot.intake.receive import Desk
from bot.outbox.enqueue import LANE_KIND


@pytest.mark.parametrize(
    ("kind", "index"), [(Desk.MEMBER, "ix_inbox_message_head"), (LANE_KIND, "ix_outbox_message_head")]
)
def test_the_head_of_a_lane_is_found_by_its_index(application: Application, kind: str, index: str) -> None:
    if not application.db.is_sqlite:
        pytest.skip("PostgreSQL plans by what the tables hold, and they hold nothing")
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: object) -> None:
        asked.append((statement, parameters))

    with application.db.begin() as session:
        sa.event.listen(application.db.engine, "before_cursor_execute", note)
        application.drainers[kind].handler.head(session, "lane")
        sa.event.remove(application.db.engine, "before_cursor_execute", note)
        assert index in plan(session, *asked[-1])


def plan(session: Session, statement: str, parameters: Any) -> str:
    rows = session.connection().exec_driver_sql(f"explain query plan {statement}", parameters)
    return "\n".join(str(row[3]) for row in rows)
