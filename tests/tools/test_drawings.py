"""The drawings of the code's structure are those of today."""

from pathlib import Path

import pytest

pytest.importorskip("keras_visualization", reason="drawings are made by it")
import drawings

CORE = Path(__file__).parents[2] / "packages" / "keras-core" / "src" / "keras_core"


def test_arrows_that_follow_from_others_are_left_out():
    needs = drawings.package_needs()
    assert needs["keras-layers"] == {"keras-core"}
    assert needs["keras-applications"] == {"keras-layers"}  # which brings the core along
    assert needs["keras-core"] == set()


def test_the_drawing_of_packages():
    found = (drawings.IMAGES / "packages.svg").read_text("utf-8")
    assert found == drawings.packages_drawing(), "run python tools/drawings.py"


@pytest.mark.parametrize("name", ["fit.svg", "load.svg"])
def test_modules_of_a_run_are_there(name):
    modules = drawings.named_modules((drawings.IMAGES / name).read_text("utf-8"))
    core = {module for module in modules if not module.startswith("keras_backend_")}
    assert len(core) > 15
    for module in core:
        assert CORE.joinpath(*module.split(".")).with_suffix(".py").exists(), f"{module}: run python tools/drawings.py"


def test_first_calls_are_those_of_the_run():
    from keras_core.saving import serialize_keras_object

    found = drawings.first_calls(lambda: serialize_keras_object([1, 2.0]), {"saving": "layer"})
    assert "saving.serialization" in found
    assert all(not name.startswith("keras_backend_") for name in found)
