"""What the layers named after cuDNN's kernels share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from keras_core import Layer

# Options of the recurrent layers that cuDNN's kernels do not have.
_OPTIONS = (
    "activation",
    "recurrent_activation",
    "use_bias",
    "dropout",
    "recurrent_dropout",
    "seed",
    "unroll",
    "reset_after",
    "zero_output_for_mask",
)


def refuse_options(layer: Layer, given: Mapping[str, Any]) -> None:
    """Refuse options that the kernel does not have.

    Args:
        layer: layer that is made.
        given: its further arguments.

    Raises:
        TypeError: naming the options.
    """
    wrong = [name for name in _OPTIONS if name in given]
    if wrong:
        cls = type(layer)
        raise TypeError(
            f"{cls.__name__} has no {', '.join(wrong)}: it is what cuDNN's kernel computes. "
            f"Use {cls.__mro__[1].__name__}, which takes any."
        )


def without_options(config: dict[str, Any]) -> dict[str, Any]:
    """A config without the options that the kernel does not have."""
    return {name: value for name, value in config.items() if name not in _OPTIONS}
