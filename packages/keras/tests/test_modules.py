"""Every public path leads to the core's, the layers' and the optimizers' own objects.

Covers: _reexports.py, _version.py, src/optimizers.py.
"""

import importlib
import importlib.metadata
import pkgutil
import sys
import warnings
from importlib.util import find_spec

import keras
import keras_applications
import keras_core
import keras_datasets
import keras_layers
import keras_legacy.backend
import keras_optimizers
import keras_preprocessing
import pytest

MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(keras.__path__, "keras.")
    if not module.name.startswith(("keras.api", "keras.src", "keras._"))
)


def test_version_is_that_of_the_distribution():
    assert keras.__version__ == keras.version() == importlib.metadata.version("keras")


@pytest.mark.parametrize("name", MODULES)
def test_every_name_of_every_module_resolves(name):
    module = importlib.import_module(name)
    names = [n for n in dir(module) if not n.startswith("_")]
    assert names
    for attribute in names:
        if name.startswith("keras.wrappers") and find_spec("keras_sklearn") is None:
            continue  # the next test says what is raised
        getattr(module, attribute)


def test_estimators_without_their_package_say_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "keras_sklearn", None)
    for module in ("keras.wrappers", "keras.wrappers.scikit_learn"):
        loaded = importlib.import_module(module)
        name = "SKLearnRegressor" if module == "keras.wrappers" else "KerasRegressor"
        monkeypatch.delitem(vars(loaded), name, raising=False)
        with pytest.raises(ModuleNotFoundError, match=rf"{name} is in the package keras-sklearn.*keras\[sklearn\]"):
            getattr(loaded, name)


