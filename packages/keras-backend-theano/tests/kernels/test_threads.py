"""Sharing a batch among threads, and limiting BLAS for as long as anybody needs it."""

import threading

import numpy as np
import pytest
from keras_backend_theano.kernels import convolution, threads
from keras_backend_theano.kernels.window import Window
from threadpoolctl import ThreadpoolController


@pytest.fixture(params=[1, 3])
def cores(request, monkeypatch):
    monkeypatch.setattr(threads, "cores", lambda: request.param)
    monkeypatch.setattr(threads, "SHARE_BYTES", 1)
    return request.param


def test_shares_cover_the_batch_in_order(cores):
    found = threads.over_batch(7, 100, lambda part: list(range(7))[part])
    assert len(found) == cores and [n for part in found for n in part] == list(range(7))
    assert threads.over_batch(0, 0, lambda part: part) == [slice(0, 0)]


def test_an_error_in_a_share_is_raised(cores):
    with pytest.raises(ZeroDivisionError):
        threads.over_batch(7, 100, lambda part: 1 // 0)


@pytest.mark.filterwarnings("error")
def test_convolution_does_not_depend_on_threads(cores):
    rng = np.random.default_rng(0)
    x, kernel = rng.normal(size=(5, 6, 7, 2)), rng.normal(size=(3, 3, 2, 4))
    x[0, 0, 0, 0] = np.inf
    window = Window((3, 3), (1, 2), "same")
    y = convolution.convolve(x, kernel, window)
    x[0, 0, 0, 0] = 1
    by_kernel = convolution.kernel_gradient(x, np.ones_like(y), window)
    by_input = convolution.input_gradient(kernel, np.ones_like(y), window, (6, 7))
    whole = [convolution.kernel_gradient(x[k : k + 1], np.ones_like(y[:1]), window) for k in range(5)]
    np.testing.assert_allclose(by_kernel, sum(whole), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(np.vdot(by_input, x), np.vdot(by_kernel, kernel))


def _blas_threads():
    libraries = ThreadpoolController().select(user_api="blas").info()
    return next(one["num_threads"] for one in libraries if "numpy" in one["filepath"])


def test_blas_is_limited_while_its_owner_is_inside():
    before = _blas_threads()
    seen = []

    def other():
        with threads.single_blas():
            seen.append(_blas_threads())

    thread = threading.Thread(target=other)
    with threads.single_blas():
        with threads.single_blas():
            thread.start()
            thread.join()
        assert seen == [1] and _blas_threads() == 1
    assert _blas_threads() == before
    with pytest.raises(KeyError), threads.single_blas():
        raise KeyError
    assert _blas_threads() == before
