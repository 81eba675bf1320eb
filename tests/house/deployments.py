"""The files in deploy/ as the house rules see them: parsed, with the commands and settings that they name."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from typing import Any

import typer
import yaml
from pydantic import SecretStr

from app.cli import cli
from bot.config import Settings
from tests.house.sources import ROOT, files, modules, string_constants

DEPLOY = ROOT / "deploy"
KUBERNETES = DEPLOY / "kubernetes"
SETTING = re.compile(r"\bMSB_[A-Z0-9_]*[A-Z0-9]\b")
ENGINE = "python -m msb_engine serve"


def texts() -> Iterator[tuple[str, str]]:
    """Path from the root, and content, of every file below deploy/."""
    for name in files():
        if name.startswith("deploy/") and not name.endswith(".png"):
            yield name, (ROOT / name).read_text(encoding="utf-8")


@cache
def compose() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yml").read_text(encoding="utf-8"))
    return content


def services_of_ours() -> dict[str, dict[str, Any]]:
    return {name: service for name, service in compose()["services"].items() if "build" in service}


@cache
def manifests() -> tuple[dict[str, Any], ...]:
    """As kubectl builds them; each file by itself where there is no kubectl."""
    kubectl = shutil.which("kubectl")
    if kubectl is None:
        paths = [path for path in sorted(KUBERNETES.rglob("*.yaml")) if path.name != "kustomization.yaml"]
        found = [path.read_text(encoding="utf-8") for path in paths]
    else:
        found = [
            subprocess.run(
                [kubectl, "kustomize", folder], capture_output=True, text=True, check=True, timeout=60
            ).stdout
            for folder in (KUBERNETES, KUBERNETES / "migrate")
        ]
    return tuple(one for text in found for one in yaml.safe_load_all(text) if one)


def of_kind(*kinds: str) -> list[dict[str, Any]]:
    return [one for one in manifests() if one["kind"] in kinds]


def pods() -> list[tuple[str, dict[str, Any]]]:
    """Name and pod of everything that runs on Kubernetes."""
    running = of_kind("Deployment", "StatefulSet", "Job")
    return [(one["metadata"]["name"], one["spec"]["template"]["spec"]) for one in running]


def units() -> Iterator[tuple[str, str]]:
    yield from ((name, text) for name, text in texts() if name.endswith((".service", ".target")))


def settings_that_exist() -> set[str]:
    """Of the application and of the engine."""
    words = (word for m in modules() if m.package == "engine" and not m.is_test for word in string_constants(m))
    engine = {word for word in words if SETTING.fullmatch(word)}
    return engine | {f"MSB_{name.upper()}" for name in Settings.model_fields}


def secrets() -> set[str]:
    """The settings that are never printed."""
    return {f"MSB_{name.upper()}" for name, field in Settings.model_fields.items() if field.annotation is SecretStr}


def commands() -> list[tuple[str, str]]:
    """Where a process of ours is started, and with which words after `msb`."""
    found = [
        (f"compose: {name}", " ".join(one["command"])) for name, one in services_of_ours().items() if "command" in one
    ]
    for name, pod in pods():
        found += [(f"kubernetes: {name}", " ".join(one["args"])) for one in pod["containers"] if "args" in one]
    for name, text in units():
        found += [(name, start) for start in re.findall(r"^ExecStart=.*/msb (.+)$", text, re.MULTILINE)]
    return found


def is_a_command(words: str) -> bool:
    """Whether `msb WORDS` exists with these options, and is no group of commands."""
    command: Any = typer.main.get_command(cli)
    options = [word for word in words.split() if word.startswith("--")]
    for word in words.split():
        if word not in options:
            command = getattr(command, "commands", {}).get(word)
    if command is None or hasattr(command, "commands"):
        return False
    return set(options) <= {option for parameter in command.params for option in parameter.opts}


def assignments(text: str) -> dict[str, str]:
    """The lines NAME=VALUE of a file of settings."""
    return dict(line.split("=", 1) for line in text.splitlines() if re.match(r"[A-Z_0-9]+=", line))
