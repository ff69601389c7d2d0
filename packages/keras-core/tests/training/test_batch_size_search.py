"""The batch size that trains most samples a second."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from keras_core.training import batch_size_search
from keras_core.training.batch_size_search import is_lack_of_memory

if TYPE_CHECKING:
    from collections.abc import Callable

    from keras_core import Sequential

pytestmark = pytest.mark.needs_train

X = np.random.default_rng(0).normal(size=(300, 3)).astype("float32")
Y = X.sum(-1, keepdims=True)


@pytest.mark.parametrize(
    ("seconds", "chosen", "tried"),
    [
        ({32: 1.0, 64: 1.0, 128: 1.0, 256: 1.0}, 256, 4),
        ({32: 1.0, 64: 1.0, 128: 1.9, 256: 3.8}, 64, 4),
        ({32: 1.0, 64: 2.0, 128: 4.0}, 32, 3),
        ({32: 1.0, 64: 1.0, 128: MemoryError()}, 64, 3),
        ({32: 1.0, 64: RuntimeError("CUDA out of memory.")}, 32, 2),
    ],
)
def test_the_choice(
    compiled: Callable[..., Sequential],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    seconds: dict[int, Any],
    chosen: int,
    tried: int,
) -> None:
    seen = []

    def timed(state: Any, programs: Any, data: Any, size: int) -> float:
        seen.append(size)
        state.model.set_weights([np.zeros((3, 1)), np.zeros(1)])
        if isinstance(seconds[size], Exception):
            raise seconds[size]
        return float(seconds[size])

    monkeypatch.setattr(batch_size_search, "_seconds", timed)
    model = compiled(rate=0.0)
    model.fit(X, Y, batch_size="auto", verbose=2)
    assert len(seen) == tried
    assert int(model.optimizer.iterations.numpy()) == -(-300 // chosen)
    assert model.get_weights()[0].tolist() == [[1.0]] * 3
    assert f"batch_size='auto' is {chosen}." in capsys.readouterr().out


def test_processes_take_the_time_of_the_slowest(
    compiled: Callable[..., Sequential], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seen: list[int] = []

    def timed(state: Any, programs: Any, data: Any, size: int) -> float:
        seen.append(size)
        return 1.0

    monkeypatch.setattr(batch_size_search, "_seconds", timed)
    others = {32: b"0.5", 64: b"0.5", 128: b"4.0", 256: b"inf"}
    group = SimpleNamespace(exchange=lambda message: [message, others[seen[-1]]])
    monkeypatch.setattr(batch_size_search, "group_of", lambda backend: group)
    compiled().fit(X, Y, batch_size="auto", verbose=2)
    out = capsys.readouterr().out
    assert "batch_size='auto' is 64. Samples/s by batch size: 32: 32, 64: 64, 128: 32" in out


def test_real_times_and_what_is_undone(compiled: Callable[..., Sequential]) -> None:
    def train(batch_size: Any) -> Any:
        np.random.seed(3)
        model = compiled(rate=0.01)
        model.fit(X[:40], Y[:40], batch_size=batch_size, verbose=0)
        return model.get_weights()[0].tolist()

    assert train("auto") == train(32)  # the only power of two


def test_another_error_is_raised(compiled: Callable[..., Sequential], monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> float:
        raise ArithmeticError("of the user")

    monkeypatch.setattr(batch_size_search, "_seconds", broken)
    with pytest.raises(ArithmeticError, match="of the user"):
        compiled().fit(X, Y, batch_size="auto", verbose=0)
    assert is_lack_of_memory(MemoryError()) and not is_lack_of_memory(ArithmeticError("of the user"))


def test_what_it_is_not_for(compiled: Callable[..., Sequential], tmp_path: Any) -> None:
    with pytest.raises(ValueError, match="needs arrays"):
        compiled().fit(iter([(X, Y)]), batch_size="auto")
    with pytest.raises(ValueError, match="give the number"):
        compiled().fit(X, Y, batch_size="auto", resume=tmp_path)
    with pytest.raises(ValueError, match="batch_size must be a positive integer or 'auto', got 'fast'"):
        compiled().fit(X, Y, batch_size="fast")
