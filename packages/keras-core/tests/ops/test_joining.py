from __future__ import annotations

from typing import Any

import numpy as np

X = np.arange(24, dtype="float32").reshape(2, 3, 4)
INTS = np.arange(6, dtype="int32").reshape(2, 3)


def test_joining(check: Any) -> None:
    check("vstack", [X[0, 0], X[0, 1]], expect=np.vstack([X[0, 0], X[0, 1]]))
    check("hstack", [INTS, INTS], expect=np.hstack([INTS, INTS]))
    check("append", INTS, INTS, expect=np.append(INTS, INTS))
    check("append", INTS, INTS, 1, expect=np.append(INTS, INTS, 1))


def test_uneven_pieces(check: Any) -> None:
    x = np.arange(7, dtype="int32")
    check("array_split", x, 3, expect=np.array_split(x, 3))


def test_joining_and_splitting_along_named_axes(check: Any) -> None:
    for x in (X[0, 0], INTS, X):
        check("dstack", [x, x], expect=np.dstack([x, x]))
    check("vsplit", X, 2, expect=np.vsplit(X, 2))
    check("hsplit", X, [1], expect=np.hsplit(X, [1]))
    check("hsplit", INTS[0], 3, expect=np.hsplit(INTS[0], 3))
    check("dsplit", X, 2, expect=np.dsplit(X, 2))
