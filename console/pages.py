"""What the console consists of: a page or a download has an address, a name, and the role that it needs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from starlette.responses import Response

from bot.model import Role
from console.visit import Visit


@dataclass(frozen=True)
class Page:
    """`build` draws it, in NiceGUI's slot of the page's content. `icon`: it stands in the navigation.

    `names_itself`: it draws its own heading of the first level, such as the name of a member.
    """

    path: str
    title: str
    build: Callable[[Visit], Awaitable[None]]
    role: Role = Role.VIEWER
    icon: str = ""
    names_itself: bool = False


@dataclass(frozen=True)
class Download:
    """A file that is made when it is asked for."""

    path: str
    build: Callable[[Visit], Awaitable[Response]]
    role: Role = Role.VIEWER


@dataclass(frozen=True)
class Area:
    """A part of the console. `is_on` says whether it is there with these settings."""

    pages: Sequence[Page]
    downloads: Sequence[Download] = ()
    is_on: Callable[[Visit], bool] = lambda _visit: True
