"""What a layer has in common with a module of PyTorch: parameters, buffers, states, modes and devices.

PyTorch's optimizers take the parameters, and what they write into them is written into the layer's variables. Names are
places: attributes (``decoder.kernel``, ``blocks.0.kernel``) and, in a graph or a stack of layers, their classes
(``layers.dense_1.kernel``). So they are the same for all models of one architecture, whatever their layers are called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from keras_core import Layer, active_trace, naming
from keras_core.backend import on_device_of

from keras_backend_torch.devices import device_of
from keras_backend_torch.framework import NAMES, torch
from keras_backend_torch.storage import follow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from keras_core import Variable

    from keras_backend_torch.storage import Cell


class IncompatibleKeys(NamedTuple):
    """What `load_state_dict` found that does not belong together, as PyTorch's own function returns it.

    Attributes:
        missing_keys: names that the layer has and the dict lacks.
        unexpected_keys: names that only the dict has.
    """

    missing_keys: list[str]
    unexpected_keys: list[str]


# -- names


def _named_weights(layer: Layer, recurse: bool = True) -> list[tuple[str, Variable]]:
    """Names and weights of a layer, each once; without `recurse` those that are no inner layer's."""
    if not layer.built:
        raise ValueError(
            f"Layer {layer.name!r} is not built and has no parameters yet: call it on data, or call "
            "build(input_shape), before."
        )
    found: dict[Variable, str] = {}
    for path, one in _named_layers(layer, "", set()) if recurse else [("", layer)]:
        inner = {weight for below in one.flatten_layers(include_self=False) for weight in below.weights}
        used: dict[str, int] = {}
        for variable in one.weights:
            if variable not in inner:
                found.setdefault(variable, _with_prefix(path, _numbered(variable.name, used)))
    return [(name, variable) for variable, name in found.items()]


def _named_layers(layer: Layer, path: str, seen: set[int]) -> Iterator[tuple[str, Layer]]:
    """The layer and those inside, each once, and where they are: by attribute, else in a model's layers by class."""
    if id(layer) in seen:
        return
    seen.add(id(layer))
    yield path, layer
    listed: list[Layer] = getattr(layer, "layers", []) if hasattr(layer, "symbolic_graph") else []
    places: dict[str, int] = {}
    for attribute, item in layer.tracked():
        if isinstance(item, Layer) and not (listed and attribute.startswith("_")):
            place = places[attribute] = places.get(attribute, -1) + 1
            name = attribute if vars(layer).get(attribute) is item else f"{attribute}.{place}"
            yield from _named_layers(item, _with_prefix(path, name), seen)
    used: dict[str, int] = {}
    for one in listed:
        if id(one) not in seen:
            name = _numbered(naming.snake_case(type(one).__name__), used)
            yield from _named_layers(one, _with_prefix(path, f"layers.{name}"), seen)


def _numbered(name: str, used: dict[str, int]) -> str:
    """The name, with a number where it was used before."""
    count = used[name] = used.get(name, -1) + 1
    return f"{name}_{count}" if count else name


def _cell(variable: Variable) -> Cell:
    cell: Cell = variable.storage
    return cell


def _with_prefix(prefix: str, name: str) -> str:
    return f"{prefix}.{name}" if prefix else name


# -- parameters and buffers


def named_parameters(
    self: Layer, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
) -> Iterator[tuple[str, torch.nn.Parameter]]:
    """Names and parameters: what was made to be trained. Those of frozen layers do not require a gradient.

    Args:
        self: the layer.
        prefix: put before each name, with a dot.
        recurse: whether to include those of the layers inside.
        remove_duplicate: accepted for code that is written for modules; each comes once.
    """
    trained = set(map(id, self.trainable_weights))
    for name, variable in _named_weights(self, recurse):
        if variable.trainable:
            yield _with_prefix(prefix, name), _cell(variable).parameter(id(variable) in trained)


def parameters(self: Layer, recurse: bool = True) -> Iterator[torch.nn.Parameter]:
    """The parameters, as optimizers of PyTorch take them; see `named_parameters`."""
    return (parameter for _, parameter in named_parameters(self, recurse=recurse))


