"""Installs everything this project needs below its own folder, and trains the language model.

Each step leaves a stamp: the digest of all that went into it. A step whose stamp still holds is skipped, so a second
run costs next to nothing. A stamp is written last, so an interrupted run is resumed by running it again.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from toolbox import LOGS, ROOT, TOOLS, UV, CommandFailed, environment, run_logged, uv_environment

APP_PYTHON = ROOT / ".venv" / "bin" / "python"
ENGINE_PYTHON = ROOT / "engine" / ".venv" / "bin" / "python"
NO_PIP = """Python 3.11 at {python} has neither pip nor ensurepip. Install one of them, then run this again:
  Debian, Ubuntu   sudo apt-get install python3-pip
  Fedora           sudo dnf install python3.11-pip
  macOS            brew reinstall python@3.11"""


@dataclass(frozen=True)
class Step:
    """One thing to install.

    `inputs` are paths from the repository's root (a folder stands for all its files); `product` exists afterwards (a
    folder: with something in it); `needs` is the step after which this one has to be done, and done again.
    """

    name: str
    title: str
    run: Callable[[Path], None]
    inputs: tuple[str, ...]
    product: Path
    needs: str | None = None


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--production", action="store_true", help="without the tools for development and tests")
    parser.add_argument("--until", metavar="STEP", help="stop after this step: uv, app, project, engine or model")
    parser.add_argument("--quiet", action="store_true", help="say nothing when there is nothing to do")
    options = parser.parse_args()
    with only_one_at_a_time():
        try:
            return set_up(up_to(options.until, steps(options.production)), quiet=options.quiet)
        except CommandFailed as failure:
            print(f"\nSet-up failed. {failure}\n\nRun the same command again to go on from here.", file=sys.stderr)
        except KeyboardInterrupt:
            print("\nInterrupted. Run the same command again to go on from here.", file=sys.stderr)
    return 1


def set_up(todo: list[Step], *, quiet: bool) -> int:
    digests: dict[str, str] = {}
    changed = False
    for number, step in enumerate(todo, start=1):
        digests[step.name] = digest_of(step, digests)
        if is_done(step, digests[step.name]):
            continue
        changed = True
        print(f"[{number}/{len(todo)}] {step.title} ...", flush=True)
        started = time.monotonic()
        carry_out(step, digests[step.name])
        print(f"[{number}/{len(todo)}] done in {time.monotonic() - started:.0f} s", flush=True)
    if not changed and not quiet:
        print("Everything is installed and up to date.")
    return 0


def up_to(last: str | None, todo: list[Step]) -> list[Step]:
    """The steps up to and with `last`; all of them when there is no such name."""
    names = [step.name for step in todo]
    return todo[: names.index(last) + 1] if last in names else todo


def steps(production: bool) -> list[Step]:
    lock = "requirements/app.txt" if production else "requirements/dev.txt"

    def application(log: Path) -> None:
        install_locked(APP_PYTHON, lock, log)

    def project(log: Path) -> None:
        how = ["--build-constraints", "requirements/dev.txt"] if production else ["--no-build-isolation"]
        command: list[str | Path] = [UV, "pip", "install", "--python", APP_PYTHON, "--no-deps", *how, "--editable", "."]
        run_logged(command, log, uv_environment())

    def engine(log: Path) -> None:
        install_locked(ENGINE_PYTHON, "engine/requirements.txt", log)

    title_engine = "Installing the dialogue engine (about 30 s)"
    engine_lock = "engine/requirements.txt"
    models = Path(os.environ.get("MSB_ENGINE_MODELS") or ROOT / "models")
    training = ("config.yml", "domain.yml", "data", "engine/msb_engine")
    return [
        Step("uv", "Fetching uv, the installer (about 5 s)", fetch_uv, ("requirements/uv.txt",), UV),
        Step("app", "Installing the application (about 20 s)", application, (lock,), APP_PYTHON, "uv"),
        Step("project", "Making the command msb", project, ("pyproject.toml",), APP_PYTHON.with_name("msb"), "app"),
        Step("engine", title_engine, engine, (engine_lock,), ENGINE_PYTHON, "uv"),
        Step("model", "Training the language model (about 90 s)", train, training, models, "engine"),
    ]


def fetch_uv(log: Path) -> None:
    """Puts the pinned uv below .tools, with pip when Python has one, else with the pip of a throw-away environment."""
    python = Path(sys.executable)
    if importlib.util.find_spec("pip") is None:
        if importlib.util.find_spec("ensurepip") is None:
            raise CommandFailed(NO_PIP.format(python=python))
        run_logged([python, "-m", "venv", "--clear", TOOLS / "pip"], log, environment())
        python = TOOLS / "pip" / "bin" / "python"
    draft = TOOLS / "uv.part"
    shutil.rmtree(draft, ignore_errors=True)
    command: list[str | Path] = [python, "-m", "pip", "install", "--require-hashes", "--no-deps", "--no-user"]
    how: list[str | Path] = ["--only-binary", ":all:", "--target", draft, "-r", "requirements/uv.txt"]
    run_logged([*command, *how], log, environment())
    shutil.rmtree(TOOLS / "uv", ignore_errors=True)
    draft.rename(TOOLS / "uv")
    UV.parent.mkdir(exist_ok=True)
    UV.unlink(missing_ok=True)
    UV.symlink_to(Path("..") / "uv" / "bin" / "uv")


def install_locked(python: Path, lock: str, log: Path) -> None:
    """Makes the environment of `python` hold exactly what `lock` names, each file checked against its hash."""
    env = uv_environment()
    if not is_working(python):
        run_logged([UV, "venv", "--clear", "--python", sys.executable, python.parent.parent], log, env)
    sync: list[str | Path] = [UV, "pip", "sync", "--python", python, "--require-hashes", "--compile-bytecode"]
    run_logged([*sync, "--build-constraints", lock, lock], log, env)


def is_working(python: Path) -> bool:
    """Whether `python` starts, is a 3.11, and belongs to an environment of its own."""
    if not python.exists():
        return False
    check = "import sys; sys.exit(sys.prefix == sys.base_prefix or sys.version_info[:2] != (3, 11))"
    return subprocess.run([python, "-c", check], capture_output=True, check=False, timeout=60).returncode == 0


def train(log: Path) -> None:
    run_logged([ENGINE_PYTHON, "-m", "msb_engine.train"], log, environment() | {"PYTHONPATH": str(ROOT / "engine")})


def carry_out(step: Step, digest: str) -> None:
    stamp = stamp_of(step)
    stamp.unlink(missing_ok=True)
    log = LOGS / f"setup-{step.name}.log"
    log.unlink(missing_ok=True)
    step.run(log)
    if not is_there(step.product):
        raise CommandFailed(f"{step.title}: {step.product} is still missing; see {log.relative_to(ROOT)}.")
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(digest, encoding="ascii")


def is_done(step: Step, digest: str) -> bool:
    stamp = stamp_of(step)
    return stamp.exists() and stamp.read_text(encoding="ascii") == digest and is_there(step.product)


def is_there(product: Path) -> bool:
    return any(product.glob("[!.]*")) if product.is_dir() else product.exists()


def stamp_of(step: Step) -> Path:
    return TOOLS / "stamps" / step.name


def digest_of(step: Step, digests: dict[str, str]) -> str:
    """The digest of the step's inputs and of the step it needs (whose own is known by then)."""
    digest = hashlib.sha256(digests[step.needs].encode() if step.needs else b"")
    for path in (path for name in step.inputs for path in files_below(ROOT / name)):
        digest.update(f"\0{path.relative_to(ROOT)}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def files_below(path: Path) -> Iterator[Path]:
    """`path` itself when it is a file, else the files of that folder, in order, without Python's bytecode."""
    if path.is_file():
        yield path
    elif path.is_dir():
        yield from (p for p in sorted(path.rglob("*")) if p.is_file() and "__pycache__" not in p.parts)


@contextmanager
def only_one_at_a_time() -> Iterator[None]:
    """Waits for a set-up that is already running in this folder. The lock ends with its process, however that ends."""
    TOOLS.mkdir(exist_ok=True)
    with (TOOLS / "setup.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another set-up is running in this folder; waiting for it.", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    sys.exit(main())
