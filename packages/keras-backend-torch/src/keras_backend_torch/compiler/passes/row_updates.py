"""Adding to rows of a variable in its own memory, where that is the variable's new value.

PyTorch's `index_add` copies the whole table, of which a step changes a few rows. As a copy that is written into, as
with the fused kernel of Adam, `CodeGenerator.steps` makes it once for many steps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from keras_backend_torch.compiler.recording import Call, Recording, Value
from keras_backend_torch.framework import torch

if TYPE_CHECKING:
    from collections.abc import Sequence

aten = torch.ops.aten


def add_rows_in_place(calls: Sequence[Call], recording: Recording) -> list[Call]:
    """The calls with `index_add` as a copy and `index_add_`, if the variable's value is not used afterwards.

    Args:
        calls: calls in order.
        recording: what they were recorded from.
    """
    tables = {recording.reads[one]: new for one, new in recording.writes.items() if one in recording.reads}
    last = {value: place for place, call in enumerate(calls) for value in call.uses()}
    result: list[Call] = []
    for place, call in enumerate(calls):
        table = call.args[0] if call.kernel is aten.index_add.default else None
        new = call.results[0] if call.results else None
        if not isinstance(table, Value) or new is None or tables.get(table) != new or last[table] != place:
            result.append(call)
            continue
        result.append(Call(aten.clone.default, (table,), {}, [new], True))
        result.append(Call(aten.index_add_.default, (new, *call.args[1:]), call.kwargs, [], False))
    return result


__all__ = ["add_rows_in_place"]