def named_buffers(
    self: Layer, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
) -> Iterator[tuple[str, torch.Tensor]]:
    """Names and values of the weights that are not trained, such as moving averages. Arguments as for parameters.

    In contrast to a module's, these tensors do not change: an update puts another in their place.
    """
    for name, variable in _named_weights(self, recurse):
        if not variable.trainable:
            yield _with_prefix(prefix, name), _cell(variable).hand_out()


def buffers(self: Layer, recurse: bool = True) -> Iterator[torch.Tensor]:
    """Values of the weights that are not trained; see `named_buffers`."""
    return (buffer for _, buffer in named_buffers(self, recurse=recurse))


def requires_grad_(self: Layer, requires_grad: bool = True) -> Layer:
    """Let the layer be trained or not, as its `trainable` does, and its parameters with it."""
    self.trainable = requires_grad
    _settle_tracking(self)
    return self


def zero_grad(self: Layer, set_to_none: bool = True) -> None:
    """Forget the gradients that ``backward()`` left.

    Args:
        self: the layer.
        set_to_none: whether the gradients become None, and not zeros.
    """
    _settle_tracking(self)
    for variable in self.weights:
        if variable.trainable:
            value = variable.value if active_trace() is not None else _cell(variable).leaf()
            if not value.is_leaf or value.grad is None:
                continue
            value.grad = None if set_to_none else torch.zeros_like(value.grad)


def _settle_tracking(layer: Layer) -> None:
    """Let those parameters require a gradient that are trained at present."""
    trained = set(map(id, layer.trainable_weights))
    for variable in layer.weights:
        if variable.trainable:
            _cell(variable).track(id(variable) in trained)


# -- states


def state_dict(
    self: Layer, destination: dict[str, Any] | None = None, prefix: str = "", keep_vars: bool = False
) -> dict[str, Any]:
    """The values of all weights by name.

    Args:
        self: the layer.
        destination: a dict to put them into; a new one by default.
        prefix: put before each name, as it is.
        keep_vars: whether the values are the parameters, and not tensors that autograd does not track.
    """
    found: dict[str, Any] = {} if destination is None else destination
    for name, value in [*named_parameters(self), *named_buffers(self)]:
        found[prefix + name] = value if keep_vars else value.detach()
    return found


def load_state_dict(
    self: Layer, state_dict: Mapping[str, Any], strict: bool = True, assign: bool = False
) -> IncompatibleKeys:
    """Set the weights to what `state_dict` gave; nothing changes where something does not fit.

    Args:
        self: the layer.
        state_dict: values by name.
        strict: whether missing names and others than the layer's are refused.
        assign: accepted for code that is written for modules: values are always copied.

    Returns:
        The names that are missing, and those that the layer does not have.

    Raises:
        RuntimeError: for names or shapes that do not fit; it lists all of them.
    """
    own = dict(_named_weights(self))
    missing = [name for name in own if name not in state_dict]
    unexpected = [name for name in state_dict if name not in own]
    errors = []
    if strict and missing:
        errors.append(f"missing names: {', '.join(missing)}")
    if strict and unexpected:
        errors.append(f"names that the layer does not have: {', '.join(unexpected)}")
    for name, variable in own.items():
        if name in state_dict and tuple(state_dict[name].shape) != variable.shape:
            errors.append(f"{name} has shape {variable.shape}, the value given {tuple(state_dict[name].shape)}")
    if errors:
        raise RuntimeError(f"load_state_dict() of layer {self.name!r} got values that do not fit. " + "; ".join(errors))
    with on_device_of(self):
        for name, variable in own.items():
            if name in state_dict:
                variable.assign(state_dict[name])
    return IncompatibleKeys(missing, unexpected)


# -- modes


def train(self: Layer, mode: bool = True) -> Layer:
    """Let calls that are told nothing of `training` run in training, in this layer and those inside.

    Args:
        self: the layer.
        mode: whether they do.
    """
    for layer in self.flatten_layers():
        layer.default_training = bool(mode)
    return self


def evaluate(self: Layer) -> Layer:
    """Let calls that are told nothing of `training` run in inference: ``train(False)``."""
    return train(self, False)


