import numpy as np
import pytest
from keras_layers.attention.folded_axes import FoldedAxes

SHAPE = (2, 3, 4, 5, 6)  # batch, two axes, heads, size
X = np.arange(np.prod(SHAPE), dtype="float32").reshape(SHAPE)


@pytest.mark.parametrize(("axes", "folded"), [((2,), (6, 4, 5, 6)), ((1,), (8, 3, 5, 6)), ((1, 2), (2, 12, 5, 6))])
def test_unfold_gives_back_what_was_folded(axes, folded):
    fold = FoldedAxes(SHAPE, axes)
    inner = fold.fold(X)
    assert tuple(inner.shape) == folded
    np.testing.assert_array_equal(np.asarray(fold.unfold(inner)), X)


def test_masks_and_scores_are_folded_alike():
    fold = FoldedAxes(SHAPE, (2,))
    mask = np.random.default_rng(0).random((2, 4, 4)) > 0.5
    inner = np.asarray(fold.fold_mask(mask, fold))
    np.testing.assert_array_equal(inner, np.repeat(mask, 3, axis=0))
    scores = np.zeros((6, 5, 4, 4), "float32")
    assert tuple(fold.unfold_scores(scores, fold).shape) == (2, 3, 5, 4, 4)


def test_sizes_must_be_known():
    with pytest.raises(ValueError, match=r"needs their sizes, got a tensor of shape \(None, None, 4, 5, 6\)"):
        FoldedAxes((None, None, 4, 5, 6), (2,))
