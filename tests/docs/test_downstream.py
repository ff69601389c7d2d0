"""The page about packages that depend on Keras names those that `nox -s downstream` installs."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_table_is_that_of_the_packages():
    packages = tomllib.loads((ROOT / "tests" / "downstream" / "packages.toml").read_text(encoding="utf-8"))
    page = (ROOT / "docs" / "downstream.md").read_text(encoding="utf-8")
    rows = {name: rest for name, *rest in re.findall(r"^\| (\S+) \| ([\d.]+) \| (.+?) \| (.+) \|$", page, re.M)}
    assert rows.keys() == packages.keys()
    for name, (version, tests, result) in rows.items():
        package = packages[name]
        assert version == package["version"], name
        assert (tests == "its own") == bool(package.get("own")), name
        assert result == package["reason"] if "reason" in package else result.startswith("passes"), name
