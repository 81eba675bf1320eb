"""Where the files are and how the engine is reached: from the environment, with defaults for one machine."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 5005
DEFAULT_ACTIONS_URL = "http://127.0.0.1:5055/webhook"


class SettingsRefused(ValueError):
    """The environment doesn't hold what the engine needs."""


@dataclass(frozen=True)
class Paths:
    """The files of an assistant: `root` is the folder that holds Rasa's own files."""

    root: Path
    models: Path

    @property
    def config(self) -> Path:
        return self.root / "config.yml"

    @property
    def domain(self) -> Path:
        return self.root / "domain.yml"

    @property
    def data(self) -> Path:
        return self.root / "data"

    @property
    def endpoints(self) -> Path:
        return self.root / "endpoints.yml"

    @property
    def credentials(self) -> Path:
        return self.root / "credentials.yml"

    @property
    def var(self) -> Path:
        return self.root / "var"

    def model(self, fingerprint: str) -> Path:
        """Where the model of that fingerprint is, or would be."""
        return self.models / f"{fingerprint}.tar.gz"


def read_paths(environ: Mapping[str, str] = os.environ) -> Paths:
    """MSB_ENGINE_ROOT (default: the folder above `engine/`) and MSB_ENGINE_MODELS (default: `models/` in it)."""
    root = Path(environ.get("MSB_ENGINE_ROOT") or Path(__file__).resolve().parents[2]).resolve()
    return Paths(root, Path(environ.get("MSB_ENGINE_MODELS") or root / "models").resolve())


def read_host(environ: Mapping[str, str] = os.environ) -> str:
    """MSB_ENGINE_HOST: loopback unless a private network is named.

    Raises:
        SettingsRefused: it is not an IP address.
    """
    setting = environ.get("MSB_ENGINE_HOST") or DEFAULT_HOST
    try:
        return str(ip_address(setting))
    except ValueError as error:
        raise SettingsRefused(f"MSB_ENGINE_HOST is not an IP address: {setting!r}") from error


def read_port(environ: Mapping[str, str] = os.environ) -> int:
    """MSB_ENGINE_PORT.

    Raises:
        SettingsRefused: it is not a port.
    """
    setting = environ.get("MSB_ENGINE_PORT") or str(DEFAULT_PORT)
    if not setting.isdigit() or not 0 < int(setting) < 65536:
        raise SettingsRefused(f"MSB_ENGINE_PORT is not a port: {setting!r}")
    return int(setting)


def fill_in_defaults(paths: Paths) -> None:
    """Sets what `endpoints.yml` and `credentials.yml` take from the environment and has a default.

    Raises:
        SettingsRefused: a secret, which has no default, is missing.
    """
    for name in ("MSB_ENGINE_TOKEN", "MSB_ACTIONS_TOKEN"):
        if not os.environ.get(name):
            raise SettingsRefused(f"{name} is not set")
    os.environ["MSB_ACTIONS_URL"] = os.environ.get("MSB_ACTIONS_URL") or DEFAULT_ACTIONS_URL
    if not os.environ.get("MSB_ENGINE_STORE_URL"):
        paths.var.mkdir(parents=True, exist_ok=True)
        os.environ["MSB_ENGINE_STORE_URL"] = f"sqlite:///{paths.var / 'engine.db'}"
