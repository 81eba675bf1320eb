"""The page's way to the sandbox: its control interface over HTTP."""

from __future__ import annotations

from typing import Any

import httpx

from console.sandbox.slack.world import Held, SandboxSaysNo

SECONDS = httpx.Timeout(20, connect=3)


class SandboxClient:
    """One for each visit. All paths are relative to ``/sandbox/``; everything raises `SandboxSaysNo`."""

    def __init__(self, address: str) -> None:
        # The sandbox is on this machine, whatever proxy its environment names.
        self._http = httpx.AsyncClient(base_url=address, timeout=SECONDS, trust_env=False)

    async def get(self, path: str) -> Any:
        return (await self._ask("GET", f"/sandbox/{path}")).json()

    async def post(self, path: str, **body: Any) -> Any:
        return (await self._ask("POST", f"/sandbox/{path}", json=body)).json()

    async def put(self, path: str, **body: Any) -> Any:
        return (await self._ask("PUT", f"/sandbox/{path}", json=body)).json()

    async def file(self, identifier: str) -> Held:
        answer = await self._ask("GET", f"/slack/files/{identifier}")
        return Held(answer.headers.get("content-type", "application/octet-stream"), answer.content)

    async def close(self) -> None:
        await self._http.aclose()

    async def _ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        try:
            answer = await self._http.request(method, path, **more)
        except httpx.HTTPError as problem:
            raise SandboxSaysNo(f"the sandbox does not answer ({type(problem).__name__})") from None
        if answer.is_error:
            raise SandboxSaysNo(_why(answer))
        return answer


def _why(answer: httpx.Response) -> str:
    """In the sandbox's own words, if it has any."""
    try:
        detail = answer.json()["detail"]
    except (ValueError, KeyError, TypeError):
        return f"the sandbox answered {answer.status_code}"
    return detail if isinstance(detail, str) else "that is not valid"
