"""PyTensor's private APIs, and the ways without them."""

import subprocess
import sys
import threading

import numpy as np
import pytensor
import pytensor.tensor as pt
import pytest
from keras_backend_theano import framework
from keras_backend_theano.compiler.compile import compile_graph
from keras_core import Variable, stage


def test_settings_hold_inside_alone():
    before = pytensor.config.floatX, pytensor.config.cxx
    with framework.settings():
        assert (pytensor.config.floatX, pytensor.config.cxx) == ("float32", "")
    assert (pytensor.config.floatX, pytensor.config.cxx) == before


def test_pytensors_functions_take_variables():
    scale = Variable([2.0, 4.0])
    found = stage(lambda x: (x / scale, x - scale, x**scale, pt.maximum(scale, x)), [])(np.array([6, 8], "float32"))
    np.testing.assert_allclose(found, [[3, 2], [4, 4], [36, 4096], [6, 8]])


def test_operators_take_variables_without_the_private_registration():
    code = """if True:
        import numpy as np
        from keras_backend_theano import framework
        framework._conversion = None
        from keras_core import Variable, stage
        from keras_core.backend import use_backend
        with use_backend("theano"):
            scale = Variable([2.0, 4.0])
            assert not framework.accept_variables(Variable)
            found = stage(lambda x: (x + scale, x * scale, scale - x), [])(np.array([6, 8], "float32"))
        np.testing.assert_allclose(found, [[8, 12], [12, 32], [-4, -4]])
    """
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)


@pytest.mark.parametrize("private", [True, False])
def test_a_compiled_function_may_run_in_threads(private):
    x = pt.vector(dtype="float32")
    compiled = pytensor.function([x], [pt.exp(x) * 2, x.sum()], mode="FAST_COMPILE", trust_input=True)
    if private:
        function = lambda *arrays: [np.exp(arrays[0]) * 2, arrays[0].sum()]
        compiled.vm.jit_fn = function
        assert framework.thread_safe(compiled) is function
    run = framework.thread_safe(compiled)
    wrong = []

    def work(k):
        for _ in range(50):
            doubled, total = run(np.full(1000, k, "float32"))
            if total != 1000 * k or not np.allclose(doubled, 2 * np.exp(np.float32(k))):
                wrong.append(k)

    threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_results_without_the_private_function_are_copies():
    x = pt.vector(dtype="float32")
    run = framework.thread_safe(pytensor.function([x], [x + 1], mode="FAST_COMPILE", trust_input=True))
    (first,) = run(np.zeros(3, "float32"))
    run(np.ones(3, "float32"))
    assert first.tolist() == [1, 1, 1]


@pytest.mark.parametrize("private", [True, False])
def test_slices_with_and_without_their_keys(private, monkeypatch):
    if not private:
        monkeypatch.setattr(framework, "_unflatten", None)
    x, k = pt.matrix(dtype="float32"), pt.scalar(dtype="int64")
    graphs = [x[1:3, ::2], x[k, :k], pt.set_subtensor(x[k:, 0], 7), pt.inc_subtensor(x[-1], x[0])]
    value = np.arange(12, dtype="float32").reshape(4, 3)
    kept = value.copy()
    found = compile_graph([x, k], graphs)(value, np.int64(2))
    expected = [value[1:3, ::2], value[2, :2], value.copy(), value.copy()]
    expected[2][2:, 0] = 7
    expected[3][-1] += value[0]
    for got, want in zip(found, expected, strict=True):
        np.testing.assert_array_equal(got, want)
    np.testing.assert_array_equal(value, kept)
    assert (framework.subtensor_key(graphs[0].owner.op) is None) is not private


def test_joins_of_both_versions():
    class AxisAsInput:
        __props__ = ("view",)

    class AxisAsProperty:
        __props__ = ("axis",)

    assert framework.joins_along_input(AxisAsInput()) and not framework.joins_along_input(AxisAsProperty())


def test_row_scatters_of_both_versions(monkeypatch):
    class Second:
        pass

    general = framework.subtensor.AdvancedIncSubtensor
    monkeypatch.setattr(framework.subtensor, "AdvancedIncSubtensor1", Second, raising=False)
    assert framework.row_scatter_ops() == (general, Second)
    monkeypatch.delattr(framework.subtensor, "AdvancedIncSubtensor1")
    assert framework.row_scatter_ops() == (general,)


@pytest.mark.parametrize("before", [(), ("graph",)], ids=["since 3.1", "before"])
def test_the_node_of_a_shape_request(before):
    assert framework.shape_node((*before, "node", [(2, 3)])) == "node"
