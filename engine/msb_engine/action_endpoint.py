"""How Rasa calls the action server: with a limit of seconds instead of minutes, over connections that are kept."""

from __future__ import annotations

import json
from typing import Any

import aiohttp
from rasa.utils.endpoints import EndpointConfig

SECONDS_TO_WAIT = 10
# Shorter than the five seconds after which servers close an idle connection, so that none is used as it closes.
SECONDS_KEPT = 2


class ActionFailed(aiohttp.ClientError):
    """The action server did not answer an action call with a result."""


class ActionEndpoint(EndpointConfig):  # type: ignore[misc]
    """The action server of `endpoints.yml`."""

    def __init__(self, *args: Any, seconds_to_wait: float = SECONDS_TO_WAIT, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._seconds = seconds_to_wait
        self._client: aiohttp.ClientSession | None = None

    @classmethod
    def from_config(cls, config: EndpointConfig) -> ActionEndpoint:
        """The same endpoint as Rasa has read it, with our limits."""
        return cls(config.url, config.params, config.headers, cafile=config.cafile, **config.kwargs)

    async def request(self, method: str = "post", subpath: str | None = None, **kwargs: Any) -> Any:
        """Sends the call and returns its result.

        Raises:
            ActionFailed: no connection, no answer in time, or an answer that is no result. Its text quotes
                nothing of the call.
        """
        try:
            async with self._session().post(self.url, json=kwargs["json"], headers=self.headers) as response:
                if response.status != 200:
                    raise ActionFailed(f"the action server answered {response.status}")
                return json.loads(await response.read())
        except TimeoutError as error:
            raise ActionFailed(f"the action server did not answer in {self._seconds} seconds") from error
        except ValueError as error:
            raise ActionFailed("the action server's answer is not JSON") from error
        except aiohttp.ClientConnectionError as error:
            raise ActionFailed(f"no connection to the action server: {type(error).__name__}") from error

    async def close(self) -> None:
        """Closes the kept connections."""
        if self._client is not None:
            await self._client.close()

    def _session(self) -> aiohttp.ClientSession:
        if self._client is None or self._client.closed:
            self._client = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(keepalive_timeout=SECONDS_KEPT, limit=100),
                timeout=aiohttp.ClientTimeout(total=self._seconds),
            )
        return self._client