def training(self: Layer) -> bool:
    """Whether calls that are told nothing of `training` run in training; False until `train` is called."""
    return bool(self.default_training)


def modules(self: Layer, remove_duplicate: bool = True) -> Iterator[Layer]:
    """The layer and all layers inside, each once."""
    return iter(self.flatten_layers())


def children(self: Layer) -> Iterator[Layer]:
    """The layers directly inside this one."""
    below = list(self.flatten_layers(include_self=False))
    deeper = {id(one) for layer in below for one in layer.flatten_layers(include_self=False)}
    return (layer for layer in below if id(layer) not in deeper)


# -- devices


def to(self: Layer, *args: Any, **kwargs: Any) -> Layer:
    """Move the layer, and what it holds, to a device; its parameters are the same objects there.

    Args:
        self: the layer.
        *args: a device of PyTorch or its name, a dtype, or a tensor, as a module's method takes them.
        **kwargs: the same by name, and others that a module's method takes, which change nothing here.

    Raises:
        TypeError: for another dtype than the weights have.
        ValueError: for a device that is not there.
    """
    device, dtype = _target(*args, **kwargs)
    if dtype is not None and NAMES.get(dtype) not in {v.dtype for v in self.weights if v.dtype.startswith("float")}:
        raise TypeError(
            f"Layer {self.name!r} has weights of {self.variable_dtype}, and to() was given {dtype}: a layer keeps the "
            "dtype that it was made with. Make it with dtype=..., a dtype or a policy such as 'mixed_float16'."
        )
    return self if device is None else _moved(self, device)


def cpu(self: Layer) -> Layer:
    """Move the layer to the CPU; see `to`."""
    return to(self, "cpu")


def cuda(self: Layer, device: int | torch.device | None = None) -> Layer:
    """Move the layer to a GPU, the first by default; see `to`."""
    return to(self, torch.device("cuda", device or 0) if device is None or isinstance(device, int) else device)


def _target(*args: Any, **kwargs: Any) -> tuple[torch.device | None, torch.dtype | None]:
    device, dtype = kwargs.get("device"), kwargs.get("dtype")
    for given in (*args, kwargs.get("tensor")):
        if isinstance(given, torch.Tensor):
            device, dtype = given.device, given.dtype
        elif isinstance(given, torch.dtype):
            dtype = given
        elif isinstance(given, (str, int, torch.device)) and not isinstance(given, bool):
            device = given
    if isinstance(device, int):
        device = torch.device("cuda", device)
    elif isinstance(device, str) and not device.startswith("gpu"):
        device = torch.device(device)
    elif isinstance(device, str):
        device = device_of(device)
    return device, dtype


def _moved(layer: Layer, device: torch.device) -> Layer:
    kind = {"cuda": "gpu"}.get(device.type, device.type)
    name = f"{kind}:{device.index or 0}"
    there = device_of(name)
    variables = list(layer.variables)
    for one in layer.flatten_layers():
        one.device_name = name
        optimizer = getattr(one, "optimizer", None)  # of a model that was compiled
        variables += [*one.metrics_variables, *(optimizer.variables if optimizer is not None else ())]
    variables = list(dict.fromkeys(variables))
    for variable in variables:
        variable.device_name = name
        cell = _cell(variable)
        if cell.value.dtype is not torch.uint32 and cell.value.device != there:  # the CPU reads random keys
            cell.value = cell.value.to(there)
    follow([_cell(variable) for variable in variables])
    layer.note_change()
    return layer


MODULE_ATTRIBUTES: Mapping[str, Callable[..., object] | property] = {
    "buffers": buffers,
    "children": children,
    "cpu": cpu,
    "cuda": cuda,
    "eval": evaluate,
    "load_state_dict": load_state_dict,
    "modules": modules,
    "named_buffers": named_buffers,
    "named_parameters": named_parameters,
    "parameters": parameters,
    "requires_grad_": requires_grad_,
    "state_dict": state_dict,
    "to": to,
    "train": train,
    "training": property(training),
    "zero_grad": zero_grad,
}
"""Attributes of layers on this backend, by name."""

__all__ = ["MODULE_ATTRIBUTES", "IncompatibleKeys"]
