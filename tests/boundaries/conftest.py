"""Fixtures over the source of every package."""

from __future__ import annotations

import pytest
from import_graph import ImportGraph
from package_sources import Package, read_packages


@pytest.fixture(scope="session")
def packages() -> dict[str, Package]:
    """Every package by its distribution's name."""
    return read_packages()


@pytest.fixture(scope="session")
def import_graph(packages) -> ImportGraph:
    """Who needs whom among the modules of all packages."""
    return ImportGraph(file for package in packages.values() for file in package.files(".py", ".pyi"))
