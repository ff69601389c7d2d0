"""ExportArchive: several functions in one program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core.exporting.endpoint import Endpoint
from keras_core.exporting.errors import ExportError
from keras_core.exporting.export import Program, export_program, one_entry_an_argument
from keras_core.saving.formats import FOLDER_OF_PROGRAMS
from keras_core.staging.variable import Variable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from keras_core.typing import PathLike, TensorTree


class ExportArchive:
    """Functions that are exported together, with the variables that they share.

    The functions are recorded when they are added and compared when the archive is written, as by `Model.export`.

    Args:
        format: the format to write, one that holds several functions; "saved_model" for TensorFlow's, of
            keras-backend-tf. Defaults to "saved_model".
        **kwargs: options of the format.

    Attributes:
        endpoint_names: of the functions that were added.

    Example:
        >>> from keras_core import Input, Sequential, Spec, exporting, ops
        >>> archive = exporting.ExportArchive()
        >>> doubled = archive.add_endpoint("doubled", lambda x: 2 * x, [Spec((None, 3))])
        >>> archive.endpoint_names
        ['doubled']
    """

    def __init__(self, format: str = "saved_model", **kwargs: Any) -> None:
        self._format = FOLDER_OF_PROGRAMS if format == "saved_model" else format
        self._options = kwargs
        self._endpoints: dict[str, Endpoint] = {}
        self._collections: dict[str, list[Variable]] = {}
        self._tracked: list[Any] = []

    @property
    def endpoint_names(self) -> list[str]:
        """The functions that were added, in order."""
        return list(self._endpoints)

    def track(self, resource: Any) -> None:
        """Count the variables of a layer or model among those of the archive.

        Functions bring the variables that they read without this.

        Args:
            resource: a built layer or model.

        Raises:
            ValueError: for one that is not built.
        """
        if not getattr(resource, "built", True):
            raise ValueError(f"'{resource.name}' is not built: call it on data before it is tracked.")
        if resource not in self._tracked:
            self._tracked.append(resource)

    def add_endpoint(
        self, name: str, fn: Any, input_signature: TensorTree = None, **kwargs: Any
    ) -> Callable[..., TensorTree]:
        """Add a function.

        Args:
            name: what it is called in the program.
            fn: a model or layer, which is called as it predicts, or a function of tensors by ops of `keras.ops`.
            input_signature: a list with an `InputSpec`, a `Spec` or nested ones for each argument; None for what a
                functional or built Sequential model knows.
            **kwargs: ``sample``, arrays to compare on.

        Returns:
            `fn`.

        Raises:
            ValueError: for a name that is taken, and a signature that is missing.
        """
        if name in self._endpoints:
            raise ValueError(f"There is an endpoint '{name}' already; the archive has {', '.join(self._endpoints)}.")
        sample = kwargs.pop("sample", None)
        if kwargs:
            raise TypeError(f"add_endpoint() does not take {', '.join(kwargs)}.")
        self._endpoints[name] = Endpoint(name, fn, one_entry_an_argument(fn, input_signature), sample)
        return fn  # type: ignore[no-any-return]

    def track_and_add_endpoint(
        self, name: str, resource: Any, input_signature: TensorTree = None, **kwargs: Any
    ) -> None:
        """`track` a layer or model, and add it as a function.

        Args:
            name: what it is called in the program.
            resource: the layer or model.
            input_signature: as for `add_endpoint`.
            **kwargs: as for `add_endpoint`.
        """
        self.track(resource)
        self.add_endpoint(name, resource, input_signature, **kwargs)

    def add_variable_collection(self, name: str, variables: Iterable[Variable]) -> None:
        """Give variables a name under which the program lists them.

        Args:
            name: of the list.
            variables: the variables.

        Raises:
            ValueError: for something else than variables.
        """
        listed = list(variables)
        if not all(isinstance(one, Variable) for one in listed):
            raise ValueError(f"Collection '{name}' must hold variables, got {listed!r}.")
        self._collections[name] = listed

    @property
    def variables(self) -> list[Variable]:
        """What is tracked, and what functions read."""
        found: dict[Any, None] = {}
        for resource in self._tracked:
            found |= dict.fromkeys(resource.variables)
        for endpoint in self._endpoints.values():
            found |= dict.fromkeys(endpoint.reads)
        return list(found)

    @property
    def trainable_variables(self) -> list[Variable]:
        """Those of `variables` that training changes."""
        return [one for one in self.variables if one.trainable]

    @property
    def non_trainable_variables(self) -> list[Variable]:
        """Those of `variables` that training does not change."""
        return [one for one in self.variables if not one.trainable]

    def write_out(self, filepath: PathLike, options: Any = None, verbose: bool = True, **kwargs: Any) -> None:
        """Write the program, which is run and compared before it is kept.

        Args:
            filepath: the file or folder to write.
            options: of the format's own writer, such as `tf.saved_model.SaveOptions`. Defaults to None.
            verbose: whether to say what was written. Defaults to True.
            **kwargs: options of the format.

        Raises:
            ExportError: where the format cannot hold a function, or gives other numbers; and without functions.
            ValueError: for a format that is not installed.
        """
        if not self._endpoints:
            raise ExportError("The archive has no functions: add one by add_endpoint() before write_out().")
        given = {**self._options, **kwargs, **({} if options is None else {"options": options})}
        program = Program("ExportArchive", list(self._endpoints.values()), self._collections)
        export_program(program, filepath, self._format, verbose, **given)
