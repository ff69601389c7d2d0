"""Records programs for a simulated accelerator, and prints a description of each as JSON.

PyTorch knows the device of a fake tensor, and refuses kernels that get tensors on two devices. This runs in a process
of its own, since such a device must be registered before autograd is first used.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import keras_layers as layers
import numpy as np
from keras_backend_torch import backend, devices, modes
from keras_backend_torch.compiler import recording
from keras_backend_torch.compiler.passes import constants, pipeline
from keras_backend_torch.compiler.torch_compile import is_entirely_on
from keras_backend_torch.framework import FakeTensor, FakeTensorMode, torch, without_modes
from keras_backend_torch.kernels import cudnn_rnn
from keras_core import Spec, config, dtype_policies, losses, ops
from keras_core.layers import Input
from keras_core.models import Sequential
from keras_core.random import SeedGenerator
from keras_core.testing import fixed_steps_per_call
from pytest import MonkeyPatch
from torch.utils.backend_registration import _setup_privateuseone_for_python_backend

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_setup_privateuseone_for_python_backend("simulated")
DEVICE = torch.device("simulated", 0)
RNG = np.random.default_rng(0)
ROWS = 4


@contextmanager
def present() -> Iterator[None]:
    """Inside, new tensors are on DEVICE and have no data; the data of constants is kept on the CPU."""
    mode = FakeTensorMode(allow_non_fake_inputs=True)
    known: dict[int, tuple[Any, Any]] = {}

    def fake_of(tensor: Any) -> Any:
        with without_modes():
            return FakeTensor(mode, torch.empty(tensor.shape, dtype=tensor.dtype, device="meta"), DEVICE)

    def fake_like(tensor: Any, requires_grad: bool) -> Any:
        fake = fake_of(tensor) if tensor.dtype is not torch.uint32 else mode.from_tensor(tensor)
        return fake.requires_grad_() if requires_grad else fake

    def making(make: Callable[..., Any]) -> Callable[..., Any]:
        def made(value: Any, *, dtype: Any = None, device: Any = None) -> Any:
            tensor = make(value, dtype=dtype)
            if device is None or device.type == "cpu":
                return tensor
            fake = fake_of(tensor)
            known[id(fake)] = fake, tensor
            return fake

        return made

    value_of = recording.Recorder.of

    def of(recorder: Any, tensor: Any) -> Any:
        if id(tensor) in known and id(tensor) not in recorder._values:
            recorder.constants[recorder.new(tensor)] = known[id(tensor)][1]
        return value_of(recorder, tensor)

    with MonkeyPatch.context() as patch:
        patch.setattr(devices._Own, "device", DEVICE)
        patch.setattr(modes, "fake_tensor_mode", lambda: mode)
        patch.setattr(recording.Recorder, "of", of)
        for module in (modes, recording, backend):
            patch.setattr(module, "fake_like", fake_like)
        for name in ("tensor", "as_tensor"):
            patch.setattr(torch, name, making(getattr(torch, name)))
        patch.setattr(cudnn_rnn, "is_supported", lambda inputs: inputs.device == DEVICE)
        for name in ("_NO_ARGUMENT", "_ONLY_SHAPE"):  # these calls would make real tensors there
            patch.setattr(constants, name, set())
        yield


def recorded_there(fn: Callable[..., Any], variables: Any, signature: Any) -> Any:
    """What `fn` would be on the device, optimized."""
    with present():
        return pipeline.optimized(recording.record(backend.BACKEND, fn, variables, signature))


def step_of(make: Callable[[], tuple[list[Any], np.ndarray]], policy: str) -> Any:
    """The training step with Adam of a model that was made on the CPU."""
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
        with fixed_steps_per_call(1):  # which is recorded at once
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


def described(found: Any) -> dict[str, Any]:
    """What the tests look at: kernels, those that get tensors of two devices, and where results are."""
    fakes = found.fakes
    mixed = [call.kernel for call in found.calls if len({fakes[v].device.type for v in call.uses()}) > 1]
    return {
        "kernels": [recording.kernel_name(call) for call in found.calls],
        "alone": is_entirely_on(DEVICE.type, found),
        "mixed": list(map(str, mixed)),
        "outputs": [fakes[value].device.type for value in found.outputs],
        "writes": sorted({fakes[value].device.type for value in found.writes.values()}),
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
