"""Programs compiled by ``torch.compile``, for models compiled with ``jit_compile=True``.

On a GPU the compiled program is also captured as a CUDA graph.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from keras_backend_torch.compiler.recording import Recording, all_calls
from keras_backend_torch.framework import torch

if TYPE_CHECKING:
    from keras_core.typing import Tensor

Program = Callable[..., "list[Tensor]"]

_ADVICE = (
    "jit_compile=True compiles with torch.compile, which needs a C++ compiler (g++ or clang++) for a CPU and "
    "Triton for a GPU. Install it, or leave jit_compile at its default: the model then runs without compiling."
)


def compiled(step: Program, recording: Recording) -> Program:
    """`step` compiled at its first call.

    Args:
        step: a program that calls kernels by overload.
        recording: what it was generated from.

    Raises:
        RuntimeError: by that call, when there is no compiler; it says what to install.
    """
    mode = "reduce-overhead" if is_entirely_on("cuda", recording) else None
    fast = torch.compile(step, dynamic=False, mode=mode)
    graphs = mode is not None

    def run(*given: Any) -> list[Tensor]:
        try:
            results = fast(*given)
        except Exception as error:
            if not _is_missing_compiler(error):
                raise
            raise RuntimeError(_ADVICE) from error
        return [one.clone() for one in results] if graphs else list(results)  # a CUDA graph overwrites its outputs

    return run


def is_entirely_on(kind: str, recording: Recording) -> bool:
    """Whether all tensors are on devices of one kind, as in a CUDA graph: a key of random numbers is not.

    Args:
        kind: PyTorch's name, such as "cuda".
        recording: whose tensors.
    """
    calls = list(all_calls(recording.calls))
    values = {*recording.inputs, *recording.reads.values()}.union(*(call.uses() for call in calls))
    values.update(value for call in calls for value in call.results if value is not None)
    return {recording.fakes[value].device.type for value in values} == {kind}


def _is_missing_compiler(error: BaseException | None) -> bool:
    """Whether an error or one of its causes says that there is no compiler."""
    names = ("InvalidCxxCompiler", "TritonMissing", "CppCompileError")
    while error is not None:
        if type(error).__name__ in names or isinstance(error, FileNotFoundError):
            return True
        error = getattr(error, "inner_exception", None) or error.__cause__
    return False


def repeated(step: Program, positions: Sequence[int], reads: int, kept: int, stacked: bool = False) -> Program:
    """``steps(rows, *carried, *arrays)`` by one call of `step` for each row.

    Args:
        step: from the values read and a batch to the values written and outputs.
        positions: for each value written, its position among the carried ones.
        reads: how many of the carried values, from the first on, `step` reads.
        kept: how many values are carried.
        stacked: whether the outputs of all steps are wanted, stacked, and not those of the last. Defaults to False.
    """
    count = len(positions)

    def steps(rows: Any, *given: Tensor) -> list[Tensor]:
        carried, arrays = list(given[:kept]), given[kept:]
        results: list[Tensor] = []
        outputs: list[list[Tensor]] = []
        for row in rows:
            results = step(*carried[:reads], *(torch.index_select(one, 0, row.to(one.device)) for one in arrays))
            for position, value in zip(positions, results, strict=False):
                carried[position] = value
            if stacked:
                outputs.append(results[count:])
        return [*results[:count], *map(torch.stack, zip(*outputs, strict=True))] if stacked else results

    return steps


__all__ = ["compiled", "is_entirely_on", "repeated"]
