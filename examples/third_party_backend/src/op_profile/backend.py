"""The backend object: NumPy's, with ops that can be measured."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_backend_numpy import NumpyBackend

from op_profile.costs import measured

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class ProfiledBackend(NumpyBackend):
    """Computes as NumPy does; `op_profile.profile` says what each op costs."""

    name = "numpy-profiled"
    ops: Mapping[str, Callable[..., Any]] = {name: measured(name, op) for name, op in NumpyBackend.ops.items()}


BACKEND = ProfiledBackend()
