"""Models written as programs: recorded, written by the format's package, compared with the model, then kept."""

from __future__ import annotations

import os
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from keras_core.exporting.checking import differences
from keras_core.exporting.endpoint import Endpoint
from keras_core.exporting.errors import ExportError
from keras_core.saving.atomic import refuse_overwriting, replacing
from keras_core.saving.formats import FormatSpec, for_program

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    import numpy as np

    from keras_core.backend.protocol import VariableLike
    from keras_core.typing import PathLike, TensorTree

    Runner = Callable[[Sequence[np.ndarray]], list[np.ndarray]]


class Program:
    """What a writer of a format gets: functions, each of which can be recorded as a graph of ops.

    Args:
        name: of the model.
        endpoints: by their names; formats of one function take the only one.
        collections: variables that the program is to list, by the name of the list. Defaults to None, for none.
    """

    def __init__(
        self, name: str, endpoints: Sequence[Endpoint], collections: Mapping[str, Sequence[VariableLike]] | None = None
    ) -> None:
        self.name = name
        self.collections = dict(collections or {})
        self.endpoints = {one.name: one for one in endpoints}

    def only(self, format: str) -> Endpoint:
        """The one function that it has.

        Args:
            format: the name of the format, for the message.

        Raises:
            ExportError: where it has several.
        """
        if len(self.endpoints) != 1:
            raise ExportError(
                f"The format '{format}' holds one function, and there are {len(self.endpoints)}: "
                f"{', '.join(self.endpoints)}. Write each to a file of its own."
            )
        return next(iter(self.endpoints.values()))


def export_model(
    model: Any,
    filepath: PathLike,
    format: str | None = None,
    verbose: bool | None = None,
    input_signature: TensorTree = None,
    sample: TensorTree = None,
    overwrite: bool = True,
    **options: Any,
) -> None:
    """Write what a model predicts as a program of another tool; see `Model.export`.

    Args:
        model: a built model.
        filepath: the file or folder to write.
        format: the name of a format; None for the one of the path's ending.
        verbose: whether to say what was written.
        input_signature: specs of the arguments; None for those that the model knows.
        sample: arrays to compare on; None makes some.
        overwrite: whether an existing file is replaced. Defaults to True.
        **options: those of the format.

    Raises:
        ExportError: where the format cannot hold the model, or its program gives something else.
        ValueError: for a format that is not installed, and a model that is not built.
    """
    if not getattr(model, "built", True):
        raise ValueError(f"Model '{model.name}' is not built: call it on data, or build(input_shape), before export().")
    signature = one_entry_an_argument(model, input_signature)
    endpoint = Endpoint("serve", model, signature, sample)
    export_program(Program(model.name, [endpoint]), filepath, format, verbose, overwrite, **options)


def export_program(
    program: Program,
    filepath: PathLike,
    format: str | None = None,
    verbose: bool | None = None,
    overwrite: bool = True,
    **options: Any,
) -> None:
    """Write functions as a program of another tool. It is run before it takes its place, and compared.

    Args:
        program: what to write.
        filepath: the file or folder to write.
        format: the name of a format; None for the one of the path's ending.
        verbose: whether to say what was written. Defaults to None, for no.
        overwrite: whether an existing file is replaced. Defaults to True.
        **options: those of the format.

    Raises:
        ExportError: where the format cannot hold it, or the written program gives something else.
        ValueError: for a format that is not installed.
        FileExistsError: for an existing file with `overwrite=False`.
    """
    path = os.fspath(filepath)
    spec = for_program(path, format)
    files = [path.removesuffix(spec.parts[0]) + one for one in spec.parts] if spec.parts and spec.fits(path) else [path]
    for one in files:
        refuse_overwriting(one, overwrite)
    with ExitStack() as stack:
        temporary = [stack.enter_context(replacing(one)) for one in files]
        spec.write(program, temporary[0], **options)
        _compare(program, temporary[0], spec)
        if len(files) > 1:
            _take_apart(temporary[0], spec.parts, temporary)
    if verbose:
        functions = ", ".join(map(_line, program.endpoints.values()))
        print(f"'{path}' has {program.name} in the format {spec.name}: {functions}")


def one_entry_an_argument(model: Any, signature: TensorTree) -> TensorTree:
    """The signature as `export_graph` takes it; that of a graph's several inputs may stand without a list around it.

    Args:
        model: whose signature it is.
        signature: as the user gave it.
    """
    known = model.input if getattr(model, "inputs", None) is not None else None
    if not isinstance(signature, (list, tuple)) or known is None:
        return signature if signature is None or isinstance(signature, (list, tuple)) else [signature]
    several = isinstance(known, (list, tuple)) and len(known) > 1
    return [list(signature)] if several and len(signature) == len(known) else signature


def _take_apart(folder: Path, endings: Sequence[str], places: Sequence[Path]) -> None:
    """Move the files of a folder, one for each ending, to places of their own, of which one may be the folder's."""
    aside = folder.rename(folder.with_name(f"{folder.name}.parts"))
    for ending, place in zip(endings, places, strict=True):
        next(aside.glob(f"*{ending}")).rename(place)
    aside.rmdir()


def _compare(program: Program, path: Path, spec: FormatSpec) -> None:
    for endpoint in program.endpoints.values():
        runner: Runner = spec.read(path, endpoint)
        for again in (False, True):
            arrays = endpoint.samples(again)
            try:
                found = runner(arrays)
                apart = differences(found, endpoint.expected(arrays))
            except Exception as error:
                raise ExportError(
                    f"'{program.name}' in the format {spec.name} does not run on arrays of shapes "
                    f"{[one.shape for one in arrays]}, and nothing was written. If the model does not take them "
                    f"either, give sample=, arrays that it takes. {type(error).__name__}: {error}"
                ) from error
            for name, (distance, limit) in zip(endpoint.output_names, apart, strict=True):
                if distance > limit:
                    raise ExportError(
                        f"'{program.name}' in the format {spec.name} differs from predict() by {distance:.3g} in "
                        f"'{name}', more than {limit:g}. Nothing was written."
                    )


def _line(endpoint: Endpoint) -> str:
    takes = ", ".join(
        f"{name}: {value.dtype}{list(value.shape)}"
        for name, value in zip(endpoint.input_names, endpoint.inputs, strict=True)
    )
    return f"{endpoint.name}({takes}) -> {', '.join(endpoint.output_names)}"
