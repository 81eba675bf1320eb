"""``python -m sandbox`` serves the sandbox until it is stopped."""

from __future__ import annotations

import uvicorn

from sandbox.server import create_app
from sandbox.settings import SandboxSettings


def main() -> None:
    settings = SandboxSettings()
    # The page keeps a request open for news, so a stop must not wait for it.
    uvicorn.run(
        create_app(settings),
        host=settings.sandbox_host,
        port=settings.sandbox_port,
        log_level="warning",
        timeout_graceful_shutdown=1,
        ws="websockets-sansio",
    )


if __name__ == "__main__":
    main()
