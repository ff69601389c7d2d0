"""What RandAugment and AugMix share: one of several layers, drawn at random, again and again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import backend, ops, tree

from keras_preprocessing.layers.encoding import describe
from keras_preprocessing.layers.image.auto_contrast import AutoContrast
from keras_preprocessing.layers.image.equalization import Equalization
from keras_preprocessing.layers.image.random_brightness import RandomBrightness
from keras_preprocessing.layers.image.random_color_degeneration import RandomColorDegeneration
from keras_preprocessing.layers.image.random_contrast import RandomContrast
from keras_preprocessing.layers.image.random_image_layer import RandomImageLayer
from keras_preprocessing.layers.image.random_posterization import RandomPosterization
from keras_preprocessing.layers.image.random_rotation import RandomRotation
from keras_preprocessing.layers.image.random_sharpness import RandomSharpness
from keras_preprocessing.layers.image.random_shear import RandomShear
from keras_preprocessing.layers.image.random_translation import RandomTranslation
from keras_preprocessing.layers.image.solarization import Solarization

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from keras_preprocessing.layers.image.base_image_preprocessing_layer import BaseImagePreprocessingLayer


_MOVING = 3  # so many layers at the beginning move pixels


class Policy(RandomImageLayer):
    """A layer that applies others, drawn at random for each batch; a layer draws for each picture what it does.

    Args:
        *args: `factor`, `bounding_box_format` and `data_format` of `BaseImagePreprocessingLayer`.
        value_range: the least and the greatest value of a pixel.
        interpolation: that of layers which move pixels.
        all_ops: whether brightness, colour, contrast and sharpness are among what is drawn. Defaults to True.
        **kwargs: arguments of `RandomImageLayer`.
    """

    _FACTOR_BOUNDS = (0, 1)
    _changes_at_once = False  # each of the layers has programs of its own, compiled when it is drawn first

    def __init__(
        self,
        *args: Any,
        value_range: Sequence[float],
        interpolation: str,
        all_ops: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        factor = self.factor
        common: dict[str, Any] = {
            "data_format": self.data_format,
            "bounding_box_format": self.bounding_box_format,
            "dtype": self.dtype_policy,
        }
        moved = {"interpolation": interpolation, "fill_mode": "reflect", **common}
        colored: dict[str, Any] = {"value_range": value_range, **common}
        bits = (1, max(1, int(8 * factor[1])))
        self.choices: list[BaseImagePreprocessingLayer] = [
            RandomShear(factor, factor, **moved),
            RandomTranslation(factor, factor, **moved),
            RandomRotation(factor, **moved),
            RandomPosterization(bits, **colored),
            Solarization(factor, factor, **colored),
            AutoContrast(**colored),
            Equalization(**colored),
        ]
        if all_ops:
            self.choices += [
                RandomBrightness(factor, **colored),
                RandomColorDegeneration(factor, **colored),
                RandomContrast(factor, **colored),
                RandomSharpness(factor, **colored),
            ]
        self.value_range = (min(value_range), max(value_range))
        self.interpolation = interpolation

    def draw_choices(self, data: Any, number: int, seed: Any, options: int) -> dict[str, Any]:
        """Which layer is applied in each step, and what each would do.

        Args:
            data: what the layer is called on.
            number: how many are drawn.
            seed: a generator.
            options: among how many it is drawn; what is not below the number of layers stands for none.
        """
        height, width = self.image_size(data)
        # Only the shape of what layers are called on matters to what they draw: all steps are drawn at once.
        pictures = ops.zeros((self.batch_size(data) * number, height, width, 1))
        if self.channels_axis == -3:
            pictures = ops.transpose(pictures, (0, 3, 1, 2))
        drawn = [layer.get_random_transformation(pictures, seed=seed) for layer in self.choices]
        which = ops.cast(ops.minimum(ops.floor(self.draw((number,), (0, options), seed)), options - 1), "int32")
        drawn = tree.map_structure(lambda x: _apart(x, number), drawn)
        if drawn[0] is not None:
            # Those that move pixels differ in their matrices alone, so that one branch does for all of them.
            shear, shift, turn = (one["matrix"] for one in drawn[:_MOVING])
            kind = ops.reshape(which, (-1, 1, 1))
            matrix = ops.where(ops.equal(kind, 0), shear, ops.where(ops.equal(kind, 1), shift, turn))
            drawn[_MOVING - 1] = {**drawn[0], "matrix": matrix}
        return {"which": ops.maximum(which - (_MOVING - 1), 0), "drawn": drawn[_MOVING - 1 :]}

    def apply_choice(self, step: Any, transform: str, value: Any, transformation: Any) -> Any:
        """What a step makes of pictures, masks or boxes.

        Args:
            step: number of the step: an int where it is known what was drawn, a tensor in a loop of a program.
            transform: name of the layers' method.
            value: what is changed.
            transformation: what `draw_choices` gave.
        """
        drawn = tree.map_structure(lambda x: _at(x, step), transformation["drawn"])

        def branch(layer: Any, what: Any) -> Callable[[Any], Any]:
            return lambda given: layer.changed(transform, given, what)

        layers = self.choices[_MOVING - 1 :]
        branches = [branch(layer, what) for layer, what in zip(layers, drawn, strict=True)]
        which = transformation["which"]
        index = int(ops.convert_to_numpy(which)[step]) if isinstance(step, int) else _at(which, step)
        return ops.switch(index, [*branches, lambda given: given], value)

    def repeated(self, number: int, body: Callable[[Any, Any], Any], value: Any, transformation: Any) -> Any:
        """``value = body(step, value)`` for each step: a loop of the program, or of Python where numbers are known.

        Args:
            number: how many steps there are.
            body: a function of a step's number and what is changed.
            value: what is changed.
            transformation: what `draw_choices` gave.
        """
        if not backend.active().is_concrete(transformation["which"]):
            return ops.fori_loop(0, number, body, value)
        for step in range(number):
            value = body(step, value)
        return value

    def checked_number(self, argument: str, value: Any) -> int:
        """A positive int.

        Raises:
            ValueError: for anything else.
        """
        if not isinstance(value, int) or value < 1:
            raise ValueError(f"{describe(self)}: {argument} must be a positive int, got {value!r}.")
        return value

    def get_config(self) -> dict[str, Any]:
        own = {"value_range": self.value_range, "interpolation": self.interpolation}
        return {**super().get_config(), **own}


def _at(x: Any, step: Any) -> Any:
    """What belongs to a step."""
    return ops.take(x, step, axis=0) if ops.is_tensor(x) and ops.ndim(x) else x


def _apart(x: Any, number: int) -> Any:
    """What was drawn for all steps at once, by steps."""
    if not ops.is_tensor(x) or not ops.ndim(x):
        return x
    return ops.reshape(x, (number, -1, *ops.shape(x)[1:]))
