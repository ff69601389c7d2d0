"""What the layers with a kernel of its own at every place share."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from keras_conformance import Case, LayerContract


class LocallyConnectedContract(LayerContract):
    """The contract of a layer, with a sum over windows as reference."""

    @staticmethod
    def cases_of(rank: int) -> list[Case]:
        """Each implementation with both data formats."""
        space = (4, 3)[:rank]
        cases = []
        for implementation in (1, 2, 3):
            options: dict[str, Any] = {"filters": 2, "kernel_size": 2, "implementation": implementation}
            cases.append(Case((2, *space, 2), {**options, "data_format": "channels_last"}))
            cases.append(Case((2, 2, *space), {**options, "data_format": "channels_first", "use_bias": False}))
            if implementation > 1:
                cases.append(Case((2, *space, 1), {**options, "padding": "same", "strides": 2}))
        return cases

    def reference(
        self,
        inputs,
        weights,
        filters,
        kernel_size,
        implementation,
        data_format="channels_last",
        use_bias=True,
        padding="valid",
        strides=1,
    ):
        kernel, bias = (*weights, 0.0)[:2]
        first = data_format == "channels_first"
        x = np.moveaxis(inputs, 1, -1) if first else inputs
        *space, channels = x.shape[1:]
        rank = len(space)
        same = padding == "same"
        places = [-(-n // strides) if same else (n - kernel_size) // strides + 1 for n in space]
        before = [
            max((p - 1) * strides + kernel_size - n, 0) // 2 if same else 0 for p, n in zip(places, space, strict=True)
        ]

        def arranged(sizes, last):
            return (last, *sizes) if first else (*sizes, last)

        outputs = np.zeros((len(x), *places, filters))
        used = iter(kernel) if implementation == 3 else None
        order = arranged(places, filters)
        for place in np.ndindex(*order):
            *at, filter_number = (*place[1:], place[0]) if first else place
            inner = []
            for offset in itertools.product(range(kernel_size), repeat=rank):
                where = [a * strides - b + o for a, b, o in zip(at, before, offset, strict=True)]
                if all(0 <= w < n for w, n in zip(where, space, strict=True)):
                    inner += [(arranged(where, c), (offset, where, c)) for c in range(channels)]
            for _, (offset, where, c) in sorted(inner):
                if implementation == 1:
                    row = np.ravel_multi_index(at, places)
                    sizes = arranged((kernel_size,) * rank, channels)
                    weight = kernel[row, np.ravel_multi_index(arranged(offset, c), sizes), filter_number]
                elif implementation == 2:
                    weight = kernel[(*arranged(where, c), *place)]
                else:
                    weight = next(used)
                outputs[(slice(None), *at, filter_number)] += x[(slice(None), *where, c)] * weight
        outputs = outputs + bias
        return np.moveaxis(outputs, -1, 1) if first else outputs
