"""Machines in miniature: network namespaces, each with a cable to this one that can be pulled. Needs root and ip."""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

_made = itertools.count(1)


@dataclass(frozen=True)
class Machine:
    """`address` is its own; it reaches this machine at the address of its `Town`."""

    name: str
    cable: str
    address: str

    def command(self, *words: str) -> list[str]:
        """The words that run a command there."""
        return ["ip", "netns", "exec", self.name, *words]

    def pull_the_cable(self) -> None:
        """From here on nothing comes through, in either direction, and nobody is told."""
        ip("link", "set", self.cable, "down")

    def plug_it_in(self) -> None:
        ip("link", "set", self.cable, "up")


@dataclass(frozen=True)
class Town:
    """This machine, by the address at which the others reach it, and the others."""

    address: str
    machines: tuple[Machine, ...]


def ip(*words: str) -> None:
    """Runs ip.

    Raises:
        RuntimeError: it refuses, in its own words.
    """
    done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False, timeout=30)
    if done.returncode:
        raise RuntimeError(f"ip {' '.join(words)}: {done.stderr.strip()}")


def skip_unless_possible() -> None:
    """Skips the test where no namespaces can be made."""
    if os.geteuid() != 0:
        pytest.skip("network namespaces need root")
    if shutil.which("ip") is None:
        pytest.skip("there is no ip command here")
    probe = f"msb{os.getpid()}probe"
    try:
        ip("netns", "add", probe)
        ip("netns", "delete", probe)
    except RuntimeError as reason:
        pytest.skip(f"no network namespaces can be made here: {reason}")


@contextlib.contextmanager
def town(count: int) -> Iterator[Town]:
    """So many machines with their cables plugged in; all is removed afterwards.

    Addresses are of the range that is set aside for tests of networks (RFC 2544), another block for each process.
    """
    skip_unless_possible()
    block = f"198.18.{os.getpid() % 250 + 1}"
    here = f"{block}.1"
    with contextlib.ExitStack() as stack:
        _add(stack, ("address", "add", f"{here}/32", "dev", "lo"), ("address", "delete", f"{here}/32", "dev", "lo"))
        yield Town(here, tuple(_machine(stack, block, number) for number in range(1, count + 1)))


def _machine(stack: contextlib.ExitStack, block: str, number: int) -> Machine:
    # Never the same name twice: a namespace that is deleted is gone, with its end of the cable, only some time later.
    unique = f"{os.getpid()}x{next(_made)}"
    name, cable = f"msb-{unique}", f"m{unique}"
    near, far = f"{block}.{8 * number + 1}", f"{block}.{8 * number + 2}"
    _add(stack, ("netns", "add", name), ("netns", "delete", name))
    _add(
        stack,
        ("link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", name),
        ("link", "delete", cable),
    )
    ip("address", "add", f"{near}/30", "dev", cable)
    ip("link", "set", cable, "up")
    for words in (
        ("address", "add", f"{far}/30", "dev", "eth0"),
        ("link", "set", "lo", "up"),
        ("link", "set", "eth0", "up"),
        ("route", "add", "default", "via", near),
    ):
        ip("-netns", name, *words)
    return Machine(name, cable, far)


def _add(stack: contextlib.ExitStack, there: tuple[str, ...], gone: tuple[str, ...]) -> None:
    ip(*there)
    stack.callback(ip, *gone)
