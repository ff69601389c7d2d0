"""A tensor that is printed when it is computed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytensor.tensor as pt
from keras_core.backend.toolkit import print_array
from pytensor.graph.basic import Apply
from pytensor.graph.op import Op


class Printed(Op):
    """The tensor itself.

    Args:
        message: what is printed before the values.
        summarize: how many elements of an axis are shown at both of its ends; -1 for all.
    """

    __props__ = ("message", "summarize")

    def __init__(self, message: str, summarize: int) -> None:
        self.message = message
        self.summarize = summarize

    def make_node(self, x: Any) -> Apply:
        given = pt.as_tensor_variable(x)
        return Apply(self, [given], [given.type()])

    def pullback(self, inputs: Any, outputs: Any, cotangents: Any) -> list[Any]:
        return list(cotangents)

    def do_constant_folding(self, fgraph: Any, node: Apply) -> bool:
        return False

    def perform(self, node: Apply, inputs: Any, outputs: Any) -> None:
        print_array(self.message, self.summarize, inputs[0])
        outputs[0][0] = np.array(inputs[0])
