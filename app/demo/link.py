"""A link into the console of a demonstration: whoever has this machine may be anybody in it."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlencode

from bot.access import links
from bot.clock import SystemClock
from bot.db import Database
from bot.errors import Refused
from bot.model import Role

ADDRESS = "console.txt"
"""The file that says where the demonstration's console is."""
MARIA = "maria.okafor@example.org"


def sign_in_link(folder: Path) -> str:
    """A link that signs a browser in as Maria, on the sandbox's page: once, and within some minutes.

    Raises:
        Refused: there is no demonstration in this folder.
    """
    address = folder / ADDRESS
    if not address.exists():
        raise Refused(f"There is no demonstration in {folder}. Start one with `make demo`.")
    db = Database(f"sqlite:///{folder.resolve() / 'msb.db'}")
    try:
        with db.begin() as session:
            token = links.make(session, MARIA, Role.ADMIN, SystemClock().wall())
    finally:
        db.close()
    return f"{address.read_text()}/sign-in/{token}?{urlencode({'next': '/sandbox'})}"
