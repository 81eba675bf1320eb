"""The console for tests: one server a process, over whatever house a test sets up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from typing import cast as cast_to

from fastapi import FastAPI

from bot.access import sessions
from bot.config import Settings
from bot.model import Role
from console.access.door import COOKIE
from console.context import Console, Lent
from console.mount import Mounted, mount
from tests.support import cast
from tests.support.house import House
from tests.support.sandbox_server import serve

AT = "/console"


@dataclass
class Site:
    """The console of a house. `address` is its server's, without the path."""

    address: str
    console: Console
    house: House

    def cookies(self, role: str) -> list[Any]:
        """Those of a browser in which Maria is signed in with this role."""
        with self.house.db.begin() as session:
            maria = cast.colleague(session)
            maria.role = Role(role)
            token = sessions.begin(session, maria, "link", self.console.clock.wall())
        return [{"name": COOKIE, "value": token, "domain": "127.0.0.1", "path": AT, "httpOnly": True}]


def console_for(house: House, lent: Lent | None = None, **settings: Any) -> Console:
    """A console over that house's database, programme, channels and clock."""
    made = Settings(_env_file=None, **{"console_url": "http://127.0.0.1/console", **settings})
    return Console(made, house.db, house.clock, house.programme, house.reach(), lent or Lent())


@contextmanager
def served() -> Iterator[tuple[str, Mounted]]:
    """Serves a console that shows nothing until a test gives it a house."""
    app = FastAPI()
    mounted = mount(app, cast_to("Console", None), AT)
    with serve(app) as address:
        yield address, mounted


__all__ = ["AT", "Site", "console_for", "served"]
