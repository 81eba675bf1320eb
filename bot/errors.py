"""Errors of the bot. An error explains itself once: its docstring is its message."""

from __future__ import annotations


class MsbError(Exception):
    """Something went wrong in the member-success bot."""

    def __init__(self, detail: str | None = None) -> None:
        self.detail = detail
        explanation = " ".join((type(self).__doc__ or "").split())
        super().__init__(f"{explanation} {detail}" if detail else explanation)


class ContentError(MsbError):
    """The programme's content files are not valid."""


class ImportRefused(MsbError):
    """The file has errors, and nothing was imported."""


class DialogueUnavailable(MsbError):
    """The dialogue engine did not answer this turn."""


class NotFound(MsbError):
    """There is no such record."""


class Refused(MsbError):
    """The request is understood and not allowed in the present state."""


class WindowClosed(Refused):
    """The provider lets nobody write to this address now."""
