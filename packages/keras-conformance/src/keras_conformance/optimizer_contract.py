"""OptimizerContract: the tests that every optimizer has to pass."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from keras_core import Variable, optimizers, stage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.optimizers import Optimizer

_SHAPES = {"kernel": (3, 4), "bias": (4,)}
_STEPS = 5


class OptimizerContract:
    """Base class for an optimizer's tests; a subclass names its cases and the method in NumPy.

    Attributes:
        optimizer: the class under test.
        cases: constructor arguments, one dict a case.
        tolerance: relative and absolute, for the comparison with the reference.

    Example:
        class TestSGD(OptimizerContract):
            optimizer = SGD
            cases = [{}]

            def slots(self):
                return []

            def reference(self, w, g, state, t, learning_rate=0.01):
                return w - learning_rate * g
    """

    optimizer: ClassVar[type[Optimizer]]
    cases: ClassVar[Sequence[dict[str, Any]]] = ({},)
    tolerance: ClassVar[float] = 1e-5

    def slots(self, **arguments: Any) -> list[str]:
        """Expected names of the state after the step counter and the learning rate, in file order.

        The trained variables are called "kernel" and "bias".
        """
        raise NotImplementedError

    def reference(self, w: np.ndarray, g: np.ndarray, state: dict[str, Any], t: int, **arguments: Any) -> np.ndarray:
        """The new value of `w` after step `t` (from 1), in float64; `state` begins empty for each variable."""
        raise NotImplementedError

    def test_config_makes_an_equal_optimizer(self) -> None:
        for arguments in self.cases:
            original = self.optimizer(**arguments)
            config = original.get_config()
            assert self.optimizer.from_config(config).get_config() == config
            again = optimizers.deserialize(optimizers.serialize(original))
            assert type(again) is self.optimizer
            assert again is not None and again.get_config() == config
            for name, value in arguments.items():
                assert config[name] == value, name

    def test_slots_are_made_by_build_in_file_order(self) -> None:
        for arguments in self.cases:
            optimizer = self.optimizer(**arguments)
            assert [v.name for v in optimizer.variables] == ["iteration", "learning_rate"]
            optimizer.build(_variables())
            found = [v.name for v in optimizer.variables[2:]]
            assert found == self.slots(**arguments), arguments
            optimizer.build(_variables())
            assert len(optimizer.variables) == 2 + len(found)
            assert not any(v.trainable for v in optimizer.variables)

    def test_steps_follow_the_reference(self) -> None:
        for arguments in self.cases:
            variables, optimizer = _variables(), self.optimizer(**arguments)
            _train(optimizer, variables, _gradients(_STEPS))
            self._compare(variables, _gradients(_STEPS), arguments)

    def test_staged_steps_follow_the_reference(self) -> None:
        for arguments in self.cases:
            variables, optimizer = _variables(), self.optimizer(**arguments)
            optimizer.build(variables)
            step = _staged(optimizer, variables)
            for gradients in _gradients(_STEPS):
                step(*gradients)
            self._compare(variables, _gradients(_STEPS), arguments)
            assert int(optimizer.iterations) == _STEPS

    def test_a_new_learning_rate_acts_without_a_new_program(self) -> None:
        arguments = {name: value for name, value in self.cases[0].items() if name != "learning_rate"}
        variables, optimizer = _variables(), self.optimizer(learning_rate=0.1, **arguments)
        optimizer.build(variables)
        step = _staged(optimizer, variables)
        gradients, rates = _gradients(3), (0.1, 0.02, 0.3)
        for rate, of_step in zip(rates, gradients, strict=True):
            optimizer.learning_rate = rate
            step(*of_step)
        self._compare(variables, gradients, arguments, rates)
        assert step.program_count == 1

    def test_clipping_is_the_same_as_clipped_gradients(self) -> None:
        limit = 0.5
        for name, clip in _CLIPS.items():
            variables, optimizer = _variables(), self.optimizer(**self.cases[0], **{name: limit})  # type: ignore[arg-type]
            _train(optimizer, variables, _gradients(_STEPS))
            clipped = [clip(gradients, limit) for gradients in _gradients(_STEPS)]
            self._compare(variables, clipped, self.cases[0])

    def test_state_can_be_saved_and_loaded(self) -> None:
        for arguments in self.cases:
            variables, optimizer = _variables(), self.optimizer(**arguments)
            gradients = _gradients(4)
            _train(optimizer, variables, gradients[:2])
            store: dict[str, Any] = {}
            optimizer.save_own_variables(store)
            copies = [Variable(v.numpy(), name=v.name) for v in variables]
            other = self.optimizer(**arguments)
            other.build(copies)
            other.load_own_variables(store)
            _train(optimizer, variables, gradients[2:])
            _train(other, copies, gradients[2:])
            for variable, copy in zip(variables, copies, strict=True):
                np.testing.assert_array_equal(variable.numpy(), copy.numpy())

    def _compare(
        self,
        variables: list[Variable],
        steps: list[list[np.ndarray]],
        arguments: dict[str, Any],
        rates: Sequence[float] | None = None,
    ) -> None:
        for index, variable in enumerate(variables):
            value = _initial(variable.name).astype("float64")
            state: dict[str, Any] = {}
            for t, gradients in enumerate(steps, start=1):
                rate = {} if rates is None else {"learning_rate": rates[t - 1]}
                value = self.reference(value, gradients[index].astype("float64"), state, t, **arguments, **rate)
            np.testing.assert_allclose(
                variable.numpy(),
                value,
                rtol=self.tolerance,
                atol=self.tolerance,
                err_msg=f"{self.optimizer.__name__}({arguments}), variable {variable.name}",
            )


def _initial(name: str) -> np.ndarray:
    return np.random.default_rng(len(name)).normal(size=_SHAPES[name]).astype("float32")


def _variables() -> list[Variable]:
    return [Variable(_initial(name), name=name) for name in _SHAPES]


def _gradients(steps: int) -> list[list[np.ndarray]]:
    rng = np.random.default_rng(7)
    return [[rng.normal(size=shape).astype("float32") for shape in _SHAPES.values()] for _ in range(steps)]


def _train(optimizer: Optimizer, variables: list[Variable], steps: list[list[np.ndarray]]) -> None:
    for gradients in steps:
        optimizer.apply(gradients, variables)


def _staged(optimizer: Optimizer, variables: list[Variable]) -> Any:
    def step(*gradients: Any) -> Any:
        optimizer.apply(gradients, variables)
        return variables[0].value

    return stage(step, [*variables, *optimizer.variables])


def _clip_value(gradients: list[np.ndarray], limit: float) -> list[np.ndarray]:
    return [np.clip(g, -limit, limit) for g in gradients]


def _clip_norm(gradients: list[np.ndarray], limit: float) -> list[np.ndarray]:
    return [g * min(1.0, limit / np.linalg.norm(g)) for g in gradients]


def _clip_global_norm(gradients: list[np.ndarray], limit: float) -> list[np.ndarray]:
    norm = np.sqrt(sum(np.sum(g.astype("float64") ** 2) for g in gradients))
    return [g * min(1.0, limit / norm) for g in gradients]


_CLIPS = {"clipvalue": _clip_value, "clipnorm": _clip_norm, "global_clipnorm": _clip_global_norm}
