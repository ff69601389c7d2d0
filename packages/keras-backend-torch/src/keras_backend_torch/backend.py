"""The PyTorch backend: tensors, variables and gradients."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import Spec, Variable, dtypes
from keras_core.backend import PROTOCOL_VERSION
from keras_core.backend.toolkit import SeparatePrograms, default_dtype
from torch.utils.checkpoint import checkpoint, set_checkpoint_early_stop

from keras_backend_torch import deferral, distribution, interop, native_optimizer, op_by_op, parts, staging
from keras_backend_torch.compiler.alike import record_alike
from keras_backend_torch.devices import default_device, device_for, device_scope, known_devices
from keras_backend_torch.framework import DTYPES, NAMES, is_wrapped, torch, torch_dtype, without_modes
from keras_backend_torch.modes import STATE, detached, fake_like, is_fake, running_again
from keras_backend_torch.ops import OPS
from keras_backend_torch.storage import Cell

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from keras_core.backend import Layout, StepsDone, VariableLike
    from keras_core.typing import Shape, Tensor

FlatFunction = Callable[..., "list[Tensor]"]

_JOINED = 2**14
"""Bytes of tensors up to which copying them costs less than computing with each: they stay in the processor's cache."""

_BORROWABLE = frozenset(np.dtype(name) for name in DTYPES if not name.startswith(("bfloat", "float8")))
"""dtypes of arrays whose memory a tensor can share."""


