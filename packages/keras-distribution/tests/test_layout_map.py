import pytest
from keras_distribution import LayoutMap, TensorLayout


@pytest.fixture
def layouts(mesh):
    found = LayoutMap(mesh)
    found[".*dense.*kernel"] = (None, "model")
    found["exact/bias"] = ["model"]
    return found


def test_a_path_is_looked_up_by_name_then_by_pattern(layouts, mesh):
    assert layouts["exact/bias"].axes == ("model",)
    assert layouts["a/dense_1/kernel"] == TensorLayout((None, "model"), mesh)
    assert layouts["a/dense_1/kernel/momentum"] is None  # all of the path has to match
    assert layouts["conv/kernel"] is None and layouts.get("conv/kernel", 3) == 3
    assert "a/dense_1/kernel" in layouts and "conv/kernel" not in layouts
    assert list(layouts) == [".*dense.*kernel", "exact/bias"] and len(layouts) == 2
    del layouts["exact/bias"]
    assert len(layouts) == 1


def test_what_is_refused(layouts):
    with pytest.raises(ValueError, match="layout for 'exact/bias' already"):
        layouts["exact/bias"] = (None,)
    with pytest.raises(ValueError, match="tuple of axes"):
        layouts["x"] = "model"
    with pytest.raises(ValueError, match="no regular expression"):
        layouts["(x"] = (None,)
    layouts[".*kernel"] = (None,)
    with pytest.raises(ValueError, match=r"'dense/kernel' matches several.*'\.\*dense\.\*kernel', '\.\*kernel'"):
        layouts["dense/kernel"]
