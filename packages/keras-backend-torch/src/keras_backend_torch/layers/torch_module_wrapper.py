"""TorchModuleWrapper: a module of PyTorch as a layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import Layer, initializers, tree

from keras_backend_torch.framework import torch

if TYPE_CHECKING:
    from keras_core.typing import Shape, Tensor, TensorTree


class TorchModuleWrapper(Layer):
    """A `torch.nn.Module` as a layer: its parameters and buffers become weights, which Keras trains and saves.

    The weights begin with the module's values and go their own way from there; the module itself keeps its own. A file
    of a model holds the weights, and not the module: to load it, derive a class whose ``__init__`` makes the module and
    register it.

    Args:
        module: the module, all of whose parameters exist.
        name: the layer's name. Defaults to None.
        output_shape: shape of the output without the batch axis; found by tracing when None. Defaults to None.
        **kwargs: `dtype`, `trainable` and the other arguments of `Layer`.

    Call arguments:
        *args: tensors, as the module's `forward` takes them.
        training: whether the module is in training mode.
        **kwargs: keyword arguments of `forward`.

    Input shape:
        Any that the module takes.

    Output shape:
        What the module gives.

    Raises:
        TypeError: if `module` is no module.
        ValueError: if another backend than PyTorch is active, or a parameter has no size yet.

    Example:
        >>> import keras, torch
        >>> if keras.backend.backend() == "torch":
        ...     layer = keras.layers.TorchModuleWrapper(torch.nn.Linear(3, 2))
        ...     assert layer(torch.ones(1, 3)).shape == (1, 2) and len(layer.trainable_weights) == 2
    """

    def __init__(self, module: Any, name: str | None = None, output_shape: Shape | None = None, **kwargs: Any) -> None:
        super().__init__(name=name, **kwargs)
        if not isinstance(module, torch.nn.Module):
            raise TypeError(f"TorchModuleWrapper takes a torch.nn.Module, got {module!r}.")
        if self.backend_name != "torch":
            raise ValueError(
                f"TorchModuleWrapper runs on PyTorch, and the active backend is {self.backend_name!r}. "
                "Set KERAS_BACKEND=torch, or make the layer within keras.use_backend('torch')."
            )
        self.module = module
        self._given_output_shape = None if output_shape is None else tuple(output_shape)
        self._parameters_by_name = self._weights_for(dict(module.named_parameters()), True)
        self._buffers_by_name = self._weights_for(dict(module.named_buffers()), False)
        self.built = True

    def _weights_for(self, tensors: dict[str, Any], trainable: bool) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, tensor in tensors.items():
            if torch.nn.parameter.is_lazy(tensor):
                raise ValueError(
                    f"TorchModuleWrapper {self.name!r}: parameter {name!r} has no size yet. Call the module on a batch "
                    "before it is wrapped."
                )
            value = tensor.detach().cpu().numpy()
            found[name] = self.add_weight(
                shape=value.shape,
                initializer=initializers.Constant(value),
                dtype=str(tensor.dtype).removeprefix("torch."),
                trainable=trainable and tensor.requires_grad,
                name=name.replace(".", "_"),
            )
        return found

    def call(self, *args: Tensor, training: bool | None = None, **kwargs: Any) -> TensorTree:
        self.module.train(bool(training))
        buffers = {name: variable.value.clone() for name, variable in self._buffers_by_name.items()}
        values = {name: variable.value for name, variable in self._parameters_by_name.items()}
        outputs = torch.func.functional_call(self.module, {**values, **buffers}, args, kwargs)
        if training:
            for name, variable in self._buffers_by_name.items():
                variable.assign(buffers[name])
        return outputs

    def compute_output_shape(self, *input_shape: Any) -> Any:
        if self._given_output_shape is None:
            return super().compute_output_shape(*input_shape)
        first = tree.flatten(input_shape)[0]
        return (first, *self._given_output_shape)