class TorchBackend(SeparatePrograms):
    """PyTorch: concrete tensors are its own, staged functions run as flat lists of its kernels."""

    name = "torch"
    protocol = PROTOCOL_VERSION
    capabilities = frozenset(
        {
            "train",
            "eager",
            "steps",
            "second-order",
            "compiles",
            "static-shapes",
            "accelerator",
            "float16",
            "bfloat16",
            *(("distributes",) if distribution.IS_BUILT else ()),
        }
    )
    ops: Mapping[str, Callable[..., Any]] = OPS

    # -- tensors

    def tensor(self, value: Any, dtype: str | None = None) -> Tensor:
        """`value` (array, number, nested list or tensor) as a tensor of `dtype`."""
        if isinstance(value, torch.Tensor):
            return value if dtype is None else OPS["cast"](value, dtype)
        if isinstance(value, (list, tuple)) and any(isinstance(one, torch.Tensor) for one in value):
            return torch.stack([self.tensor(one, dtype) for one in value])
        with without_modes():
            return self._from_array(value, dtype)

    def _from_array(self, value: Any, dtype: str | None) -> Tensor:
        array = np.asarray(value)
        if dtype is None:
            dtype = default_dtype(value, array) or dtypes.standardize(array.dtype)
        wanted = torch_dtype(dtype)
        if dtype == "bfloat16" or array.dtype.name == "bfloat16":
            return torch.tensor(array.astype("float32")).to(wanted).to(device_for(wanted))
        kind, device = dtypes.numpy_dtype(dtype), device_for(wanted)
        if device.type == "cpu" and not (array.flags.c_contiguous and array.dtype == kind):
            tensor = torch.empty(array.shape, dtype=wanted, device=device)
            np.copyto(tensor.numpy(), array, casting="unsafe")
            return tensor
        array = np.ascontiguousarray(array, kind).reshape(array.shape)
        return torch.tensor(array, dtype=wanted, device=device)  # copies

    def borrow(self, array: np.ndarray) -> Tensor:
        """`array` as an argument of one call: a tensor that shares its memory, where that is possible."""
        flags = array.flags
        if array.dtype in _BORROWABLE and flags.c_contiguous and flags.writeable and default_device().type == "cpu":
            return torch.from_numpy(array)
        return self.tensor(array)

    def numpy(self, tensor: Tensor) -> np.ndarray:
        """A NumPy array that shares no memory with `tensor` or a variable."""
        if STATE.fake_mode is None:
            return self._to_array(tensor)
        with without_modes():  # even `Tensor.numpy` makes a fake tensor while a function is recorded
            return self._to_array(tensor)

    def _to_array(self, tensor: Tensor) -> np.ndarray:
        value = tensor.detach() if tensor.requires_grad else tensor
        if value.dtype is torch.bfloat16:
            return value.float().cpu().numpy().astype(dtypes.numpy_dtype("bfloat16"))
        return np.array(value.numpy() if value.is_cpu else value.cpu().numpy())

    def is_tensor(self, value: Any) -> bool:
        """Whether `value` is a tensor of PyTorch, real or fake."""
        return isinstance(value, torch.Tensor)

    def is_concrete(self, tensor: Tensor) -> bool:
        """Whether the tensor has a value now, outside any tracing."""
        return not is_fake(tensor)

    def host_view(self, tensor: Tensor) -> np.ndarray | None:
        """The memory of a tensor on a CPU whose dtype NumPy has."""
        if not tensor.is_cpu or is_fake(tensor) or is_wrapped(tensor) or tensor.dtype is torch.bfloat16:
            return None
        array: np.ndarray = tensor.detach().numpy()
        return array

    def is_recording(self) -> bool:
        """Never: autograd tracks compiled calls as well as others."""
        return False

    def shape(self, tensor: Tensor) -> Shape:
        """Static shape."""
        return tuple(tensor.shape)

    def dtype(self, tensor: Tensor) -> str:
        """Name of the dtype, as in NumPy."""
        return NAMES[tensor.dtype]

    # -- variables

    def create(self, value: np.ndarray, name: str, trainable: bool) -> Cell:
        """Storage whose first value is a copy of `value`."""
        return Cell(self.tensor(value), name, trainable)

    def read(self, handle: Cell) -> Tensor:
        """The current value; a later write replaces the tensor and leaves this one unchanged."""
        value = self.read_part(handle)
        return value if handle.part is None else parts.whole_of(value, handle.part)

    def read_part(self, handle: Cell) -> Tensor:
        """As `read`, what this process stores of the value."""
        if STATE.detached or not handle.trainable or not (torch.is_grad_enabled() or handle.has_leaf):
            return handle.hand_out()
        if STATE.fakes is None:
            return handle.leaf()
        if handle not in STATE.fakes:
            STATE.fakes[handle] = fake_like(handle.value, requires_grad=True)
        return STATE.fakes[handle]

    def as_read(self, variable: VariableLike, value: Tensor) -> Tensor:
        """The value that a program has for a variable, as a leaf of autograd's graph if the user may differentiate.

        A program carries what it has assigned to a variable as a plain tensor. It has one leaf, whose `grad` is the
        gradient, until the variable is assigned again.
        """
        if not variable.trainable or STATE.detached or not value.is_floating_point():
            return value
        if value.is_leaf and (value.requires_grad or isinstance(value, torch.nn.Parameter)):
            return value
        leaf = getattr(value, "keras_leaf", None)
        if leaf is None and torch.is_grad_enabled():
            leaf = value.keras_leaf = value.detach().requires_grad_()
        return value if leaf is None else leaf

    def is_handed_out(self, handle: Cell) -> bool:
        """Whether the variable's Parameter was handed out, which shares its memory."""
        return handle.has_parameter

    def read_stored(self, handle: Cell) -> Tensor:
        """The variable's value to be copied, and no fake tensor where a function is being recorded."""
        return handle.value

    def write(self, pairs: Sequence[tuple[Cell, Tensor]]) -> None:
        """Put a tensor into each variable, all or (on failure) none."""
        op_by_op.write(pairs)

    def adopt(self, handle: Cell, array: np.ndarray) -> None:
        """Let a variable have the memory of an array, where it is on a CPU."""
        if handle.part is not None:
            self.write([(handle, self.tensor(array))])
            return
        with without_modes():
            if handle.value.device.type != "cpu" or array.dtype not in _BORROWABLE:
                op_by_op.write([(handle, self._from_array(array, None))])
            else:
                op_by_op.put([handle], [torch.from_numpy(array)])

    # -- programs

    def stage(
        self,
        fn: FlatFunction,
        variables: Sequence[Variable],
        signature: Sequence[Spec],
        jit: bool | None = None,
        ops: frozenset[str] = frozenset(),
    ) -> Callable[..., list[Tensor]]:
        """Compile `fn` for arguments of `signature`; see `staging.stage`."""
        return staging.stage(self, fn, variables, signature, jit)

    def stage_steps(
        self,
        fn: FlatFunction,
        variables: Sequence[Variable],
        signature: Sequence[Spec],
        jit: bool | None = None,
        ops: frozenset[str] = frozenset(),
        most: int | None = None,
    ) -> Callable[..., list[Tensor]]:
        """Compile many calls of `fn` in one; see `staging.stage_steps`."""
        return staging.stage_steps(self, fn, variables, signature, jit)

    def stage_training(
        self,
        fn: FlatFunction,
        variables: Sequence[Variable],
        signature: Sequence[Spec],
        done: StepsDone,
        jit: bool | None = None,
        ops: frozenset[str] = frozenset(),
    ) -> Callable[..., list[Tensor]]:
        """A step of training, run op by op at first; see `deferral.stage_training`."""
        return deferral.stage_training(self, fn, variables, signature, done, jit)

    def stage_training_steps(
        self,
        fn: FlatFunction,
        variables: Sequence[Variable],
        signature: Sequence[Spec],
        done: StepsDone,
        jit: bool | None = None,
        ops: frozenset[str] = frozenset(),
        most: int | None = None,
    ) -> Callable[..., list[Tensor]]:
        """Steps of training, run op by op at first; see `deferral.stage_training_steps`."""
        return deferral.stage_training_steps(self, fn, variables, signature, done, jit)

    def stage_stacked_steps(
        self,
        fn: FlatFunction,
        variables: Sequence[Variable],
        signature: Sequence[Spec],
        done: StepsDone | None,
        jit: bool | None = None,
        ops: frozenset[str] = frozenset(),
        most: int | None = None,
    ) -> Callable[..., list[Tensor]]:
        """Many calls of `fn` in one, whose outputs are all wanted; see `staging.stage_steps`."""
        if done is None:
            return staging.stage_steps(self, fn, variables, signature, jit, stacked=True)
        return deferral.stage_training_steps(self, fn, variables, signature, done, jit, stacked=True)

    def stage_batches(
        self,
        fn: FlatFunction,
        variables: Sequence[Variable],
        signature: Sequence[Spec],
        most: int,
        jit: bool | None = None,
        ops: frozenset[str] = frozenset(),
    ) -> Callable[..., list[Tensor]] | None:
        """Compile many calls of `fn` in one, whose outputs are all wanted; see `staging.stage_batches`."""
        return staging.stage_batches(self, fn, variables, signature, jit)

    def value_and_gradients(
        self, fn: Callable[..., tuple[Tensor, list[Tensor]]], values: Sequence[Tensor]
    ) -> tuple[Tensor, list[Tensor], list[Tensor | None]]:
        """``fn(*values) -> (scalar, others)`` evaluated, and the gradients of the scalar.

        Inside another gradient everything stays connected, so that it can be differentiated again.
        """
        loss, others, gradients, _ = self.value_and_row_gradients(lambda _, *given: fn(*given), values)
        return loss, others, gradients

    def value_and_row_gradients(
        self, fn: Callable[..., tuple[Tensor, list[Tensor]]], values: Sequence[Tensor]
    ) -> tuple[Tensor, list[Tensor], list[Tensor | None], list[Tensor | None]]:
        """As `value_and_gradients` for ``fn(mark, *values)``, and the gradients by what was marked."""
        outer = STATE.depth > 0
        STATE.depth += 1
        marked: list[Tensor] = []

        def mark(tensor: Tensor) -> Tensor:
            marked.append(tensor.detach().requires_grad_())
            return marked[-1]

        try:
            with detached(), torch.enable_grad():
                given = [_requiring_grad(value, outer) for value in values]
                loss, others = fn(mark, *given)
                floats = [value for value in given if value.requires_grad]
                found = _gradients(loss, [*floats, *marked], outer)
                by_value, rows = iter(found[: len(floats)]), list(found[len(floats) :])
                gradients = [next(by_value) if value.requires_grad else None for value in given]
        finally:
            STATE.depth -= 1
        if not outer:
            loss, others = loss.detach(), [other.detach() for other in others]
        return loss, others, gradients, rows

    def map_alike(self, fn: FlatFunction, groups: Sequence[Sequence[Tensor]]) -> list[Sequence[Tensor]]:
        """``fn(*group)`` for each group; small ones are joined to be computed together, where they run op by op.

        What is recorded has fused kernels for many tensors, and copies what was joined: calls are repeated there.
        """
        if STATE.recorder is not None and not torch.is_grad_enabled():
            return record_alike(STATE.recorder, fn, groups)
        if STATE.fake_mode is not None or sum(one.nbytes for one in groups[0]) > _JOINED * len(groups[0]):
            return [fn(*group) for group in groups]
        results = fn(*[torch.cat(column) for column in zip(*groups, strict=True)])
        return list(zip(*[torch.tensor_split(result, len(groups)) for result in results], strict=True))

    def remat(self, fn: FlatFunction) -> FlatFunction:
        """`fn`, whose gradient keeps its arguments only and runs it again."""

        def computed_again(*tensors: Tensor) -> list[Tensor]:
            with set_checkpoint_early_stop(False):  # which would end the second run by an exception of its own
                found: list[Tensor] = checkpoint(
                    fn,
                    *tensors,
                    use_reentrant=False,
                    preserve_rng_state=False,  # random numbers come from keys, which are arguments
                    determinism_check="none",
                    context_fn=lambda: (nullcontext(), running_again()),
                )
            return found

        return computed_again

    def abstract(self, fn: FlatFunction, signature: Sequence[Spec]) -> list[Spec]:
        """Specs of what `fn` returns for tensors of `signature`, computing nothing."""
        return staging.abstract(self, fn, signature)

    # -- interoperation

    def extend(self, core_type: type[Any]) -> Mapping[str, object] | None:
        """Let PyTorch's and NumPy's functions take variables, and layers answer as modules; see `interop.extend`."""
        return interop.extend(core_type)

    def wrap_optimizer(self, optimizer: object) -> native_optimizer.TorchOptimizer | None:
        """How to run an optimizer of `torch.optim`; None for anything else."""
        return native_optimizer.wrap_optimizer(optimizer)

    # -- several processes

    processes = distribution
    parts = parts

    def create_by_layout(self, value: np.ndarray, name: str, trainable: bool, layout: Layout) -> Cell:
        """Storage of the part of this process, or of the whole; see `Distributes.create_by_layout`."""
        part = self.part_of(layout, value.shape, f"variable {name!r}")
        cell = self.create(value if part is None else part.of(value), name, trainable)
        cell.part = part
        return cell

    def lay_out(self, storage: Cell, layout: Layout | None) -> Cell:
        """Store the part of this process, or the whole, from now on; see `Distributes.lay_out`."""
        whole = storage.value if storage.part is None else self.whole_of(storage.value, storage.part)
        part = None if layout is None else self.part_of(layout, whole.shape, f"variable {storage.name!r}")
        if part != storage.part:
            storage.part = part
            storage.value = whole if part is None else part.of(whole).clone(memory_format=torch.contiguous_format)
        return storage

    def parts_to_write(self, handle: Cell) -> list[tuple[tuple[int, ...], np.ndarray]]:
        """What this process writes of a variable into files; see `WritesParts.parts_to_write`."""
        return parts.LINES.to_write(handle.part, lambda: self.numpy(handle.value))

    # -- devices

    def make_deterministic(self) -> None:
        """Use no kernel that gives other bits in every run; cuBLAS reads its setting when a GPU is first used."""
        os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
        torch.use_deterministic_algorithms(True)
        torch.backends.cudnn.benchmark = False

    def devices(self) -> list[str]:
        """Names of the devices, such as "cpu:0" and "gpu:0"."""
        return known_devices()

    def device(self, name: str) -> AbstractContextManager[None]:
        """A scope inside which new tensors and storage are placed on that device.

        Raises:
            ValueError: for a name that `devices` does not list.
        """
        return device_scope(name)


def _requiring_grad(value: Tensor, outer: bool) -> Tensor:
    """The value as a tensor with respect to which autograd differentiates."""
    if not value.is_floating_point() and not value.is_complex():
        return value.detach()
    if outer and value.requires_grad:
        return value.view_as(value)
    return value.detach().requires_grad_()


def _gradients(loss: Tensor, values: Sequence[Tensor], outer: bool) -> Sequence[Tensor | None]:
    if not values or not loss.requires_grad:
        return [None] * len(values)
    return torch.autograd.grad(loss, list(values), create_graph=outer, allow_unused=True)


BACKEND = TorchBackend()
