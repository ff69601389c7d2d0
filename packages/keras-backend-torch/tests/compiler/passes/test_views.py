"""Views and products of recordings: what kernels are left, and that they give the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from keras_backend_torch.backend import BACKEND
from keras_backend_torch.compiler.codegen import CodeGenerator
from keras_backend_torch.compiler.passes.pipeline import optimized
from keras_backend_torch.compiler.recording import kernel_name, record
from keras_backend_torch.framework import torch
from keras_core import Spec, Variable

if TYPE_CHECKING:
    from collections.abc import Callable


def check(fn: Callable[..., Any], *shapes: tuple[int, ...]) -> list[str]:
    """Runs `fn` as it is and as a optimized program; the names of the program's kernels."""
    recording = optimized(record(BACKEND, lambda *given: [fn(*given)], [], [Spec(s, "float32") for s in shapes]))
    random = np.random.default_rng(0)
    given = [torch.tensor(random.normal(size=shape).astype("float32")) for shape in shapes]
    torch.testing.assert_close(CodeGenerator(recording).step()(*given)[0], fn(*given), rtol=1e-4, atol=1e-5)
    return [kernel_name(call) for call in recording.calls]


def test_views_that_keep_the_order_become_one() -> None:
    assert check(lambda x: x.unsqueeze(0).permute(1, 2, 0).reshape(6).exp(), (2, 3)) == ["view", "exp"]


def test_views_that_cancel_out_are_removed() -> None:
    assert check(lambda x: x.reshape(6).unsqueeze(1).squeeze(1).reshape(2, 3).exp(), (2, 3)) == ["exp"]


def test_views_that_change_the_order_stay() -> None:
    assert check(lambda x: x.permute(1, 0).unsqueeze(0).exp(), (2, 3)) == ["permute", "unsqueeze", "exp"]


def test_an_axis_of_one_keeps_its_strides_by_which_convolutions_lay_out_their_result() -> None:
    def fn(x: Any, kernel: Any) -> Any:
        channels_first = x.reshape(2, 4, 4, 1).permute(0, 3, 1, 2)
        return torch.conv2d(channels_first, kernel).permute(0, 2, 3, 1).reshape(2, -1)

    check(fn, (2, 16), (3, 1, 2, 2))


def test_a_view_of_what_is_written_into() -> None:
    def fn(x: Any) -> Any:
        filled = x * 0.0
        seen = filled.reshape(3, 2).unsqueeze(0).reshape(2, 3)
        filled.add_(x)
        return seen + 1.0

    check(fn, (2, 3))


def test_a_batch_of_one_product_is_that_product() -> None:
    assert "bmm" not in check(lambda x, w: torch.bmm(x.unsqueeze(0), w.unsqueeze(0)).exp(), (2, 3), (3, 4))
    assert "bmm" in check(lambda x, w: torch.bmm(x, w), (2, 2, 3), (2, 3, 4))


def test_a_bias_is_added_to_a_view_of_a_product() -> None:
    names = check(lambda x, w, b: (x.reshape(6, 3) @ w).reshape(2, 3, 2, 4) + b, (2, 3, 3), (3, 8), (2, 4))
    assert "addmm" in names and "add" not in names


def test_what_is_no_bias_is_added_by_a_call_of_its_own() -> None:
    assert "add" in check(lambda x, w, b: (x @ w).reshape(2, 2, 4) + b, (2, 3), (3, 8), (4,))
    assert "add" in check(lambda x, w, b: (x @ w).reshape(4, 4) + b, (2, 3), (3, 8), (4,))
    assert "add" in check(lambda x, w, b: x @ w + b, (2, 3), (3, 8), (2, 1))
    assert "add" in check(lambda x, w, b: torch.stack([x @ w, x @ w + b]), (2, 3), (3, 8), (8,))


def test_elementwise_calls_on_views_of_matrices_are_made_on_the_matrices() -> None:
    def fn(x: Any, w: Any, v: Any) -> Any:
        hidden = torch.relu((x.reshape(6, 4) @ w).reshape(2, 3, 5))
        return (x + (hidden.reshape(6, 5) @ v).reshape(2, 3, 4)).reshape(6, 4).exp()

    names = check(fn, (2, 3, 4), (4, 5), (5, 4))
    assert names == ["view", "mm", "relu", "mm", "add", "exp"]


def test_rows_of_views_are_normalized_in_matrices() -> None:
    def fn(x: Any, w: Any, scale: Any, shift: Any) -> Any:
        rows = torch.nn.functional.layer_norm((x @ w).reshape(2, 3, 4) * scale, (4,), scale, shift)
        return rows.reshape(6, 4).sum(0) + rows.sum()

    names = check(fn, (6, 5), (5, 4), (4,), (4,))
    assert names == ["mm", "mul", "native_layer_norm", "view", "sum", "sum", "add"]


def test_calls_that_do_not_fit_a_matrix_stay() -> None:
    assert "view" in check(lambda x, w, b: (x @ w).reshape(2, 3, 4) * b, (6, 5), (5, 4), (3, 1))
    assert "view" in check(lambda x, w, b: (x @ w).reshape(2, 3, 2, 2) * b, (6, 5), (5, 4), (2,))
    assert "view" in check(lambda x, w: torch.var_mean((x @ w).reshape(2, 3, 4), 1)[0], (6, 5), (5, 4))


def test_views_in_order_of_one_that_is_not() -> None:
    names = check(lambda x: (x.t() * 2).t().unsqueeze(0).permute(1, 0, 2).reshape(6).exp(), (2, 3))
    assert names == ["t", "mul", "t", "view", "exp"]


def test_gradients_of_a_batch_of_one() -> None:
    v = Variable(np.random.default_rng(0).normal(size=(3, 4)).astype("float32"))

    def fn(x: Any) -> list[Any]:
        loss, _, (gradient,) = BACKEND.value_and_gradients(
            lambda w: (torch.bmm(x.unsqueeze(0), w.unsqueeze(0)).square().sum(), []), [v.value]
        )
        return [loss, gradient]

    x = np.random.default_rng(1).normal(size=(2, 3)).astype("float32")
    loss, gradient = BACKEND.stage(fn, [v], [Spec((2, 3), "float32")])(torch.tensor(x))
    np.testing.assert_allclose(loss, ((x @ v.numpy()) ** 2).sum(), rtol=1e-4)
    np.testing.assert_allclose(gradient, 2 * x.T @ (x @ v.numpy()), rtol=1e-4, atol=1e-5)
