"""Records programs for an accelerator that is not there, and prints as JSON what became of each.

PyTorch knows on which device a tensor without numbers would be, and refuses kernels that get tensors of two devices.
A process of its own, since such a device must be known before autograd is first used.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import keras_layers as layers
import numpy as np
from keras_backend_torch import backend, cudnn, framework, passes, tracing
from keras_backend_torch.compiling import lies_on
from keras_backend_torch.framework import FakeTensor, FakeTensorMode, outside_tracing, torch
from keras_core import Spec, config, dtype_policies, losses, ops
from keras_core.layers import Input
from keras_core.models import Sequential
from keras_core.random import SeedGenerator
from pytest import MonkeyPatch
from torch.utils.backend_registration import _setup_privateuseone_for_python_backend

_setup_privateuseone_for_python_backend("faraway")
DEVICE = torch.device("faraway", 0)
RNG = np.random.default_rng(0)
ROWS = 4


@contextmanager
def present() -> Iterator[None]:
    """Inside, what is made is on DEVICE, which holds no numbers; those of constants are kept on the processor."""
    mode = FakeTensorMode(allow_non_fake_inputs=True)
    known: dict[int, tuple[Any, Any]] = {}

    def without_numbers(tensor: Any) -> Any:
        with outside_tracing():
            return FakeTensor(mode, torch.empty(tensor.shape, dtype=tensor.dtype, device="meta"), DEVICE)

    def symbol_of(tensor: Any, follow: bool) -> Any:
        symbol = without_numbers(tensor) if tensor.dtype is not torch.uint32 else mode.from_tensor(tensor)
        return symbol.requires_grad_() if follow else symbol

    def making(make: Callable[..., Any]) -> Callable[..., Any]:
        def made(value: Any, *, dtype: Any = None, device: Any = None) -> Any:
            tensor = make(value, dtype=dtype)
            if device is None or device.type == "cpu":
                return tensor
            symbol = without_numbers(tensor)
            known[id(symbol)] = symbol, tensor
            return symbol

        return made

    value_of = tracing.Recorder.of

    def of(recorder: Any, tensor: Any) -> Any:
        if id(tensor) in known and id(tensor) not in recorder._values:
            recorder.constants[recorder.new(tensor)] = known[id(tensor)][1]
        return value_of(recorder, tensor)

    with MonkeyPatch.context() as patch:
        patch.setattr(framework, "_FIRST", DEVICE)
        patch.setattr(tracing, "FakeTensorMode", lambda **options: mode)
        patch.setattr(tracing.Recorder, "of", of)
        for module in (framework, tracing, backend):
            patch.setattr(module, "symbol_of", symbol_of)
        for name in ("tensor", "as_tensor"):
            patch.setattr(torch, name, making(getattr(torch, name)))
        patch.setattr(cudnn, "takes", lambda inputs: inputs.device == DEVICE)
        for name in ("_FILLING", "_LIKE"):  # these calls would make real tensors there
            patch.setattr(passes, name, set())
        yield


def recorded_there(fn: Callable[..., Any], variables: Any, signature: Any) -> Any:
    """What `fn` would be on the device, shortened."""
    with present():
        return passes.shortened(tracing.record(backend.BACKEND, fn, variables, signature))


def step_of(make: Callable[[], tuple[list[Any], np.ndarray]], policy: str) -> Any:
    """The training step with Adam of a model that was made on the processor."""
    dtype_policies.set_dtype_policy(policy)
    try:
        hidden, x = make()
    finally:
        dtype_policies.set_dtype_policy("float32")
    model = Sequential([Input(x.shape[1:], dtype=str(x.dtype)), *hidden])
    model.compile("adam", losses.SparseCategoricalCrossentropy(from_logits=True))
    with MonkeyPatch.context() as patch:
        staged: list[Any] = []
        stage = type(backend.BACKEND).stage
        patch.setattr(type(backend.BACKEND), "stage", lambda *given: (staged.append(given), stage(*given))[1])
        model.train_on_batch(x, RNG.integers(0, 3, (ROWS,)).astype("int32"))
    _, fn, variables, signature, *_ = staged[-1]
    return recorded_there(fn, variables, signature)


def floats(*shape: int) -> np.ndarray:
    return RNG.normal(size=(ROWS, *shape)).astype("float32")


def dense() -> Any:
    return [layers.Dense(8, "relu"), layers.Dense(3)], floats(5)


def convolutional() -> Any:
    hidden = [layers.Conv2D(4, 3, padding="same"), layers.BatchNormalization(), layers.MaxPooling2D()]
    return [*hidden, layers.AveragePooling2D(padding="same"), layers.Flatten(), layers.Dense(3)], floats(9, 9, 2)


def random() -> Any:
    return [layers.Dropout(0.5), layers.GaussianNoise(0.1), layers.Dense(3)], floats(5)


def recurrent(name: str, mask: bool) -> Any:
    words = RNG.integers(0, 20, size=(ROWS, 6)).astype("int32")
    first, second = (getattr(layers, name)(units, return_sequences=units == 7) for units in (7, 5))
    return [layers.Embedding(20, 6, mask_zero=mask), first, second, layers.Dense(3)], words


MODELS: dict[str, Callable[[], Any]] = {
    "dense": dense,
    "convolutional": convolutional,
    "random": random,
    "LSTM": lambda: recurrent("LSTM", False),
    "LSTM with a mask": lambda: recurrent("LSTM", True),
    "GRU": lambda: recurrent("GRU", False),
    "GRU with a mask": lambda: recurrent("GRU", True),
}


def drawing(rng: str) -> Any:
    """A draw whose key is a variable."""
    generator = SeedGenerator(7)
    config.set_rng(rng)
    return recorded_there(
        lambda: [ops.random_normal((3,), 0.0, 1.0, "float32", generator.next())], [generator.state], []
    )


def looking_up() -> Any:
    """Rows by indices of uint32."""
    signature = [Spec((5, 2), "float32"), Spec((3,), "uint32")]
    return recorded_there(lambda x, places: [ops.take(x, places, axis=0)], [], signature)


def described(recording: Any) -> dict[str, Any]:
    """What the tests look at: kernels, those that get tensors of two devices, and where results are."""
    specs = recording.specs
    mixed = [call.kernel for call in recording.calls if len({specs[v].device.type for v in call.uses()}) > 1]
    return {
        "kernels": [call.kernel._schema.name.partition("::")[2] for call in recording.calls],
        "alone": lies_on(DEVICE.type, recording),
        "mixed": list(map(str, mixed)),
        "outputs": [specs[value].device.type for value in recording.outputs],
        "writes": sorted({specs[value].device.type for value in recording.writes.values()}),
    }


def main() -> None:
    cases: dict[str, Callable[[], Any]] = {
        f"{name}, {policy}": lambda make=make, policy=policy: step_of(make, policy)  # type: ignore[misc]
        for name, make in MODELS.items()
        for policy in ("float32", "mixed_float16")
        if policy == "float32" or name in ("convolutional", "LSTM")
    }
    cases |= {f"drawing, {rng}": lambda rng=rng: drawing(rng) for rng in ("portable", "native")}  # type: ignore[misc]
    cases["looking up"] = looking_up
    found: dict[str, Any] = {}
    for name, case in cases.items():
        try:
            found[name] = described(case())
        except Exception as error:
            found[name] = {"error": f"{type(error).__name__}: {error}"[:500]}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
