"""Low-rank adaptation (LoRA) of a layer's large weight."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import Layer, Operand, Variable, initializers, ops

from keras_layers.checks import describe

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from keras_core.typing import PositiveInt, Shape, Tensor


class AdaptedWeight:
    """An attribute for a weight, which with low-rank adaptation gives the sum of the weight and the product.

    The variable itself is where attributes are, so that files and listings of weights know nothing of this.
    """

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, layer: Any, owner: type | None = None) -> Any:
        try:
            found = vars(layer)[self._name]
        except (KeyError, TypeError):
            raise AttributeError(f"{getattr(owner, '__name__', owner)!r} has no attribute {self._name!r}") from None
        return layer._merged_with_low_rank(found) if layer.lora_enabled else found  # noqa: SLF001

    def __set__(self, layer: Any, value: Any) -> None:
        vars(layer)[self._name] = value


class LowRankAdapted(Layer):
    """Base of layers of which one weight may be frozen and a product of two small matrices trained in its place.

    The layer computes with ``weight + lora_alpha / lora_rank * a @ b``, where `a` has the weight's axes but for the
    last, and then `rank`, and `b` is ``(rank, last axis)``. A class names the weight in `_adapted_weight`, makes an
    `AdaptedWeight` of it, ends its `build` with `_build_low_rank`, and uses `_frozen_weight`, `_low_rank_factors` and
    `_low_rank_scale` where it is faster to multiply by one small matrix after the other than by their product.

    Reference: Hu et al., 2021, https://arxiv.org/abs/2106.09685
    """

    _adapted_weight = "kernel"
    lora_enabled = False
    """Whether the weight is frozen and the product trained."""
    lora_rank: int | None = None
    lora_alpha: float | None = None
    _zeroed = "b"

    def _set_low_rank(self, rank: PositiveInt | None, alpha: float | None) -> None:
        """Note the constructor's arguments.

        Args:
            rank: see `enable_lora`; None builds the layer without.
            alpha: see `enable_lora`.
        """
        self.lora_rank = rank
        self.lora_alpha = rank if alpha is None else alpha

    def _build_low_rank(self) -> None:
        """Make the weights of the adaptation, where the constructor was given a rank."""
        if self.lora_rank:
            self._adapt(self.lora_rank, self.lora_alpha, "he_uniform", "zeros")

    def enable_lora(
        self,
        rank: PositiveInt,
        lora_alpha: float | None = None,
        a_initializer: Any = "he_uniform",
        b_initializer: Any = "zeros",
    ) -> None:
        """Freeze the large weight, and train a product of two small matrices that is added to it (LoRA).

        A model that is compiled already has to be compiled again, so that its optimizer learns of the new weights.
        Files hold the sum, as if the layer had always had it: they fit layers with and without the adaptation, which
        goes on from the sum and a product of zeros.

        Args:
            rank: size of the axis along which the two matrices are multiplied, a positive integer.
            lora_alpha: the product is multiplied by ``lora_alpha / rank``; None is that of the constructor, or `rank`.
                Defaults to None.
            a_initializer: initializer of the first matrix, a name or an instance. Defaults to "he_uniform".
            b_initializer: initializer of the second matrix, a name or an instance. Defaults to "zeros".

        Raises:
            ValueError: if the layer is not built, has the adaptation already, or a constraint on the weight, or if
                `rank` is not a positive integer.

        Example:
            >>> from keras_layers import Dense
            >>> layer = Dense(5)
            >>> layer.build((None, 4))
            >>> layer.enable_lora(2)
            >>> [(weight.name, weight.shape) for weight in layer.trainable_weights]
            [('bias', (5,)), ('lora_kernel_a', (4, 2)), ('lora_kernel_b', (2, 5))]

        Reference: Hu et al., 2021, https://arxiv.org/abs/2106.09685
        """
        if not self.built:
            raise ValueError(
                f"{describe(self)}: enable_lora() needs the weights. Call the layer on data, or build(input_shape), "
                "before; or construct it with lora_rank."
            )
        if self.lora_enabled:
            raise ValueError(
                f"{describe(self)}: LoRA is enabled already, with rank {self.lora_rank}. To change it, save the "
                "weights, and load them into a layer that is made anew."
            )
        if not isinstance(rank, int) or isinstance(rank, bool) or rank < 1:
            raise ValueError(f"{describe(self)}: rank must be a positive integer, got {rank!r}.")
        self._adapt(rank, self.lora_alpha if lora_alpha is None else lora_alpha, a_initializer, b_initializer)

    def _adapt(self, rank: int, alpha: float | None, a_initializer: Any, b_initializer: Any) -> None:
        name, weight = self._adapted_weight, self._frozen_weight
        if weight.constraint is not None:
            raise ValueError(
                f"{describe(self)}: LoRA cannot keep to {name}_constraint, since {name} itself is not trained. "
                "Leave the constraint out."
            )
        prefix = weight.path.rpartition("/")[0]
        shapes: dict[str, tuple[Shape, Any]] = {
            "a": ((*weight.shape[:-1], rank), initializers.get(a_initializer)),
            "b": ((rank, weight.shape[-1]), initializers.get(b_initializer)),
        }
        for side, (shape, initializer) in shapes.items():
            factor = self.add_weight(
                shape=shape,
                name=f"lora_{name}_{side}",
                initializer=initializer,
                dtype="float32" if weight.dtype in ("float16", "bfloat16") else weight.dtype,
                regularizer=weight.regularizer,
            )
            factor.path = f"{prefix}/{factor.name}" if prefix else factor.name
            setattr(self, factor.name, factor)
        weight.trainable = False
        self._zeroed = "a" if isinstance(shapes["a"][1], initializers.Zeros) else "b"
        self.lora_rank = rank
        self.lora_alpha = rank if alpha is None else alpha
        self.lora_enabled = True

    @property
    def _frozen_weight(self) -> Variable:
        """The large weight itself."""
        variable: Variable = vars(self)[self._adapted_weight]
        return variable

    @property
    def _low_rank_factors(self) -> tuple[Variable, Variable]:
        """The two small weights."""
        return getattr(self, f"lora_{self._adapted_weight}_a"), getattr(self, f"lora_{self._adapted_weight}_b")

    @property
    def _low_rank_scale(self) -> float:
        """By what the product is multiplied."""
        assert self.lora_rank is not None
        assert self.lora_alpha is not None
        return self.lora_alpha / self.lora_rank

    def _low_rank_scaled(self, value: Tensor) -> Tensor:
        """A factor, or what was computed with one, times `_low_rank_scale`.

        Args:
            value: a tensor.
        """
        return value if self._low_rank_scale == 1 else ops.multiply(value, self._low_rank_scale)

    def _merged_with_low_rank(self, weight: Variable) -> Tensor:
        """The sum of the weight and the product.

        Args:
            weight: the large weight.
        """
        a, b = self._low_rank_factors
        return ops.cast(ops.add(weight, ops.matmul(a, self._low_rank_scaled(b))), weight.dtype)

    # -- files

    def _variables_in_files(self) -> list[Variable]:
        own = super()._variables_in_files()
        if not self.lora_enabled:
            return own
        factors = set(map(id, self._low_rank_factors))
        return [variable for variable in own if id(variable) not in factors]

    def _arrays_in_files(self) -> Iterator[np.ndarray]:
        merged = self._merged_arrays() if self.lora_enabled else {}
        for variable in self._variables_in_files():
            yield merged[id(variable)] if id(variable) in merged else variable.numpy()

    def _merged_arrays(self) -> dict[int, np.ndarray]:
        """The sum of the weight and the product, as arrays of what the weight is made of; none for nothing."""
        a, b = (factor.numpy() for factor in self._low_rank_factors)
        product = np.float32(self._low_rank_scale) * (a @ b)
        weight: Variable | Operand = vars(self)[self._adapted_weight]
        if not product.any():
            return {}
        if isinstance(weight, Operand):
            return {id(part): array for part, array in weight.arrays_with(product)}
        value = weight.numpy()
        return {id(weight): (value + product).astype(value.dtype)}

    def _take_arrays(self, store: Mapping[str, Any]) -> None:
        super()._take_arrays(store)
        if self.lora_enabled:
            zeroed = self._low_rank_factors["ab".index(self._zeroed)]
            zeroed.assign(np.zeros(zeroed.shape, "float32"))

    def get_config(self) -> dict[str, Any]:
        config = super().get_config()
        if self.lora_rank:
            config |= {"lora_rank": self.lora_rank, "lora_alpha": self.lora_alpha}
        return config
