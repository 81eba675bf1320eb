"""Where the console is, as browsers see it: the setting decides, and what a proxy claims does not count."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from urllib.parse import urlsplit

from bot.config import Settings


def origin_of(url: str) -> str:
    """Scheme, host and port of a URL as browsers write them; empty: it is none."""
    parts = urlsplit(url)
    if not parts.scheme or not parts.hostname:
        return ""
    default = {"http": 80, "https": 443}.get(parts.scheme)
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port and parts.port != default else "")


def is_loopback(host: str) -> bool:
    """Whether a ``Host`` names this machine: whoever says so sits at it, or comes through a tunnel of their own."""
    name = urlsplit(f"//{host}").hostname or ""
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def own_origins(settings: Settings, host: str) -> set[str]:
    """Pages of these origins are ours."""
    found = {origin_of(settings.console_url)} if settings.console_url else set()
    if is_loopback(host):
        found.add(origin_of(f"http://{host}"))
    return found


def is_secure(settings: Settings, host: str) -> bool:
    """Whether browsers reach us by HTTPS only."""
    return settings.console_url.startswith("https://") and not is_loopback(host)


def refusal(settings: Settings, method: str, headers: Mapping[str, str], *, is_socket: bool) -> str:
    """Why a request is not one that our own pages, or a plain link to them, would make; empty: it is."""
    host = headers.get("host", "")
    ours = own_origins(settings, host)
    if not ours:
        return f"MSB_CONSOLE_URL has to name the address of the console; {host or 'nothing'} is not this machine."
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    if origin is not None and origin not in ours:
        return "another origin"
    if is_socket or method not in ("GET", "HEAD", "OPTIONS"):
        return "" if origin is not None or site == "same-origin" else "no origin"
    is_link = headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"
    return "another site" if site in ("cross-site", "same-site") and not is_link else ""


def safe_path(wanted: str) -> str:
    """The console's own page that a visitor wanted before they signed in; the first page for anything else.

    It is appended to our own path, so that it can't lead to another site.
    """
    path = wanted.partition("?")[0]
    is_plain = wanted.isprintable() and wanted.isascii() and "\\" not in wanted and ".." not in path
    is_ours = wanted.startswith("/") and not wanted.startswith(("//", "/sign-"))
    return wanted if is_plain and is_ours else "/"
