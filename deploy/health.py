"""Whether the process in this container runs: ``python health.py app | engine``. For images, which have no curl.

A container holds one role, whichever that is: the application's is healthy when one of its ports answers.
"""

from __future__ import annotations

import os
import sys
from urllib.request import ProxyHandler, build_opener

# The setting of each port, its default, and the path that answers 200.
PORTS = {
    "app": (
        ("MSB_GATEWAY_PORT", "8000", "/healthz"),
        ("MSB_CONSOLE_PORT", "8100", "/healthz"),
        ("MSB_OPS_PORT", "9464", "/healthz"),
        ("MSB_ACTIONS_PORT", "5055", "/healthz"),
    ),
    "engine": (("MSB_ENGINE_PORT", "5005", "/webhooks/gateway/health"),),
}
SECONDS = 2.0


def main(kind: str) -> int:
    """0 when the process answers, else 1."""
    return 0 if any(answers(os.environ.get(name) or port, path) for name, port, path in PORTS[kind]) else 1


def answers(port: str, path: str) -> bool:
    """Whether this machine's own port answers with success; a proxy of the environment is not asked."""
    try:
        with build_opener(ProxyHandler({})).open(f"http://127.0.0.1:{port}{path}", timeout=SECONDS) as response:
            return bool(response.status == 200)
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
