"""What tests of backends, layers and optimizers need of the core."""

from __future__ import annotations

import pytest
from keras_core import ops, testing


def test_the_table_holds_every_op_by_its_public_name() -> None:
    table = testing.op_table()
    assert table["matmul"].body is None and table["logaddexp"].body is not None
    assert len(table) > 200 and all(op.name == name for name, op in table.items())


def test_names_are_those_that_it_lists() -> None:
    assert all(hasattr(testing, name) for name in testing.__all__)


def test_bodies_may_be_forced() -> None:
    from keras_core import backend

    if "eager" not in backend.active().capabilities:
        pytest.skip("values of this backend are symbolic")
    plain = ops.convert_to_numpy(ops.logaddexp(1.0, 2.0))
    with testing.force_bodies():
        forced = ops.convert_to_numpy(ops.logaddexp(1.0, 2.0))
    assert forced == pytest.approx(plain, rel=1e-5)
