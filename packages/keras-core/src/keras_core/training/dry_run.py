"""One step of training and one of validation, of which nothing is kept."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from keras_core import tree
from keras_core.callbacks.telling import tell
from keras_core.training.data import dtype_name
from keras_core.training.outputs import leaves
from keras_core.training.plan import first_batch, verbosity
from keras_core.training.undoing import undone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from keras_core.callbacks.history import History
    from keras_core.training.plan import FitPlan, Source
    from keras_core.training.programs import Programs
    from keras_core.training.state import TrainingState


def dry_run(
    run: Callable[..., History],
    state: TrainingState,
    programs: Programs,
    plan: FitPlan,
    source: Source,
    validation: Source | None,
) -> History:
    """Run what `fit` would run, for one batch of each, and tell of what shapes everything is.

    Args:
        run: runs the epochs of a plan.
        state: the state of the model's training, all of which is built.
        programs: the model's programs.
        plan: what `fit` was asked to do.
        source: one batch to train with.
        validation: one batch to validate with.

    Returns:
        The record of the one step.
    """
    started = time.perf_counter()
    with undone(state, programs):
        history = run(state, programs, replace(plan, verbose=0), source, validation)
    seconds = time.perf_counter() - started
    if verbosity(plan.verbose):
        tell("\n".join(_report(state, source, validation, history.history, seconds)))
    return history


def _report(
    state: TrainingState,
    source: Source,
    validation: Source | None,
    logs: Mapping[str, list[Any]],
    seconds: float,
) -> Iterator[str]:
    yield f"Dry run of model {state.model.name!r}: one step of training" + (
        " and one of validation." if validation is not None else "."
    )
    yield from _shapes("", source)
    for name, spec in zip(state.output_names(), leaves(state.output_specs), strict=True):
        yield f"  output {name}: {tuple(spec.shape)} {spec.dtype}"
    if validation is not None:
        yield from _shapes("validation ", validation)
    yield "  " + ", ".join(f"{name}: {values[-1]:.4g}" for name, values in logs.items() if _is_number(values[-1]))
    yield f"All is well. It took {seconds:.1f} s, with what compiling takes; everything is as it was before."


def _shapes(prefix: str, source: Source) -> Iterator[str]:
    for name, part in zip(("x", "y", "sample_weight"), first_batch(source), strict=True):
        paths = tree.flatten_with_path(part)
        for path, leaf in paths:
            if leaf is not None:
                place = "".join(f"[{key!r}]" for key in path)
                yield f"  {prefix}{name}{place}: {tuple(map(int, leaf.shape))} {dtype_name(leaf)}"


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float))
