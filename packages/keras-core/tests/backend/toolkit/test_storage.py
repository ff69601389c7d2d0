import threading
from functools import partial

import numpy as np
import pytest
from keras_core import RowUpdate
from keras_core.backend.toolkit import (
    Cell,
    assign_all,
    changes_by_table,
    changes_of,
    check_cells,
    fill,
    read_only,
    refuse_traced,
    replace,
    unshared,
    update_tables,
    values_of,
)
from keras_core.backend.toolkit.storage import UPDATING, empty


def cells():
    return [Cell(np.zeros(2, "float32"), "a"), Cell(np.ones(3, "float32"), "b")]


def test_cells_are_replaced_together():
    both = cells()
    old = values_of(both)
    new = [value + 1 for value in old]
    assert replace(both, new) == old
    assert values_of(both) == new


@pytest.mark.parametrize("value", [np.zeros(3, "float32"), np.zeros(2, "float64")])
def test_values_of_another_shape_or_dtype_are_refused(value):
    both = cells()
    with pytest.raises(
        ValueError,
        match=r"Variable 'a' holds a value of shape \(2,\) and dtype float32 and cannot be assigned a value of shape",
    ):
        check_cells([(both[1], np.zeros(3, "float32")), (both[0], value)])
    check_cells([(both[0], np.ones(2, "float32"))])


class Storage:
    def __init__(self, value):
        self.value = value

    def assign(self, value):
        if value == "refused":
            raise KeyboardInterrupt
        self.value = value


def test_assignments_are_undone_when_one_fails():
    storages = [Storage(1), Storage(2), Storage(3)]
    with pytest.raises(KeyboardInterrupt):
        assign_all(list(zip(storages, [10, 20, "refused"], strict=True)), lambda storage: storage.value, Storage.assign)
    assert [storage.value for storage in storages] == [1, 2, 3]
    assign_all(list(zip(storages, [10, 20, 30], strict=True)), lambda storage: storage.value, Storage.assign)
    assert [storage.value for storage in storages] == [10, 20, 30]


def test_one_assignment_reads_nothing():
    storage = Storage(1)
    assign_all([(storage, 5)], None, Storage.assign)
    assert storage.value == 5


def test_a_read_only_array_cannot_be_written():
    array = read_only(np.zeros(2))
    with pytest.raises(ValueError, match="read-only"):
        array[0] = 1


def test_all_cells_change_at_one_moment() -> None:
    cells = [Cell(np.array(0), str(k)) for k in range(50)]
    mixed: list[list[int]] = []
    done = threading.Event()

    def watch() -> None:
        while not done.is_set():
            seen = [int(value) for value in values_of(cells)]
            if len(set(seen)) > 1:
                mixed.append(seen)

    threads = [threading.Thread(target=watch) for _ in range(2)]
    for thread in threads:
        thread.start()
    for step in range(1, 300):
        replace(cells, [np.array(step)] * len(cells))
    done.set()
    for thread in threads:
        thread.join()
    assert not mixed
    assert [int(value) for value in values_of(cells)] == [299] * 50


def test_traced_values_are_refused():
    both = cells()
    pairs = [(cell, cell.value) for cell in both]
    refuse_traced(pairs, lambda value: False, "framework.jit")
    with pytest.raises(RuntimeError, match=r"Variable 'b' is assigned in a function that is traced by framework\.jit"):
        refuse_traced(pairs, lambda value: value is both[1].value, "framework.jit")


def test_a_table_is_written_into_and_others_are_replaced() -> None:
    table, other = cells()
    held, first = table.value, other.value
    counted = []

    def change(old):
        counted.extend(unshared(old))
        return [partial(old[0].__setitem__, 1, 5)], old

    assert update_tables([table], change, [other], [np.zeros(3, "float32")]) == [first]
    assert table.value is held and held.tolist() == [0, 5] and other.value.tolist() == [0, 0, 0]
    del held
    update_tables([table], change)
    assert counted == [False, True]


def test_a_failure_before_the_first_write_leaves_every_cell_as_it_was() -> None:
    table, other = cells()
    before = values_of([table, other])

    def change(old):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        update_tables([table], change, [other], [None])
    assert values_of([table, other]) == before
    with pytest.raises(ZeroDivisionError):
        update_tables([table], lambda old: ([partial(divmod, 1, 0)], old), [other], [None])
    assert values_of([table, other]) == before


def test_a_reader_waits_until_an_empty_cell_is_filled() -> None:
    cell, seen = Cell(1, "v"), []
    with UPDATING:
        empty(cell)
        reader = threading.Thread(target=lambda: seen.append(cell.value))
        reader.start()
        fill(cell, 2)
    reader.join(10)
    assert seen == [2]
    with pytest.raises(AttributeError, match="no attribute 'other'"):
        cell.other  # noqa: B018


def test_a_reader_of_many_cells_sees_a_step_as_a_whole() -> None:
    both, seen = [Cell(0, "a"), Cell(0, "b")], []
    reader = threading.Thread(target=lambda: seen.append(values_of(both)))

    def change(old):
        reader.start()
        reader.join(0.05)  # it has read one cell and waits for the other
        return [], [1]

    update_tables(both[1:], change, both[:1], [1])
    reader.join(10)
    assert seen == [[1, 1]]


def test_changes_are_told_apart_by_table():
    places, values = np.array([[0, 2], [1, 0]]), np.ones((2, 2, 3))
    updates = [RowUpdate(places, values, False), RowUpdate(places[0], values[0], True)]
    tables = [np.zeros((4, 3)), np.ones((5, 3))]
    first, second = changes_by_table(tables, changes_of(updates))
    assert first[0] is tables[0] and second[0] is tables[1]
    assert [first[1].tolist(), second[1].tolist()] == [[0, 2, 1, 0], [0, 2]]
    assert [first[2].shape, second[2].shape] == [(4, 3), (2, 3)]
