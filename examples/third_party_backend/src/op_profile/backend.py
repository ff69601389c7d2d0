"""The backend object: NumPy's, with ops that can be measured."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_backend_numpy import NumpyBackend

from op_profile.costs import Costs, measured, profile

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class ProfiledBackend(NumpyBackend):
    """Computes as NumPy does; `op_profile.profile` says what each op costs."""

    name = "numpy-profiled"
    ops: Mapping[str, Callable[..., Any]] = {name: measured(name, op) for name, op in NumpyBackend.ops.items()}

    def extend(self, core_type: type[Any]) -> Mapping[str, object] | None:
        """Give layers of this backend `costs_of_call`."""
        return {"costs_of_call": _costs_of_call} if core_type.__name__ == "Layer" else None


def _costs_of_call(layer: Any, *args: Any, **kwargs: Any) -> Costs:
    """What calling the layer costs, by op; arguments as for the call."""
    with profile() as costs:
        layer(*args, **kwargs)
    return costs


BACKEND = ProfiledBackend()
