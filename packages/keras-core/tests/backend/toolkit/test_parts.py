from types import SimpleNamespace

import numpy as np
import pytest
from keras_core.backend.toolkit import Lines, reduce_to_parts


def layout(*axes, shape=(2, 2), order=(0, 1, 2, 3)):
    devices = np.array([f"cpu:{rank}" for rank in order]).reshape(shape)
    mesh = SimpleNamespace(devices=devices, shape=shape, axis_names=("batch", "model"))
    return SimpleNamespace(axes=axes, device_mesh=mesh)


def lines_of(rank, size=4):
    return Lines(SimpleNamespace(rank=rank, size=size), "some")


@pytest.mark.parametrize(
    ("rank", "by_model", "by_batch"),
    [(0, (0, 3), (0, 2)), (1, (3, 6), (0, 2)), (2, (0, 3), (2, 4)), (3, (3, 6), (2, 4))],
)
def test_parts_along_the_axes_of_a_mesh(rank, by_model, by_batch):
    lines = lines_of(rank)
    columns, rows = layout(None, "model"), layout("batch", None)
    first, second = (lines.part_of(one, (4, 6), "it") for one in (columns, rows))
    assert (first.axis, first.start, first.stop, first.count) == (1, *by_model, 2)
    assert (second.axis, second.start, second.stop, second.count) == (0, *by_batch, 2)
    assert (lines.number_of(first), lines.number_of(second)) == (0, 1)
    assert lines[0].all == ((0, 1), (2, 3)) and lines[1].all == ((0, 2), (1, 3))
    assert rank in lines[0].ranks and rank in lines[1].ranks
    turned = lines.part_of(layout(None, "model", order=(1, 0, 2, 3)), (4, 6), "it")
    assert turned.start == {0: 3, 1: 0, 2: 0, 3: 3}[rank]


def test_what_is_not_split():
    assert lines_of(0).part_of(layout(None, None), (4, 6), "it") is None
    assert lines_of(0).part_of(layout("batch", None, shape=(1, 4)), (4, 6), "it") is None
    assert lines_of(0, size=1).part_of(layout(None, "model"), (4, 6), "it") is None


def test_what_is_refused():
    with pytest.raises(NotImplementedError, match=r"'some' backend .* along one of its axes; the layout of it is"):
        lines_of(0).part_of(layout("batch", "model"), (4, 6), "it")
    with pytest.raises(ValueError, match=r"Axis 1 of it, .* over 2 processes, which do not divide 5"):
        lines_of(0).part_of(layout(None, "model"), (4, 5), "it")
    with pytest.raises(ValueError, match="has each of the 3 processes once, and this one has the devices cpu:0, cpu:1"):
        lines_of(0, size=3).part_of(layout(None, "model"), (4, 6), "it")


def test_all_processes_together_write_each_element_once():
    whole, found = np.arange(24).reshape(4, 6), np.zeros((4, 6), int)
    for rank in range(4):
        lines = lines_of(rank)
        part = lines.part_of(layout(None, "model"), whole.shape, "it")
        for (row, column), value in lines.to_write(part, lambda part=part: part.of(whole)):
            found[row : row + 4, column : column + 3] += value
        assert bool(lines.to_write(None, lambda: whole)) == (rank == 0)
    np.testing.assert_array_equal(found, whole)


def test_what_all_have_parts_of_is_scattered_and_the_rest_reduced_and_cut():
    lines, order = lines_of(3), []
    scattered = lines.part_of(layout(None, "model", shape=(1, 4)), (4, 8), "it")
    cut = lines.part_of(layout(None, "model"), (4, 6), "it")

    def reduce(some):
        order.append("reduced")
        return [4 * one for one in some]

    def begin(some, parts, line):
        order.append(f"begun along {lines[line].ranks}")
        return lambda: [4 * part.of(one) for one, part in zip(some, parts, strict=True)]

    given = [np.ones((4, 8)), np.ones(3), np.ones((4, 6))]
    found = reduce_to_parts(given, [scattered, None, cut], lines, 4, reduce, begin)
    assert order == ["begun along (0, 1, 2, 3)", "reduced"]
    assert [(one.shape, one.max()) for one in found] == [((4, 2), 4), ((3,), 4), ((4, 3), 4)]
