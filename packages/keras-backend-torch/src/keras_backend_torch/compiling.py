"""Programs compiled by ``torch.compile``, for models that ask for it with ``jit_compile=True``.

On a GPU the compiled program is kept as a CUDA graph, too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from keras_core.typing import Tensor

from keras_backend_torch.framework import torch
from keras_backend_torch.tracing import Recording, every_call

Program = Callable[..., "list[Tensor]"]

_ADVICE = (
    "jit_compile=True compiles with torch.compile, which needs a C++ compiler (g++ or clang++) for a processor and "
    "Triton for a GPU. Install it, or leave jit_compile at its default: the model then runs without compiling."
)


def compiled(step: Program, recording: Recording) -> Program:
    """`step`, a program of `recording`, compiled at its first call.

    Raises:
        RuntimeError: by that call, when there is no compiler; it says what to install.
    """
    mode = "reduce-overhead" if lies_on("cuda", recording) else None
    fast = torch.compile(step, dynamic=False, mode=mode)
    graphs = mode is not None

    def run(*given: Any) -> list[Tensor]:
        try:
            results = fast(*given)
        except Exception as error:
            if not _is_missing_tool(error):
                raise
            raise RuntimeError(_ADVICE) from error
        return [one.clone() for one in results] if graphs else list(results)  # a CUDA graph writes them anew each time

    return run


def lies_on(kind: str, recording: Recording) -> bool:
    """Whether all tensors are on a device of this kind, as in a CUDA graph: a key of random numbers is not."""
    calls = list(every_call(recording.calls))
    values = {*recording.inputs, *recording.reads.values()}.union(*(call.uses() for call in calls))
    values.update(value for call in calls for value in call.results if value is not None)
    return {recording.specs[value].device.type for value in values} == {kind}


def _is_missing_tool(error: BaseException | None) -> bool:
    """Whether this, or what led to it, is the complaint about a compiler that is not there."""
    names = ("InvalidCxxCompiler", "TritonMissing", "CppCompileError")
    while error is not None:
        if type(error).__name__ in names or isinstance(error, FileNotFoundError):
            return True
        error = getattr(error, "inner_exception", None) or error.__cause__
    return False


def repeated(step: Program, positions: Sequence[int], reads: int, kept: int) -> Program:
    """``steps(rows, *carried, *arrays)`` by one call of `step` after the other.

    Args:
        step: from the values read and a batch to the values written and outputs.
        positions: for each value written, where it stands among the carried ones.
        reads: how many of the carried values, from the first on, `step` reads.
        kept: how many values are carried.
    """

    def steps(rows: Any, *given: Tensor) -> list[Tensor]:
        carried, arrays = list(given[:kept]), given[kept:]
        results: list[Tensor] = []
        for row in rows:
            results = step(*carried[:reads], *(torch.index_select(one, 0, row.to(one.device)) for one in arrays))
            for position, value in zip(positions, results, strict=False):
                carried[position] = value
        return results

    return steps
