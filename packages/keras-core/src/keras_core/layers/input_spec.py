"""What a layer expects of its inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import dtypes, tree
from keras_core.ops.properties import shape_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import Nested, Shape, TensorTree


class InputSpec:
    """Constraints on one input of a layer.

    Args:
        dtype: expected dtype name. Defaults to None.
        shape: expected shape, None where anything goes. Defaults to None.
        ndim: expected rank, or its bounds. Defaults to None.
        max_ndim: expected rank, or its bounds. Defaults to None.
        min_ndim: expected rank, or its bounds. Defaults to None.
        axes: dict of axis -> expected size. Defaults to None.
        allow_last_axis_squeeze: whether a last axis of size 1 may be missing or extra. Defaults to False.
        name: the input's name. Defaults to None.
        optional: whether None may stand for it. Defaults to False.
    """

    def __init__(
        self,
        dtype: str | None = None,
        shape: Sequence[int | None] | None = None,
        ndim: int | None = None,
        max_ndim: int | None = None,
        min_ndim: int | None = None,
        axes: dict[int, int | None] | None = None,
        allow_last_axis_squeeze: bool = False,
        name: str | None = None,
        optional: bool = False,
    ) -> None:
        self.dtype = dtypes.standardize(dtype) if dtype else None
        self.shape: Shape | None = None if shape is None else tuple(shape)
        self.ndim = len(self.shape) if self.shape is not None else ndim
        self.max_ndim = max_ndim
        self.min_ndim = min_ndim
        self.axes = {int(k): v for k, v in (axes or {}).items()}
        self.allow_last_axis_squeeze = allow_last_axis_squeeze
        self.name = name
        self.optional = optional

    def get_config(self) -> dict[str, Any]:
        return dict(vars(self))

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> InputSpec:
        return cls(**config)

    def __repr__(self) -> str:
        given = ", ".join(f"{k}={v!r}" for k, v in vars(self).items() if v)
        return f"InputSpec({given})"

    def complaint(self, shape: Shape) -> str | None:
        """Why `shape` does not fit, or None."""
        ndim = len(shape)
        if self.shape is not None and self._fits_squeezed(shape):
            return None
        if self.ndim is not None and ndim != self.ndim:
            return f"expected an input of {self.ndim} dimensions"
        if self.max_ndim is not None and ndim > self.max_ndim:
            return f"expected an input of at most {self.max_ndim} dimensions"
        if self.min_ndim is not None and ndim < self.min_ndim:
            return f"expected an input of at least {self.min_ndim} dimensions"
        for axis, size in self.axes.items():
            if size is None or not -ndim <= axis < ndim:
                continue
            if shape[axis] not in (size, None):
                return f"expected axis {axis} of the input to have size {size}"
        for wanted, got in zip(self.shape or (), shape, strict=False):
            if wanted is not None and got is not None and wanted != got:
                return f"expected an input of shape {self.shape}"
        return None

    def _fits_squeezed(self, shape: Shape) -> bool:
        if not self.allow_last_axis_squeeze or self.shape is None:
            return False
        return (self.shape[-1:] == (1,) and shape == self.shape[:-1]) or (
            shape[-1:] == (1,) and shape[:-1] == self.shape
        )


def check_inputs(spec: Nested[InputSpec] | None, inputs: TensorTree, layer_name: str) -> None:
    """Compare a layer's inputs with its input_spec.

    Raises:
        ValueError: naming the layer, the shape that came and the one expected.
    """
    specs = spec if isinstance(spec, (list, tuple)) else tree.flatten(spec) if isinstance(spec, dict) else [spec]
    leaves = tree.flatten(inputs)
    if isinstance(spec, dict) and isinstance(inputs, dict):
        specs, leaves = list(spec.values()), [inputs.get(name) for name in spec]
    if len(specs) != len(leaves):
        if not isinstance(spec, (list, tuple, dict)):
            return
        raise ValueError(f"Layer {layer_name!r} takes {len(specs)} inputs and got {len(leaves)}.")
    for index, (one, leaf) in enumerate(zip(specs, leaves, strict=True)):
        if one is None or leaf is None or not hasattr(leaf, "shape"):
            continue
        shape = shape_of(leaf)
        complaint = one.complaint(shape)
        if complaint:
            where = f" {index}" if len(leaves) > 1 else ""
            raise ValueError(
                f"Layer {layer_name!r}: {complaint}, but input{where} has shape {shape}. "
                "Change the data's shape, or the layer before this one (or its input_shape)."
            )
