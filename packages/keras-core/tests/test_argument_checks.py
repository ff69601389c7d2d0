"""Arguments compared with annotations, and NumPy's numbers as Python's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pytest
from keras_core import Layer, Model, losses, metrics
from keras_core.argument_checks import CheckedArguments, check_fields, checked, kinds_of, value_of_kind
from keras_core.callbacks import Callback

if TYPE_CHECKING:
    from keras_core.typing import PositiveInt


@pytest.mark.parametrize(
    ("annotation", "accepted", "refused"),
    [
        ("int", [1, True, -3, 2.0], ["1", 1.5, None, [1]]),
        ("int | None", [None, 0], ["", {}]),
        ("float", [1, 0.5, np.float32(2)], ["0.5", None, [0.5], np.ones(2)]),
        ("bool", [True, 0, 1.0, None], ["True", 2, [1], object(), len, np.ones(2)]),
        ("str", ["a"], [1, None]),
        ("PositiveInt", [1, 4.0], [0, -1, True, 1.5, "1"]),
        ("NonNegativeInt", [0, 3], [-1, "0"]),
        ("DecayRate", [0, 0.0, 0.999], [1, 1.5, -0.1, "0.9", float("nan")]),
        (
            "PositiveInt | PositiveInts",
            [1, [1, 2], (3,), {2}, range(1, 3), np.array([1, 2])],
            ["12", [0], [1.5], {1: 2}],
        ),
        ("Verbosity", [0, 1, 2, "auto", True], ["1", "verbose", -1, 0.5, None, np.ones(2)]),
        ("Callbacks", [None, [], (), Callback(), [Callback()]], [0, {}, "early", 1.5, object(), np.ones(2)]),
        ("bool | Literal['auto', 'never']", [True, "auto", "never"], ["always", 2, ["auto"]]),
        ("Callable[..., Any]", [len], [5, "len"]),
        ("PathLike", ["a"], [5]),
        ("Tensor | int", ["anything", None], []),
    ],
)
def test_what_an_annotation_accepts(annotation: str, accepted: list[Any], refused: list[Any]) -> None:
    for value in accepted:
        value_of_kind("f()", "x", value, annotation)
    for value in refused:
        with pytest.raises(ValueError, match=r"^f\(\): x must be .*, got "):
            value_of_kind("f()", "x", value, annotation)


def test_numbers_become_pythons_integers() -> None:
    for given in (np.int64(3), 3.0, np.float32(3)):
        found = value_of_kind("f()", "x", given, "int")
        assert found == 3 and type(found) is int
    assert type(value_of_kind("f()", "x", 3.0, "float")) is float
    assert kinds_of("Tensor | int") == ()


def test_messages_say_what_to_do() -> None:
    for value, annotation, message in (
        ("32", "PositiveInt | None", "must be a positive integer, got '32'. Give the number 32."),
        (2.5, "int", "must be an integer, got 2.5. Round it, or divide with //."),
        ("x", "Literal['auto'] | None", "must be 'auto', got 'x'."),
    ):
        with pytest.raises(ValueError) as caught:
            value_of_kind("fit()", "n", value, annotation)
        assert str(caught.value) == f"fit(): n {message}"


def test_a_function_is_checked_by_name_and_by_place() -> None:
    class Reader:
        @checked
        def read(self, name: str, lines: int = 1, *more: Any, exact: bool = False, **others: int) -> tuple[Any, ...]:
            """Read."""
            return name, lines, more, exact, others

    assert Reader().read("a", 2, "x", exact=True, other="y") == ("a", 2, ("x",), True, {"other": "y"})
    assert Reader.read.__doc__ == "Read."
    for args, kwargs, message in (((5,), {}, "name"), (("a", "b"), {}, "lines"), (("a",), {"exact": "no"}, "exact")):
        with pytest.raises(ValueError, match=rf"read\(\): {message} must be"):
            Reader().read(*args, **kwargs)


def test_fields_of_a_plan() -> None:
    @dataclass(frozen=True)
    class Plan:
        steps: PositiveInt | None = None
        mode: Literal["a"] | bool = True
        data: Any = None

    plan = Plan(steps=np.float64(4), data=np.int64(1))  # type: ignore[arg-type]
    check_fields(plan, "run()")
    assert type(plan.steps) is int and type(plan.data) is np.int64
    with pytest.raises(ValueError, match=r"run\(\): mode must be 'a' or True or False, got 'b'\."):
        check_fields(Plan(mode="b"), "run()")  # type: ignore[arg-type]


def test_classes_of_others_are_not_checked() -> None:
    class Theirs(Layer):
        def __init__(self, size: int) -> None:
            super().__init__()
            self.size = size

    assert Theirs("large").size == "large"  # type: ignore[arg-type, comparison-overlap]
    with pytest.raises(ValueError, match="Mean: name must be a string, got 5"):
        metrics.Mean(name=5)  # type: ignore[arg-type]


@pytest.mark.parametrize("base", [Layer, Model, losses.Loss, metrics.Metric])
def test_a_class_that_forgets_the_init_of_its_base_is_told(base: type[Any]) -> None:
    class Forgets(base):
        def __init__(self) -> None:
            self.size = 1

    class Late(base):
        def __init__(self) -> None:
            self.size = 1
            super().__init__()

    assert Late().size == 1
    with pytest.raises(RuntimeError, match=r"Forgets\.__init__\(\) did not call super\(\)\.__init__\(\)"):
        Forgets()


def test_every_class_below_the_base_takes_pythons_numbers() -> None:
    class Base(CheckedArguments):
        def __init__(self, a: Any, *, b: Any = None) -> None:
            """How it is made."""
            self.given = (a, b)

    class Derived(Base):
        def __init__(self, a: Any, c: Any) -> None:
            self.own = c
            super().__init__(a, b=np.int32(5))

    class Same(Base):
        pass

    made = Derived(np.float64(0.5), c=[np.int32(1)])
    assert made.given == (0.5, 5) and made.own == [1]
    assert [type(one) for one in (*made.given, *made.own)] == [float, int, int]
    assert Same(np.int8(3)).given == (3, None) and Base.__init__.__doc__ == "How it is made."
