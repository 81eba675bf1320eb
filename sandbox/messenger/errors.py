"""The Graph API's refusals."""

from __future__ import annotations

import secrets
from typing import Any


class GraphRefusal(Exception):
    """A request that the Graph API would refuse. `status` is a habit of the API; clients must go by the codes."""

    def __init__(self, code: int, text: str, subcode: int | None = None, status: int = 400) -> None:
        super().__init__(text)
        self.code, self.text, self.subcode, self.status = code, text, subcode, status

    def body(self) -> dict[str, Any]:
        error: dict[str, Any] = {"message": self.text, "type": "OAuthException", "code": self.code}
        if self.subcode is not None:
            error["error_subcode"] = self.subcode
        return {"error": {**error, "fbtrace_id": secrets.token_urlsafe(8)}}


def invalid(what: str) -> GraphRefusal:
    """The refusal of a parameter."""
    return GraphRefusal(100, f"(#100) {what}")


def window_closed() -> GraphRefusal:
    return GraphRefusal(10, "(#10) This message is sent outside of allowed window.", 2018278)


def retired_tag() -> GraphRefusal:
    return GraphRefusal(100, "Invalid parameter", 1893061)


def no_such_person() -> GraphRefusal:
    return GraphRefusal(100, "(#100) No matching user found", 2018001)


def not_available() -> GraphRefusal:
    return GraphRefusal(551, "(#551) This person isn't available right now.", 1545041)


def bad_token() -> GraphRefusal:
    return GraphRefusal(190, "Invalid OAuth access token - Cannot parse access token", status=401)


def too_fast() -> GraphRefusal:
    return GraphRefusal(613, "(#613) Calls to this api have exceeded the rate limit.")


def no_such_object(name: str) -> GraphRefusal:
    text = f"Unsupported request. Object with ID '{name}' does not exist or cannot be loaded due to missing permissions"
    return GraphRefusal(100, text, 33)
