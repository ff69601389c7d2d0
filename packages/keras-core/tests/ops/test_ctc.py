"""The loss and the decoders of CTC, against all alignments and a dynamic programme in NumPy."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from keras_core import KerasTensor, backend, gradients, ops


def log_softmax(x: np.ndarray) -> np.ndarray:
    x = x - x.max(-1, keepdims=True)
    return x - np.log(np.exp(x).sum(-1, keepdims=True))


def collapsed(path: Any, blank: int) -> tuple[int, ...]:
    return tuple(c for k, c in enumerate(path) if c != blank and (k == 0 or c != path[k - 1]))


def probabilities(logits: np.ndarray, blank: int) -> dict[tuple[int, ...], float]:
    """Of every label sequence, by going through all paths."""
    found: dict[tuple[int, ...], float] = {}
    p = np.exp(log_softmax(logits.astype("float64")))
    for path in itertools.product(range(p.shape[1]), repeat=len(p)):
        labels = collapsed(path, blank)
        found[labels] = found.get(labels, 0.0) + float(np.prod(p[np.arange(len(p)), list(path)]))
    return found


def forward(logits: np.ndarray, labels: Any, blank: int) -> float:
    """Minus the log-probability by the forward recursion, in extended precision and rescaled at every step."""
    p = np.exp(log_softmax(logits.astype("longdouble")))
    states = [blank, *itertools.chain.from_iterable((c, blank) for c in labels)]
    alpha = np.zeros(len(states), "longdouble")
    alpha[:2] = p[0, states[:2]]
    logarithm = np.longdouble(0)
    for row in p[1:]:
        scale = alpha.sum()
        logarithm, alpha = logarithm + np.log(scale), alpha / scale
        new = alpha.copy()
        new[1:] += alpha[:-1]
        for s in range(2, len(states)):
            if states[s] != blank and states[s] != states[s - 2]:
                new[s] += alpha[s - 2]
        alpha = new * row[states]
    return float(-(logarithm + np.log(alpha[-2:].sum() if labels else alpha[-1])))


@pytest.mark.parametrize("blank", [0, 2, -1])
def test_the_loss_is_that_of_all_alignments(blank: int, rng: np.random.Generator) -> None:
    logits = rng.normal(size=(5, 4, 3)).astype("float32")
    names = [c for c in range(3) if c != blank % 3]
    targets = np.array([[0, 1, -1], [0, 0, 1], [1, -1, -1], [-1, -1, -1], [1, 1, 1]])
    labels = [[names[c] for c in row if c >= 0] for row in targets]
    padded = np.array([one + [7] * (3 - len(one)) for one in labels], "int32")
    steps = [4, 4, 2, 3, 4]
    lengths = np.array([len(one) for one in labels])
    found = backend.to_numpy(ops.ctc_loss(padded, logits, lengths, np.array(steps), blank))
    for k in range(5):
        share = probabilities(logits[k, : steps[k]], blank % 3).get(tuple(labels[k]), 0.0)
        assert found[k] == pytest.approx(-np.log(share) if share else np.inf, rel=1e-5)
    assert np.isinf(found[4])  # aba needs 5 steps, as does 111


@pytest.mark.parametrize("steps, labels", [(1000, 60), (1000, 1), (300, 150)])
def test_long_sequences(steps: int, labels: int, rng: np.random.Generator) -> None:
    logits = rng.normal(size=(1, steps, 8)).astype("float32") * 3
    target = rng.integers(1, 8, (1, labels)).astype("int32")
    found = float(backend.to_numpy(ops.ctc_loss(target, logits, [labels], [steps]))[0])
    assert found == pytest.approx(forward(logits[0], target[0].tolist(), 0), rel=2e-5)


def test_gradients(backend_name: str, rng: np.random.Generator) -> None:
    if "train" not in backend.load(backend_name).capabilities:
        pytest.skip("no gradients")
    logits = rng.normal(size=(3, 5, 3)).astype("float32")
    target, lengths = np.array([[1, 2], [2, 2], [1, 1]], "int32"), np.array([2, 2, 1])
    steps = np.array([5, 4, 5])

    def loss(x: Any) -> Any:
        return ops.sum(ops.ctc_loss(target, x, lengths, steps))

    _, (slope,) = gradients(loss, [backend.load(backend_name).tensor(logits)])
    slope = backend.to_numpy(slope)

    def by_hand(k: int, x: np.ndarray) -> float:
        return forward(x[: steps[k]], target[k, : lengths[k]].tolist(), 0)

    for k, t, c in itertools.product(range(3), range(5), range(3)):
        step = np.zeros((5, 3))
        step[t, c] = 1e-5
        expected = (by_hand(k, logits[k] + step) - by_hand(k, logits[k] - step)) / 2e-5
        assert slope[k, t, c] == pytest.approx(expected, abs=1e-4)


def test_edges(rng: np.random.Generator) -> None:
    logits = rng.normal(size=(2, 1, 3)).astype("float16")
    found = backend.to_numpy(ops.ctc_loss(np.array([[1], [1]]), logits, [1, 0], [1, 0]))
    assert found.dtype == "float16"
    assert found[0] == pytest.approx(-log_softmax(logits[0, 0].astype("float32"))[1], rel=1e-2) and found[1] == 0
    target, length = KerasTensor((None, 4), "int32"), KerasTensor((None,), "int32")
    assert ops.ctc_loss(target, KerasTensor((None, None, 5)), length, length).shape == (None,)
    with pytest.raises(ValueError, match=r"expected \(batch, steps, classes\)"):
        ops.ctc_loss(np.zeros((2, 3)), np.zeros((2, 4)), [1, 1], [1, 1])
    with pytest.raises(ValueError, match="got mask_index=3, expected one of 3 classes"):
        ops.ctc_decode(logits, [1, 1], mask_index=3)
    with pytest.raises(ValueError, match="got strategy='best'"):
        ops.ctc_decode(logits, [1, 1], "best")
    with pytest.raises(ValueError, match="got top_paths=3, expected 1 to beam_width=2"):
        ops.ctc_decode(logits, [1, 1], "beam_search", 2, 3)


@pytest.mark.parametrize("blank", [0, 3])
@pytest.mark.parametrize("merge", [True, False])
def test_greedy(blank: int, merge: bool, rng: np.random.Generator) -> None:
    logits, lengths = rng.normal(size=(4, 9, 4)).astype("float32"), [9, 5, 1, 0]
    labels, scores = map(backend.to_numpy, ops.ctc_decode(logits, lengths, merge_repeated=merge, mask_index=blank))
    assert labels.shape == (1, 4, 9) and labels.dtype == "int32" and scores.shape == (4, 1)
    for k, n in enumerate(lengths):
        path = logits[k, :n].argmax(-1).tolist()
        expected = list(collapsed(path, blank)) if merge else [c for c in path if c != blank]
        assert labels[0, k].tolist() == expected + [-1] * (9 - len(expected))
        assert scores[k, 0] == pytest.approx(-logits[k, :n].max(-1).sum(), abs=1e-5)


@pytest.mark.parametrize("blank", [0, 2])
def test_a_wide_beam_is_exact(blank: int, rng: np.random.Generator) -> None:
    logits, lengths = rng.normal(size=(3, 5, 3)).astype("float32"), [5, 3, 4]
    labels, scores = map(backend.to_numpy, ops.ctc_decode(logits, lengths, "beam_search", 40, 6, mask_index=blank))
    assert labels.shape == (6, 3, 5) and scores.shape == (3, 6)
    for k, n in enumerate(lengths):
        ranked = sorted(probabilities(logits[k, :n], blank).items(), key=lambda item: -item[1])[:6]
        np.testing.assert_allclose(scores[k], np.log([p for _, p in ranked]), rtol=1e-4)
        assert [tuple(c for c in labels[j, k].tolist() if c >= 0) for j in range(6)] == [one for one, _ in ranked]


def test_paths_that_do_not_exist() -> None:
    labels, scores = map(backend.to_numpy, ops.ctc_decode(np.zeros((1, 1, 2), "float32"), [1], "beam_search", 5, 4))
    np.testing.assert_allclose(scores[0, :2], np.log(0.5), rtol=1e-6)
    assert np.isneginf(scores[0, 2:]).all() and sorted(labels[:2, 0, 0].tolist()) == [-1, 1]


def test_a_narrow_beam_over_many_steps(rng: np.random.Generator) -> None:
    """What it finds is as probable as it says, and more so than what the greedy strategy finds."""
    logits = (rng.normal(size=(1, 60, 5)) * 2).astype("float32")
    labels, scores = map(backend.to_numpy, ops.ctc_decode(logits, [60], "beam_search", 16))
    best = [c for c in labels[0, 0].tolist() if c >= 0]
    exact = -forward(logits[0], best, 0)
    greedy = [c for c in backend.to_numpy(ops.ctc_decode(logits, [60])[0])[0, 0].tolist() if c >= 0]
    assert exact - 3 < scores[0, 0] <= exact + 1e-3
    assert exact > -forward(logits[0], greedy, 0)
