"""Circle loss against a loop over pairs, by the formula of the paper."""

import numpy as np
import pytest
from keras_core import losses

RNG = np.random.default_rng(0)
E = RNG.normal(size=(8, 5))
E = (E / np.linalg.norm(E, axis=1, keepdims=True)).astype("float32")
LABELS = np.array([0, 1, 0, 2, 1, 2, 3, 0])


def reference(labels, embeddings, others, references, gamma, margin, remove_diagonal):
    values = []
    for i, (label, embedding) in enumerate(zip(labels, embeddings.astype("float64"), strict=True)):
        near = far = 0.0
        for j, (other, place) in enumerate(zip(others, references.astype("float64"), strict=True)):
            s = embedding @ place
            if label != other:
                far += np.exp(gamma * max(s + margin, 0) * (s - margin))
            elif i != j or not remove_diagonal:
                near += np.exp(-gamma * max(1 + margin - s, 0) * (s - (1 - margin)))
        values.append(np.log(1 + near * far))
    return np.array(values)


@pytest.mark.parametrize(("gamma", "margin", "remove_diagonal"), [(10, 0.25, True), (20, 0.4, False)])
def test_batch_against_itself(gamma, margin, remove_diagonal):
    arguments = {"gamma": gamma, "margin": margin, "remove_diagonal": remove_diagonal}
    expected = reference(LABELS, E, LABELS, E, **arguments)
    np.testing.assert_allclose(losses.circle(LABELS, E, **arguments), expected, rtol=1e-4)
    np.testing.assert_allclose(losses.circle(LABELS[:, None], E, **arguments), expected, rtol=1e-4)


def test_against_references():
    got = losses.circle(LABELS, E, LABELS[:3], E[:3], remove_diagonal=False, gamma=10)
    expected = reference(LABELS, E, LABELS[:3], E[:3], 10, 0.4, False)
    np.testing.assert_allclose(got, expected, rtol=1e-4, atol=1e-6)


def test_the_class_means_over_embeddings_that_have_an_equal_and_another():
    values = reference(LABELS, E, LABELS, E, 10, 0.4, True)
    assert values[6] == 0
    assert float(losses.Circle(gamma=10)(LABELS, E)) == pytest.approx(values.sum() / 7, rel=1e-4)


def test_config_gives_an_equal_one():
    loss = losses.Circle(10, 0.2, False)
    again = losses.deserialize(losses.serialize(loss))
    assert again.get_config() == loss.get_config()
    assert losses.get("circle") is losses.circle
