"""Puts a defect into a module as it is imported, by replacing its own lines."""

from __future__ import annotations

import importlib.abc
import importlib.util
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.machinery import ModuleSpec, PathFinder
from types import CodeType, ModuleType


class LineGone(Exception):
    """The lines a mutant replaces are not there, or more than once: it must be written anew."""


@dataclass(frozen=True, slots=True)
class Graft:
    """In `module`, `before` becomes `after`."""

    module: str
    before: str
    after: str

    def grown(self, source: str) -> str:
        """The module's text with the defect in it. Raises LineGone."""
        if source.count(self.before) != 1:
            times = source.count(self.before)
            raise LineGone(f"{self.module} has this {times} times:\n{self.before}")
        return source.replace(self.before, self.after)

    def source(self) -> str:
        """The module's own text. Raises LineGone."""
        spec = importlib.util.find_spec(self.module)
        if spec is None or not isinstance(spec.loader, importlib.abc.InspectLoader):
            raise LineGone(f"there is no module {self.module}")
        return spec.loader.get_source(self.module) or ""


class _Loader(importlib.abc.InspectLoader):
    def __init__(self, loader: importlib.abc.InspectLoader, grafts: Sequence[Graft]) -> None:
        self._loader = loader
        self._grafts = grafts

    def get_source(self, fullname: str) -> str:
        source = self._loader.get_source(fullname) or ""
        for graft in self._grafts:
            source = graft.grown(source)
        return source

    def get_code(self, fullname: str) -> CodeType:
        return compile(self.get_source(fullname), f"<mutant {fullname}>", "exec")

    def is_package(self, fullname: str) -> bool:
        return self._loader.is_package(fullname)

    def exec_module(self, module: ModuleType) -> None:
        exec(self.get_code(module.__name__), module.__dict__)  # noqa: S102 -- our own text


class _Finder(importlib.abc.MetaPathFinder):
    def __init__(self, grafts: Mapping[str, Sequence[Graft]]) -> None:
        self._grafts = grafts

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname not in self._grafts:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is None or not isinstance(spec.loader, importlib.abc.InspectLoader):
            return None
        spec.loader = _Loader(spec.loader, self._grafts[fullname])
        return spec


def grafted(grafts: Sequence[Graft]) -> None:
    """Have these defects from now on; none of the modules may be loaded yet."""
    by_module: dict[str, list[Graft]] = {}
    for graft in grafts:
        if graft.module in sys.modules:
            raise LineGone(f"{graft.module} is loaded already")
        by_module.setdefault(graft.module, []).append(graft)
    sys.meta_path.insert(0, _Finder(by_module))
