"""The packages of this repository, as their pyproject.toml files describe them; imports nothing of them."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

try:
    import tomllib
except ModuleNotFoundError:  # nox may run on an older Python than Keras; it brings this along
    import tomli as tomllib

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Testing:
    """How a package is tested.

    Attributes:
        tested_on: the backends on which its tests run; None for all of them.
        tested_with: its extras that the tests need.
        tested_once_with: its extras that tests are skipped without, and that the environment of one backend has.
        needs_python: the version of another Python that a backend computes in, which its module's command `setup` sets
            up; None for one that pip installs. Where there is no such Python its tests are left out.
    """

    tested_on: list[str] | None = None
    tested_with: list[str] = field(default_factory=list)
    tested_once_with: list[str] = field(default_factory=list)
    needs_python: str | None = None


@dataclass(frozen=True)
class Package:
    """One distribution.

    Attributes:
        name: the distribution's name, such as "keras-core".
        folder: where its pyproject.toml is.
    """

    name: str
    folder: Path

    @property
    def import_name(self) -> str:
        """The name it is imported by."""
        return self.name.replace("-", "_")

    @property
    def source(self) -> Path:
        """The folder that is imported."""
        return self.folder / "src" / self.import_name

    @property
    def tests(self) -> Path:
        """The folder of its tests."""
        return self.folder / "tests"

    @cached_property
    def pyproject(self) -> dict[str, Any]:
        """Its pyproject.toml."""
        return tomllib.loads((self.folder / "pyproject.toml").read_text(encoding="utf-8"))

    @property
    def metadata(self) -> dict[str, Any]:
        """The table `project` of its pyproject.toml."""
        return self.pyproject["project"]

    @cached_property
    def testing(self) -> Testing:
        """How it is tested: the table `tool.keras` of its pyproject.toml."""
        try:
            return Testing(**{key.replace("-", "_"): value for key, value in self.tool_keras.items()})
        except TypeError as error:
            raise ValueError(
                f"{self.name}: [tool.keras] takes tested-on, tested-with, tested-once-with and needs-python, got "
                f"{self.tool_keras}."
            ) from error

    @property
    def tool_keras(self) -> dict[str, Any]:
        """The table `tool.keras` of its pyproject.toml, empty where there is none."""
        return self.pyproject.get("tool", {}).get("keras", {})

    def is_tested_on(self, backend: str) -> bool:
        """Whether its tests run in the environment of that backend."""
        return self.testing.tested_on is None or backend in self.testing.tested_on

    @property
    def requirements(self) -> list[str]:
        """What it requires of other distributions, without extras."""
        return self.metadata["dependencies"]

    def entry_points(self, group: str) -> dict[str, str]:
        """Name → ``module:attribute`` of what it contributes to a group."""
        return self.metadata.get("entry-points", {}).get(group, {})

    @property
    def backends(self) -> list[str]:
        """The names of the backends that it provides."""
        return list(self.entry_points("keras.backends"))

    @property
    def has_pytest_plugin(self) -> bool:
        """Whether it is for tests: a plugin of pytest."""
        return bool(self.entry_points("pytest11"))

    def backend_spec(self, backend: str) -> dict[str, Any]:
        """The constants among the arguments of the `BackendSpec` of one of its backends."""
        module, attribute = self.entry_points("keras.backends")[backend].split(":")
        path = (self.folder / "src").joinpath(*module.split(".")).with_suffix(".py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and node.targets[0].id == attribute:
                constants = [word for word in node.value.keywords if isinstance(word.value, ast.Constant)]
                return {word.arg: word.value.value for word in constants}
        raise ValueError(f"{path}: no {attribute} = BackendSpec(...)")

    @property
    def frameworks(self) -> list[str]:
        """Import names of what a backend is made of: the dependencies that no other package of the family has."""
        others = {requirement_name(text) for p in packages().values() if p.name != self.name for text in p.requirements}
        return [import_name(name) for name in map(requirement_name, self.requirements) if name not in others]


@cache
def packages() -> dict[str, Package]:
    """Every package by its name."""
    folders = [path.parent for path in sorted(ROOT.glob("packages/*/pyproject.toml"))]
    return {folder.name: Package(folder.name, folder) for folder in folders}


@cache
def backends() -> dict[str, Package]:
    """The package of every backend that pip installs, by the backend's name; first what trains, by priority."""
    usual = [package for package in packages().values() if package.testing.needs_python is None]
    found = {name: package for package in usual for name in package.backends}

    def order(name: str) -> tuple[bool, int, str]:
        spec = found[name].backend_spec(name)
        return not spec.get("trains", True), -spec.get("priority", 0), name

    return {name: found[name] for name in sorted(found, key=order)}


@cache
def separate_backends() -> dict[str, Package]:
    """The package of every backend that computes in another Python, by the backend's name."""
    separate = [package for package in packages().values() if package.testing.needs_python is not None]
    return {name: package for package in separate for name in package.backends}


@cache
def trainers() -> tuple[str, ...]:
    """Names of the backends that train, the default one first."""
    return tuple(name for name, package in backends().items() if package.backend_spec(name).get("trains", True))


@cache
def common(*on: str) -> tuple[str, ...]:
    """The packages that environments of tests hold besides backends and what is for tests only.

    Given backends: those tested on any of them.
    """
    usual = [p for p in packages().values() if not p.backends and not p.has_pytest_plugin]
    return tuple(p.name for p in usual if not on or any(map(p.is_tested_on, on)))


@cache
def kit() -> tuple[str, ...]:
    """The packages that are for tests only."""
    return tuple(package.name for package in packages().values() if package.has_pytest_plugin)


def with_siblings(*names: str) -> list[str]:
    """These packages and those of the family that they require, directly or not."""
    found = dict.fromkeys(names)
    for name in names:
        needed = map(requirement_name, packages()[name].requirements)
        found.update(dict.fromkeys(with_siblings(*(one for one in needed if one in packages()))))
    return list(found)


def lower_bounds(*names: str) -> list[str]:
    """The lowest version that these packages declare of every dependency outside of the family: ``numpy==2.0``."""
    found: dict[str, tuple[int, ...]] = {}
    for name in names:
        for text in packages()[name].requirements:
            bound = re.search(r">=\s*([\d.]+)", text)
            if bound and requirement_name(text) not in packages():
                release = tuple(map(int, bound[1].split(".")))
                found[requirement_name(text)] = max(release, found.get(requirement_name(text), release))
    return [f"{name}=={'.'.join(map(str, release))}" for name, release in sorted(found.items())]


def requirement_name(requirement: str) -> str:
    """The distribution that a requirement such as "numpy>=2.0" names."""
    return re.match(r"[\w.-]+", requirement)[0]  # type: ignore[index]


def import_name(distribution: str) -> str:
    """The import name of a distribution."""
    return distribution.replace("-", "_")
