"""Whether a call of a layer trains: as it was told, or the call around it, or by the layer's default."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core.layers.tracking import raise_version

if TYPE_CHECKING:
    from keras_core.layers.call_context import CallContext
    from keras_core.layers.call_signature import CallSignature


class TrainingMode:
    """The part of `Layer` that settles what `training` is in a call."""

    _default_training: bool | None = None

    @property
    def default_training(self) -> bool | None:
        """What a call uses that is told nothing about `training`, by its arguments or the call around it.

        None leaves it to `call`. Setting it does not act on the layers inside, each of which has its own; one without
        follows the call around it. Nothing of it is saved, and symbolic calls do not look at it.

        Example:
            >>> import numpy as np
            >>> from keras_core import Layer
            >>> class Mode(Layer):
            ...     def call(self, x, training=None):
            ...         return x + 1 if training else x
            >>> layer = Mode()
            >>> layer.default_training = True
            >>> x = np.zeros(1, "float32")
            >>> float(layer(x)[0]), float(layer(x, training=False)[0])
            (1.0, 0.0)
        """
        return self._default_training

    @default_training.setter
    def default_training(self, value: bool | None) -> None:
        if value is not self._default_training:
            self._default_training = value
            raise_version()

    def _settle_training(
        self,
        signature: CallSignature,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        context: CallContext,
        symbolic: bool,
    ) -> tuple[Any, bool]:
        """Whether a call trains, and whether that is presumed; passed on to a `call` that asks.

        It does as it was told, else as the call around it, unless that was told nothing either and the layer has a
        default of its own.
        """
        given = signature.given_training(args)
        told = kwargs.get("training") if given is None else given
        training, presumed = told, False
        if told is None:
            training, presumed = context.training, context.presumed
            if self._default_training is not None and (training is None or presumed) and not symbolic:
                training, presumed = self._default_training, True
        if signature.training and given is None:
            kwargs["training"] = training
        elif not signature.training and not signature.variadic:
            kwargs.pop("training", None)
        return training, presumed
