"""Writing files beside a training."""

from __future__ import annotations

import warnings
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future


class BackgroundSaving:
    """Writes one file at a time in a thread of its own, while the training goes on.

    The thread ends with `close`, or after the file in progress when the interpreter ends.

    Args:
        owner: whose files they are, for messages and the thread's name.

    Example:
        >>> from keras_core.callbacks.background_saving import BackgroundSaving
        >>> saving, written = BackgroundSaving("Example"), []
        >>> saving.begin(lambda: written.append(1))
        >>> saving.finish()
        >>> written
        [1]
        >>> saving.close()
    """

    def __init__(self, owner: str) -> None:
        self._owner = owner
        self._thread: ThreadPoolExecutor | None = None
        self._writing: Future[None] | None = None

    @property
    def is_busy(self) -> bool:
        """Whether a file is being written."""
        return self._writing is not None and not self._writing.done()

    def begin(self, write: Callable[[], None]) -> None:
        """Begin to write, after what is being written already.

        Args:
            write: writes the file; it must not look at what the training changes.
        """
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"{self._owner}-saving")
        self._writing = self._thread.submit(write)

    def finish(self) -> None:
        """Wait until everything is written.

        Raises:
            BaseException: what writing raised.
        """
        if self._writing is not None:
            writing, self._writing = self._writing, None
            writing.result()

    def close(self) -> None:
        """Wait until everything is written and end the thread; warn of an error that nobody was told of yet."""
        try:
            self.finish()
        except Exception as error:
            warnings.warn(f"{self._owner}: the last save was not written: {error!r}.", stacklevel=2)
        finally:
            if self._thread is not None:
                self._thread.shutdown()
                self._thread = None