def test_estimators():
    keras_sklearn = pytest.importorskip("keras_sklearn")
    assert keras.wrappers.SKLearnClassifier is keras_sklearn.SKLearnClassifier
    assert keras.wrappers.scikit_learn.KerasClassifier is keras_sklearn.KerasClassifier


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("keras.Model", keras_core.Model),
        ("keras.Input", keras_core.Input),
        ("keras.models.Sequential", keras_core.Sequential),
        ("keras.layers.Dense", keras_layers.Dense),
        ("keras.layers.Layer", keras_core.Layer),
        ("keras.layers.core.Dense", keras_layers.Dense),
        ("keras.layers.convolutional.Conv2D", keras_layers.Conv2D),
        ("keras.layers.recurrent.LSTM", keras_layers.LSTM),
        ("keras.layers.normalization.BatchNormalization", keras_layers.BatchNormalization),
        ("keras.layers.merge.concatenate", keras_layers.concatenate),
        ("keras.layers.wrappers.TimeDistributed", keras_layers.TimeDistributed),
        ("keras.layers.advanced_activations.LeakyReLU", keras_layers.LeakyReLU),
        ("keras.engine.topology.Layer", keras_core.Layer),
        ("keras.engine.training.Model", keras_core.Model),
        ("keras.engine.InputSpec", keras_core.InputSpec),
        ("keras.optimizers.SGD", keras_optimizers.SGD),
        ("keras.optimizers.sgd", keras_optimizers.SGD),
        ("keras.optimizers.legacy.Adam", keras_optimizers.Adam),
        ("keras.optimizers.Optimizer", keras_core.Optimizer),
        ("keras.optimizers.schedules.ExponentialDecay", keras_optimizers.schedules.ExponentialDecay),
        ("keras.optimizers.schedules.serialize", keras_core.optimizers.serialize_schedule),
        ("keras.losses.mse", keras_core.losses.mean_squared_error),
        ("keras.backend.dot", keras_legacy.backend.dot),
        ("keras.backend.tensorflow_backend.dot", keras_legacy.backend.dot),
        ("keras.utils.np_utils.to_categorical", keras_core.data_utils.to_categorical),
        ("keras.utils.get_file", keras_core.data_utils.get_file),
        ("keras.utils.data_utils.get_file", keras_core.data_utils.get_file),
        ("keras.utils.data_utils.validate_file", keras_core.data_utils.validate_file),
        ("keras.utils.set_random_seed", keras_core.random.set_random_seed),
        ("keras.ops.numpy.matmul", keras_core.ops.matmul),
        ("keras.activations.relu", keras_core.activations.relu),
        ("keras.applications.ResNet50", keras_applications.ResNet50),
        ("keras.applications.resnet.ResNet50", keras_applications.ResNet50),
        ("keras.applications.resnet50.ResNet50", keras_applications.ResNet50),
        ("keras.applications.MobileNetV3Small", keras_applications.MobileNetV3Small),
        ("keras.applications.inception_v3.InceptionV3", keras_applications.InceptionV3),
        ("keras.applications.nasnet.NASNetLarge", keras_applications.NASNetLarge),
        ("keras.applications.vgg16.VGG16", keras_applications.VGG16),
        ("keras.applications.vgg16.preprocess_input", keras_applications.vgg.preprocess_input),
        ("keras.applications.resnet_v2.decode_predictions", keras_applications.imagenet_utils.decode_predictions),
        ("keras.applications.imagenet_utils._obtain_input_shape", keras_applications.imagenet_utils.obtain_input_shape),
        ("keras.datasets.mnist.load_data", keras_datasets.mnist.load_data),
        ("keras.datasets.imdb.get_word_index", keras_datasets.imdb.get_word_index),
        ("keras.datasets.reuters.get_label_names", keras_datasets.reuters.get_label_names),
        ("keras.datasets.mnist_5k.load_data", keras_datasets.mnist_5k.load_data),
        ("keras.preprocessing.sequence.pad_sequences", keras_preprocessing.sequence.pad_sequences),
        ("keras.preprocessing.sequence.TimeseriesGenerator", keras_preprocessing.sequence.TimeseriesGenerator),
        ("keras.preprocessing.image.ImageDataGenerator", keras_preprocessing.image.ImageDataGenerator),
        ("keras.utils.load_img", keras_preprocessing.image.load_img),
        ("keras.preprocessing.text.Tokenizer", keras_preprocessing.text.Tokenizer),
        ("keras.utils.pad_sequences", keras_preprocessing.sequence.pad_sequences),
        ("keras.src.optimizers.Adam", keras_optimizers.Adam),
    ],
)
def test_paths(path, expected):
    module, _, name = path.rpartition(".")
    found = getattr(importlib.import_module(module), name)
    assert getattr(found, "__wrapped__", found) is getattr(expected, "__wrapped__", expected)


def test_modules_are_attributes_after_import_keras_alone():
    assert keras.optimizers.schedules.PolynomialDecay is keras_optimizers.schedules.PolynomialDecay
    assert keras.saving.load_model is keras.models.load_model


def test_star_imports_bring_the_names():
    names = {}
    exec("from keras.layers import *", names)
    assert names["Dense"] is keras_layers.Dense
    assert "attach_stub" not in names


def test_unknown_names():
    with pytest.raises(AttributeError, match=r"module 'keras.layers' has no attribute 'Dens'"):
        keras.layers.Dens  # noqa: B018
    with pytest.raises(ImportError, match="Dens"):
        exec("from keras.layers.core import Dens")
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("keras.nowhere")


def test_no_warnings_on_import():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for name in MODULES:
            importlib.reload(importlib.import_module(name))


def test_layers_of_frameworks_are_found_by_name_and_load_none_by_a_star():
    packages = {
        "FlaxLayer": "keras_backend_jax",
        "JaxLayer": "keras_backend_jax",
        "TFSMLayer": "keras_backend_tf",
        "TorchModuleWrapper": "keras_backend_torch",
    }
    assert not set(packages) & set(keras.layers.__all__) and "Dense" in keras.layers.__all__
    for name, package in packages.items():
        if find_spec(package) is None:
            with pytest.raises(ModuleNotFoundError, match=f"in the package {package.replace('_', '-')}"):
                getattr(keras.layers, name)
        else:
            assert getattr(keras.layers, name).__module__.startswith(package)
