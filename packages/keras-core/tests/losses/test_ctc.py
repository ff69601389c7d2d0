"""CTC against the sum over all paths, in double precision."""

import itertools

import numpy as np
import pytest
from keras_core import losses, ops

RNG = np.random.default_rng(0)
LOGITS = RNG.normal(size=(2, 4, 3)).astype("float32")
LABELS = np.array([[1, 2], [2, 0]])


def spelled(path):
    return [label for label, _ in itertools.groupby(path) if label != 0]


def expected(labels, logits):
    """Minus the logarithm of the probability of all paths that spell the labels."""
    probs = np.exp(logits.astype("float64"))
    probs /= probs.sum(-1, keepdims=True)
    wanted = [label for label in labels if label]
    paths = itertools.product(range(logits.shape[1]), repeat=len(logits))
    return -np.log(sum(np.prod([p[c] for p, c in zip(probs, path)]) for path in paths if spelled(path) == wanted))


EACH = [expected(labels, logits) for labels, logits in zip(LABELS, LOGITS)]


def test_function_and_reductions():
    np.testing.assert_allclose(ops.convert_to_numpy(losses.ctc(LABELS, LOGITS)), EACH, rtol=1e-5)
    np.testing.assert_allclose(ops.convert_to_numpy(losses.CTC("none")(LABELS, LOGITS)), EACH, rtol=1e-5)
    assert float(losses.CTC()(LABELS, LOGITS)) == pytest.approx(np.mean(EACH), rel=1e-5)
    weights = np.array([3.0, 0.5])
    assert float(losses.CTC("sum")(LABELS, LOGITS, weights)) == pytest.approx(np.dot(weights, EACH), rel=1e-5)


def test_steps_that_a_mask_leaves_out_do_not_count():
    mask = np.array([[True, True, True, True], [True, True, False, False]])
    shorter = [EACH[0], expected(LABELS[1], LOGITS[1, :2])]
    got = losses.CTC("none")(LABELS, LOGITS, mask=mask)
    np.testing.assert_allclose(ops.convert_to_numpy(got), shorter, rtol=1e-5)


def test_name_and_config():
    assert losses.get("ctc") is losses.ctc
    loss = losses.deserialize(losses.serialize(losses.CTC("sum", name="speech")))
    assert (type(loss), loss.name, loss.reduction) == (losses.CTC, "speech", "sum")


@pytest.mark.parametrize("true, pred", [((2,), (2, 4, 3)), ((2, 2), (2, 4)), ((3, 2), (2, 4, 3))])
def test_shapes_that_do_not_fit(true, pred):
    with pytest.raises(ValueError, match=r"'ctc' got targets of shape .* it expects class indices of shape \(batch"):
        losses.CTC()(np.ones(true, "int32"), np.zeros(pred, "float32"))
