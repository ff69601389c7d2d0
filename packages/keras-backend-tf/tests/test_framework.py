import os
import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from keras_backend_tf import BACKEND, framework
from keras_conformance import Affine
from keras_core import Spec, Variable


def _run(code: str, **extra: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if k != "TF_CPP_MIN_LOG_LEVEL"}
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={**environment, **extra}
    )


@pytest.mark.slow
def test_importing_is_silent_and_leaves_other_messages() -> None:
    code = (
        "import os, keras_backend_tf.framework as f\n"
        "f.tf.constant(1) + 1\n"
        "os.write(2, b'later')\n"
        "print(os.environ['TF_CPP_MIN_LOG_LEVEL'])"
    )
    result = _run(code)
    assert result.stderr == "later"
    assert result.stdout.strip() == "2"


@pytest.mark.slow
def test_a_level_set_by_the_user_stays() -> None:
    code = "import os, keras_backend_tf.framework; print(os.environ['TF_CPP_MIN_LOG_LEVEL'])"
    result = _run(code, TF_CPP_MIN_LOG_LEVEL="3")
    assert result.stdout.strip() == "3"


@pytest.mark.slow
def test_a_failing_import_is_not_hidden() -> None:
    code = (
        "import sys, os\n"
        "class Broken:\n"
        "    def find_spec(self, name, *rest):\n"
        "        if name == 'tensorflow':\n"
        "            os.write(2, b'a real message\\n')\n"
        "            raise ImportError('broken installation')\n"
        "sys.meta_path.insert(0, Broken())\n"
        "try:\n"
        "    import keras_backend_tf.framework\n"
        "except ImportError as error:\n"
        "    print(error)\n"
    )
    result = _run(code)
    assert result.stdout.strip() == "broken installation"
    assert "a real message" in result.stderr


@pytest.mark.slow
@pytest.mark.parametrize("order", ["import keras, tensorflow as tf", "import tensorflow as tf, keras"])
def test_tensorflow_finds_our_keras(order: str) -> None:
    pytest.importorskip("keras")
    code = (
        f"{order}\n"
        "from tensorflow.keras.layers import Dense\n"
        "from keras.layers import Dense as ours\n"
        "print(tf.keras.Model is keras.Model, Dense is ours, tf.keras.Sequential([ours(2)])(tf.ones((1, 3))).shape)"
    )
    assert _run(code).stdout.strip() == "True True (1, 2)"


# -- private APIs, and without them


def _without(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """As if this version of TensorFlow did not have these private APIs."""
    for name in names:
        assert getattr(framework, name) is not None
        monkeypatch.setattr(framework, name, None)


@pytest.mark.parametrize("missing", [(), ("_record",), ("_variable_accessed",)])
@pytest.mark.parametrize("graph", [False, True])
def test_a_tape_in_a_program_takes_values_for_reads(
    monkeypatch: pytest.MonkeyPatch, missing: tuple[str, ...], graph: bool
) -> None:
    _without(monkeypatch, *missing)
    variable = tf.Variable([1.0, 2.0])

    def slopes() -> Any:
        with tf.GradientTape() as tape:
            seen = framework.recorded_read(variable, tf.constant([5.0, 7.0]))
            loss = tf.reduce_sum(seen * seen)
        return seen, tape.gradient(loss, variable), [v.ref() for v in tape.watched_variables()]

    if graph:
        watched: list[Any] = []

        @tf.function(autograph=False)
        def f() -> Any:
            seen, gradient, found = slopes()
            watched.extend(found)
            return seen, gradient

        seen, gradient = f()
    else:
        seen, gradient, watched = slopes()
    np.testing.assert_array_equal(seen, [5, 7])
    np.testing.assert_array_equal(gradient, [10, 14])
    assert watched == [variable.ref()]


def test_where_tensorflow_does_not_say_a_tape_may_be_open(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not BACKEND.is_recording()
    _without(monkeypatch, "_record")
    assert BACKEND.is_recording()
    layer = Affine(2)
    layer.build((None, 2))
    call = BACKEND.stage(lambda x: [layer(x)], list(layer.variables), [Spec((1, 2))])
    np.testing.assert_allclose(call(tf.ones((1, 2)))[0], layer.kernel.numpy().sum(0)[None], rtol=1e-6)


@pytest.mark.parametrize("missing", [(), ("_FuncGraph",)])
def test_specs_are_found_without_computing(monkeypatch: pytest.MonkeyPatch, missing: tuple[str, ...]) -> None:
    _without(monkeypatch, *missing)
    v = Variable(1.0)
    specs = BACKEND.abstract(lambda x: [tf.matmul(x, tf.ones((3, 5))), tf.shape(x), x[0] * v, x], [Spec((None, 3))])
    assert specs == [Spec((None, 5)), Spec((2,), "int32"), Spec((3,)), Spec((None, 3))]
    assert tf.executing_eagerly()


def test_kernels_are_kept_where_they_cannot_be_freed(monkeypatch: pytest.MonkeyPatch) -> None:
    freed: list[int] = []
    monkeypatch.setattr(framework, "_context", lambda: SimpleNamespace(clear_kernel_cache=lambda: freed.append(1)))
    framework.clear_kernel_cache()
    assert freed == [1]
    for gone in (None, SimpleNamespace):
        monkeypatch.setattr(framework, "_context", gone)
        framework.clear_kernel_cache()
    assert freed == [1]


@pytest.mark.parametrize("excluded", [True, False])
def test_layers_run_inside_a_function_that_autograph_translates(
    monkeypatch: pytest.MonkeyPatch, excluded: bool
) -> None:
    monkeypatch.setattr(framework._autograph, "CONVERSION_RULES", framework._autograph.CONVERSION_RULES)
    if not excluded:
        monkeypatch.setattr(framework._autograph, "CONVERSION_RULES", framework._autograph.CONVERSION_RULES[4:])
    layer = Affine(2)
    layer.build((None, 2))

    @tf.function
    def f(x: Any) -> Any:
        return layer(x) if tf.reduce_sum(x) > 0 else layer(-x)

    expected = layer.kernel.numpy().sum(0)[None]
    np.testing.assert_allclose(f(tf.ones((1, 2))), expected, rtol=1e-6)
    np.testing.assert_allclose(f(-tf.ones((1, 2))), expected, rtol=1e-6)


def test_without_autographs_rules_nothing_is_excluded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(framework, "_autograph", SimpleNamespace())
    assert not framework.run_as_written(["keras_core"])


def test_a_tape_takes_the_storage_of_a_variable_that_is_not_marked() -> None:
    variable = Variable([1.0, 2.0])
    storage = variable.storage
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(tf.square(variable))
    np.testing.assert_array_equal(tape.gradient(loss, variable), [2, 4])
    del storage._should_act_as_resource_variable
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(tf.square(variable))
    np.testing.assert_array_equal(tape.gradient(loss, storage), [2, 4])
