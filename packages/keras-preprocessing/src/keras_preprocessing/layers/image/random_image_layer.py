"""Base of layers that change pictures at random."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops, random

from keras_preprocessing.layers.image.base_image_preprocessing_layer import BaseImagePreprocessingLayer

if TYPE_CHECKING:
    from typing import TypeAlias

    from keras_core.typing import Tensor

    Seed: TypeAlias = int | random.SeedGenerator | Tensor | None


class RandomImageLayer(BaseImagePreprocessingLayer):
    """A layer with a random state, from which it draws what is done to each picture.

    Args:
        *args: `factor`, `bounding_box_format` and `data_format` of `BaseImagePreprocessingLayer`.
        seed: an integer that makes the draws reproducible; None draws a seed. Defaults to None.
        **kwargs: arguments of `BaseImagePreprocessingLayer`.
    """

    def __init__(self, *args: Any, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.seed = seed
        self.generator = random.SeedGenerator(seed)

    def draw(self, shape: tuple[Any, ...], bounds: tuple[float, float] = (0.0, 1.0), seed: Seed = None) -> Tensor:
        """Numbers spread evenly between bounds, in float32.

        Args:
            shape: shape of the tensor.
            bounds: lower and upper bound. Defaults to (0.0, 1.0).
            seed: what `get_random_transformation` was given; None takes the layer's generator. Defaults to None.
        """
        return random.uniform(
            shape, *bounds, dtype="float32", seed=self._get_seed_generator() if seed is None else seed
        )

    def stream(self, seed: Seed = None) -> Seed:
        """What several draws take one after another, none of them like another.

        Args:
            seed: what `get_random_transformation` was given; None takes the layer's generator. Defaults to None.
        """
        if seed is None:
            return self._get_seed_generator()
        return random.SeedGenerator(seed) if isinstance(seed, int) else seed

    def draw_pairs(
        self, batch: Any, first: tuple[float, float], second: tuple[float, float], seed: Seed = None
    ) -> tuple[Tensor, Tensor]:
        """Two numbers for each picture, spread evenly between bounds of their own, in one draw.

        Args:
            batch: number of the pictures.
            first: lower and upper bound of the first number.
            second: the same of the second.
            seed: as for `draw`.
        """
        drawn = self.draw((2, batch), seed=seed)
        one, other = (
            ops.add(ops.multiply(drawn[k], upper - lower), lower) for k, (lower, upper) in enumerate((first, second))
        )
        return one, other

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "seed": self.seed}
