import pytest
from keras_distribution import DataParallel, distribution, set_distribution


def test_a_backend_without_an_engine_says_so(without_engine):
    spread = DataParallel(devices=["cpu:0"])
    with pytest.raises(NotImplementedError, match=f"The '{without_engine.name}' backend has no engine"):
        set_distribution(spread)
    with pytest.raises(NotImplementedError, match="no engine"), spread.scope():
        pass
    assert distribution() is None
    set_distribution(None)
