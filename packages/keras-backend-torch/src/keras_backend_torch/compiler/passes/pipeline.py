"""All passes in order."""

from __future__ import annotations

import dataclasses

from keras_backend_torch.compiler.passes.choices import simplify_choices
from keras_backend_torch.compiler.passes.clamps import fuse_clamps
from keras_backend_torch.compiler.passes.constants import equal_constants, fold_constants
from keras_backend_torch.compiler.passes.fused_adam import fuse_adam
from keras_backend_torch.compiler.passes.kernels import arrange_kernels
from keras_backend_torch.compiler.passes.means import sum_means
from keras_backend_torch.compiler.passes.products import (
    fuse_bias_into_convolutions,
    fuse_bias_into_products,
    unbatch_single_products,
)
from keras_backend_torch.compiler.passes.purity import PureCalls, renamed
from keras_backend_torch.compiler.passes.reductions import begin_reductions_early
from keras_backend_torch.compiler.passes.subexpressions import eliminate_common_subexpressions
from keras_backend_torch.compiler.passes.views import merge_views, move_views_after_elementwise, remove_no_op_views
from keras_backend_torch.compiler.recording import Call, Recording, Value, live_calls


def optimized(recording: Recording, fuse: bool = True) -> Recording:
    """The recording after all passes; its results are the same.

    Args:
        recording: what was recorded.
        fuse: whether to use fused kernels for an optimizer's steps, in place of what `torch.compile` would generate.
    """
    constants = dict(recording.constants)
    live_out = {*recording.outputs, *recording.writes.values()}
    pure = PureCalls(recording)
    calls = renamed(recording.calls, equal_constants(constants, live_out))
    calls = fold_constants(calls, constants, pure, recording.fakes)
    calls = renamed(calls, equal_constants(constants, live_out))
    calls = unbatch_single_products(calls, recording, pure, live_out)
    calls = merge_views(calls, recording, pure, live_out)
    calls = eliminate_common_subexpressions(calls, pure, live_out)
    calls = remove_no_op_views(calls, recording, pure, live_out)
    calls = fuse_bias_into_products(live_calls(calls, list(live_out)), recording, pure, live_out)
    calls = merge_views(calls, recording, pure, live_out)
    calls = fuse_bias_into_convolutions(calls, recording, live_out)
    calls = fuse_clamps(calls, recording, constants, pure, live_out)
    calls = simplify_choices(calls, recording, pure, live_out)
    calls = sum_means(calls, recording, constants, pure, live_out)
    calls = live_calls(calls, list(live_out))
    if fuse:
        calls = fuse_adam(calls, list(live_out), recording, constants)
        calls = _with_fewer_views(calls, recording, live_out)
        calls = live_calls(arrange_kernels(calls, recording), list(live_out))
    calls = begin_reductions_early(calls, recording)
    used = {value for call in calls for value in call.uses()} | live_out
    kept = {value: tensor for value, tensor in constants.items() if value in used}
    return dataclasses.replace(recording, calls=calls, constants=kept)


def _with_fewer_views(calls: list[Call], recording: Recording, live_out: set[Value]) -> list[Call]:
    """The calls with elementwise ones on matrices in place of views of these, if that makes fewer calls."""
    pure = PureCalls(dataclasses.replace(recording, calls=calls))
    changed = move_views_after_elementwise(calls, recording, pure, live_out)
    changed = merge_views(changed, recording, pure, live_out)
    changed = eliminate_common_subexpressions(changed, pure, live_out)
    changed = remove_no_op_views(changed, recording, pure, live_out)
    return min(live_calls(changed, list(live_out)), calls, key=len)


__all__ = ["optimized"]
