import threading

import numpy as np
from keras_backend_jax.cells import Cell, replace, values_of


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
