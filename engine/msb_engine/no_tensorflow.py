"""Lets Rasa be imported where TensorFlow is not installed.

Rasa 3.6 imports TensorFlow at the top of many modules, though nothing in our pipeline uses it. `install` puts inert
stand-ins in its place: they can be imported, named, subclassed and used as decorators, and refuse anything else.
Install it before the first import of Rasa.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any

ABSENT = frozenset(
    {
        "jax",
        "jaxlib",
        "keras",
        "tensorflow",
        "tensorflow_addons",
        "tensorflow_estimator",
        "tensorflow_hub",
        "tensorflow_text",
    }
)


class TensorFlowAbsent(RuntimeError):
    """This engine runs without TensorFlow, and something tried to use it."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{' '.join((self.__doc__ or '').split())} What was used: {what}.")


class _StandIn(type):
    """The type of every stand-in: a class whose attributes are stand-ins too."""

    _path: str

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _stand_in(f"{cls._path}.{name}")

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        is_decorating = len(args) == 1 and not kwargs and callable(args[0]) and not isinstance(args[0], _StandIn)
        if is_decorating:
            return args[0]
        raise TensorFlowAbsent(cls._path)

    def __getitem__(cls, item: Any) -> Any:
        return cls

    def __or__(cls, other: Any) -> Any:
        return cls

    def __ror__(cls, other: Any) -> Any:
        return cls


def _stand_in(path: str) -> _StandIn:
    return _StandIn(path.rpartition(".")[2], (), {"_path": path})


class _AbsentModule(ModuleType):
    """A module that has every attribute, each of them a stand-in."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.__path__ = []  # makes it a package, whose submodules are asked of the finder

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        stand_in = _stand_in(f"{self.__name__}.{name}")
        setattr(self, name, stand_in)
        return stand_in


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname.partition(".")[0] not in ABSENT:
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return _AbsentModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """There is nothing to run."""


def install() -> None:
    """Puts the stand-ins in place; a second call changes nothing.

    Raises:
        RuntimeError: TensorFlow has been imported already, so that it is too late.
    """
    if any(isinstance(finder, _Finder) for finder in sys.meta_path):
        return
    loaded = ABSENT & sys.modules.keys()
    if loaded:
        raise RuntimeError(f"too late to do without TensorFlow: {', '.join(sorted(loaded))} has been imported already")
    sys.meta_path.insert(0, _Finder())


def needs_tensorflow(component: type) -> bool:
    """Whether the class, or one it inherits from, lives in a module that imports TensorFlow."""
    modules = (sys.modules.get(ancestor.__module__) for ancestor in component.__mro__)
    return any(_imports_stand_in(module) for module in modules if module is not None)


def _imports_stand_in(module: ModuleType) -> bool:
    return any(isinstance(value, (_AbsentModule, _StandIn)) for value in vars(module).values())
