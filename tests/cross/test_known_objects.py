"""The core's table of what other distributions provide says what they do provide."""

from __future__ import annotations

import inspect

import keras_core
import pytest
from keras_core import objects
from keras_core.optimizers.schedule import LearningRateSchedule


def provided(distribution: str) -> set[str]:
    return {name for name, found in objects._catalogues().items() if distribution in found}


def kind_of(found: object) -> str | None:
    """The kind of a class that configs name; what only stands inside of such a class is of none."""
    bases = {"layer": keras_core.Layer, "optimizer": keras_core.Optimizer, "schedule": LearningRateSchedule}
    return next((kind for kind, base in bases.items() if inspect.isclass(found) and issubclass(found, base)), None)


@pytest.mark.parametrize("distribution", ["keras-layers", "keras-optimizers", "keras-preprocessing"])
def test_the_table_lists_every_class_of_the_catalogue(distribution: str) -> None:
    table = objects.known_objects()
    entries = [entry for kind in objects.KINDS for entry in table.get(kind, ())]
    entries = [entry for entry in entries if entry["distribution"] == distribution]
    listed = {name for entry in entries for name in (*entry["names"], *entry.get("aliases", {}))}
    names = provided(distribution)
    assert names, f"{distribution} is not installed"
    classes = {name for name in names if kind_of(objects._from_catalogues(name))}
    assert classes <= listed, f"missing in known_objects.toml: {sorted(classes - listed)}"
    unknown = {name for entry in entries for name in entry["names"]} - classes
    assert not unknown, f"not in {distribution}: {sorted(unknown)}"


def test_every_layer_and_optimizer_resolves_by_its_name() -> None:
    for name in provided("keras-layers") | provided("keras-optimizers") | provided("keras-preprocessing"):
        found = objects._from_catalogues(name)
        kind = kind_of(found)
        if kind is None:
            continue
        assert objects.lookup(kind, name) is found
        assert objects.public_name(found) == (kind, found.__name__)


@pytest.mark.parametrize(
    ("kind", "name", "class_name"),
    [
        ("optimizer", "sgd", "SGD"),
        ("optimizer", "rmsprop", "RMSprop"),
        ("initializer", "glorot_uniform", "GlorotUniform"),
        ("initializer", "uniform", "RandomUniform"),
        ("constraint", "max_norm", "MaxNorm"),
        ("constraint", "maxnorm", "MaxNorm"),
        ("layer", "MaxPool2D", "MaxPooling2D"),
        ("layer", "Convolution2D", "Conv2D"),
        ("regularizer", "l1_l2", "L1L2"),
    ],
)
def test_other_spellings(kind: str, name: str, class_name: str) -> None:
    assert objects.lookup(kind, name).__name__ == class_name
