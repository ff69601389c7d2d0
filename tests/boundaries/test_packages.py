"""Each package stands alone: own version, documents, types, tests, and siblings by range."""

import json
import os
import re
import warnings
import zipfile
from pathlib import Path

import pytest
from package_sources import ROOT

LONG, TOO_LONG = 600, 700  # lines besides docstrings


def test_all_packages_of_the_family_are_here(packages):
    backends = {f"keras-backend-{name}" for name in ("numpy", "tf", "theano", "jax", "torch")}
    assert {"keras", "keras-core", "keras-layers", "keras-optimizers"} | backends <= packages.keys()


def test_each_has_what_a_release_needs(packages):
    for package in packages.values():
        metadata = package.metadata
        assert metadata["version"].startswith("4."), package.name
        assert metadata["requires-python"] == ">=3.11,<3.14", package.name
        assert metadata["license"] == "Apache-2.0", package.name
        for name in ("README.md", "CHANGELOG.md", "LICENSE"):
            assert (package.folder / name).stat().st_size > 100, f"{package.name}/{name}"
        assert (package.source / "py.typed").exists(), package.name
        assert any((package.folder / "tests").rglob("test_*.py")), f"{package.name} has no tests"


def test_siblings_are_declared_by_range(packages):
    for package in packages.values():
        metadata = package.metadata
        groups = [metadata["dependencies"], *metadata.get("optional-dependencies", {}).values()]
        for text in [text for group in groups for text in group]:
            name = re.match(r"[\w-]+", text)[0]
            if name in packages:
                assert text == f"{name}>=4,<5", f"{package.name}: {text}"


def test_the_core_declares_lower_bounds_only(packages):
    for text in packages["keras-core"].metadata["dependencies"]:
        assert re.fullmatch(r"[\w.-]+>=[\d.]+", text), text


def test_no_runtime_dependency_is_for_tests(packages):
    for package in packages.values():
        for text in package.requirements:
            assert package.has_pytest_plugin or not re.match(r"pytest|hypothesis|mypy|ruff", text), text


def test_backends_and_catalogues_are_entry_points(packages):
    for package in packages.values():
        assert bool(package.backends) is package.name.startswith("keras-backend-"), package.name
        for group, attribute in (("keras.backends", "SPEC"), ("keras.objects", "CATALOGUE")):
            for target in package.entry_points(group).values():
                module, found = target.split(":")
                assert module.startswith(package.import_name + ".") and found == attribute, target
    assert {name for name, package in packages.items() if package.entry_points("keras.objects")} >= {
        "keras-layers",
        "keras-optimizers",
    }


def test_messages_name_the_package_of_every_backend(packages):
    known = json.loads((packages["keras-core"].source / "backend" / "known.json").read_text(encoding="utf-8"))
    provided = {name: package.name for package in packages.values() for name in package.backends}
    assert {name: package for name, package in known.items() if package} == provided


def test_package_roots_are_lazy_and_their_stub_lists_the_names(packages):
    for package in packages.values():
        assert "attach_stub" in (package.source / "__init__.py").read_text(encoding="utf-8"), package.name
        assert (package.source / "__init__.pyi").read_text(encoding="utf-8").strip(), package.name


def test_the_kit_is_imported_by_its_public_names(packages):
    deep = re.compile(r"^\s*(?:from|import) keras_conformance\.", re.M)
    own = packages["keras-conformance"].tests
    paths = [*ROOT.glob("packages/*/tests/**/*.py"), *ROOT.glob("tests/**/*.py"), *ROOT.glob("examples/**/*.py")]
    wrong = [str(path.relative_to(ROOT)) for path in paths if deep.search(path.read_text("utf-8"))]
    assert not [path for path in wrong if not (ROOT / path).is_relative_to(own)], wrong


def test_files_stay_short(packages):
    too_long = []
    for package in packages.values():
        for file in package.files():
            lines = file.code_lines
            if lines > TOO_LONG:
                too_long.append(f"{file}: {lines} lines besides docstrings")
            elif lines > LONG:
                warnings.warn(f"{file} has {lines} lines besides docstrings, about {LONG} are wanted", stacklevel=1)
    assert not too_long, "\n".join(too_long)


def test_wheels_hold_types_stubs_and_licence(packages):
    if "KERAS_WHEELS" not in os.environ:
        pytest.skip("nox builds the wheels and says by KERAS_WHEELS where they are")
    wheels = sorted(Path(os.environ["KERAS_WHEELS"]).glob("*.whl"))
    for package in packages.values():
        (wheel,) = [path for path in wheels if path.name.startswith(package.import_name + "-")]
        names = zipfile.ZipFile(wheel).namelist()
        assert f"{package.import_name}/py.typed" in names
        assert any(name.endswith("/licenses/LICENSE") for name in names), wheel.name
        held = {name for name in names if not name.split("/")[0].endswith(".dist-info")}
        on_disk = {
            str(path.relative_to(package.folder / "src").as_posix())
            for path in package.source.rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        }
        assert on_disk <= held, f"{wheel.name} lacks {sorted(on_disk - held)}"
