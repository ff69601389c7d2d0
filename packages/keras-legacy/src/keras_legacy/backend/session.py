"""Sessions of old scripts: variables hold their values themselves, so a session only computes what it is asked for."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from keras_core import KerasTensor
from keras_core.graph import keras_tensors_in, map_nested

from keras_legacy.backend.functions import function
from keras_legacy.backend.values import get_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Session:
    """What `K.get_session()` returns: it runs parts of a graph, and has nothing to open, fill or close.

    Example:
        >>> from keras_legacy import backend as K
        >>> x = K.placeholder((None, 2))
        >>> with K.get_session() as session:
        ...     session.run(K.sum(x), feed_dict={x: [[1.0, 2.0]]}).tolist()
        3.0
    """

    def run(self, fetches: Any, feed_dict: Mapping[Any, Any] | None = None) -> Any:
        """Compute values.

        Args:
            fetches: symbolic tensors, Variables or tensors, also nested.
            feed_dict: symbolic tensor → its value; `K.learning_phase()` may be among them. Defaults to None.

        Returns:
            NumPy arrays, structured like `fetches`.

        Raises:
            ValueError: where a value is missing that the fetches are computed from.
        """
        feeds = dict(feed_dict or {})
        symbolic = keras_tensors_in([fetches])
        found = function(list(feeds), symbolic)(list(feeds.values())) if symbolic else []
        values = {id(symbol): value for symbol, value in zip(symbolic, found, strict=True)}
        return map_nested(lambda leaf: values[id(leaf)] if isinstance(leaf, KerasTensor) else get_value(leaf), fetches)

    def close(self) -> None:
        """Nothing: a session holds nothing."""

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *error: object) -> None:
        return None

    def as_default(self) -> Session:
        """The session itself, which may stand in a `with`."""
        return self


_SESSION = Session()


def get_session() -> Session:
    """The session of this process: there is one, as it holds nothing."""
    return _SESSION


def set_session(session: Any) -> None:
    """Accept a session, such as a `tf.Session` with settings of its own, which change nothing here.

    Args:
        session: any object.
    """


def manual_variable_initialization(value: bool) -> None:
    """Nothing: a Variable has its initial value from when it is made, and loading weights replaces it.

    Args:
        value: whether a script means to initialize variables itself.
    """


def v1_variable_initialization() -> None:
    """Nothing: every Variable has its initial value from when it is made, so that none is left to be initialized."""


@contextmanager
def control_dependencies(control_inputs: Any) -> Iterator[None]:
    """A scope in which nothing changes: assignments are done in the order in which they are written.

    Args:
        control_inputs: updates or tensors that come first.
    """
    yield
