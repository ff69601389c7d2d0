"""Methods of models that write them to files, and read weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core.argument_checks import checked

if TYPE_CHECKING:
    from keras_core.saving.protocol import SavableModel
    from keras_core.typing import FileLike, PathLike, TensorTree


class SavingMethods:
    """The part of `Model` that is saved and exported."""

    def to_json(self: SavableModel, **kwargs: Any) -> str:
        """The architecture as JSON, for `model_from_json`."""
        from keras_core.saving.json_config import model_to_json

        return model_to_json(self, **kwargs)

    def to_yaml(self: SavableModel, **kwargs: Any) -> str:
        """The architecture as YAML, for `model_from_yaml` of Keras 2; keras-legacy and PyYAML write it."""
        from keras_core.saving.older_configs import model_to_yaml

        return model_to_yaml(self, **kwargs)

    @checked
    def save(
        self: SavableModel,
        filepath: FileLike,
        overwrite: bool = True,
        include_optimizer: bool = True,
        zipped: bool | None = None,
        **kwargs: Any,
    ) -> None:
        """Save architecture, weights and training state to a `.keras` file; see `keras.saving.save_model`."""
        from keras_core.saving import save_model

        save_model(self, filepath, overwrite, include_optimizer, zipped, **kwargs)

    @checked
    def save_weights(
        self: SavableModel,
        filepath: FileLike,
        overwrite: bool = True,
        max_shard_size: float | None = None,
        **kwargs: Any,
    ) -> None:
        """Save the weights to a `.weights.h5` file; see `keras.saving.save_weights`."""
        from keras_core.saving import save_weights

        save_weights(self, filepath, overwrite, max_shard_size, **kwargs)

    @checked
    def load_weights(
        self: SavableModel, filepath: FileLike, skip_mismatch: bool = False, by_name: bool = False, **kwargs: Any
    ) -> None:
        """Load weights that `save_weights`, upstream Keras 3 or, with keras-legacy, Keras 2 wrote."""
        from keras_core.saving import load_weights

        load_weights(self, filepath, skip_mismatch=skip_mismatch, by_name=by_name, **kwargs)

    @checked
    def export(
        self: SavableModel,
        filepath: PathLike,
        format: str | None = None,
        verbose: bool | None = None,
        input_signature: TensorTree = None,
        **kwargs: Any,
    ) -> None:
        """Write what the model predicts as a program that other tools run without Keras.

        The written program is run before it is kept, and compared with `predict`; the model itself does not change.

        Args:
            filepath: the file or folder to write.
            format: "onnx" or "openvino" of keras-export, "tf_saved_model" or "litert" of keras-backend-tf, "torch" of
                keras-backend-torch, "stablehlo" of keras-backend-jax, or that of another installed package. Defaults to
                None, which is what the path's ending says, and for a path without one a SavedModel.
            verbose: whether to say what was written. Defaults to None, for no.
            input_signature: a list with an `InputSpec`, a `Spec` or nested ones for each argument. Defaults to None:
                those of a functional or built Sequential model are known.
            **kwargs: ``sample``, the arrays to compare on, by default random ones; ``overwrite``, whether an existing
                file is replaced; and options of the format.

        Raises:
            keras_core.exporting.ExportError: where the format cannot hold a layer, which it names, or where the program
                gives other numbers than `predict`, by more than 1e-4. Nothing is written then.
            ValueError: for a model that is not built, and a format that is not installed, with its package.
        """
        from keras_core.exporting import export_model

        export_model(self, filepath, format, verbose, input_signature, **kwargs)
