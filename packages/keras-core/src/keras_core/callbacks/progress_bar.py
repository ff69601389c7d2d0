"""A progress bar for terminals, notebooks and log files."""

from __future__ import annotations

import io
import math
import sys
import time
from collections import deque
from typing import TYPE_CHECKING, Any, Literal

from keras_core.callbacks.telling import tell
from keras_core.config.switches import is_interactive_logging_enabled

if TYPE_CHECKING:
    from collections.abc import Iterable

    from keras_core.typing import Tensor

Display = Literal["terminal", "notebook", "log"]
_JOINT = " - "


class Progbar:
    """Shows how many steps are done, the time they take, and some numbers.

    In a terminal it is a line that is redrawn, in a notebook an output that is replaced; elsewhere (a
    file, a pipe) only the finished line is written. While it runs it shows the time left and, for one step, the median
    time, since the first steps compile a program; at the end the time it took and the mean time of a step. Numbers that
    do not fit into the line of a terminal go on in lines below.

    Args:
        target: number of steps, None while unknown.
        width: width of the bar in characters. Defaults to 20.
        verbose: 0 silent, 1 the bar, 2 only the finished line. Defaults to 1.
        interval: least seconds between two drawings. Defaults to 0.05.
        stateful_metrics: names whose last value is shown; a mean over the steps is shown of all others. Defaults to
            None.
        stateless_metrics: the other way round: names of which a mean over the steps is shown, and of all others the
            last value. Defaults to None.
        unit_name: what a step is called. Defaults to "step".
        display: "terminal", "notebook" or "log"; found out by default.

    Raises:
        ValueError: if both `stateful_metrics` and `stateless_metrics` are given.

    Example:
        >>> from keras_core.callbacks.progress_bar import Progbar
        >>> bar = Progbar(target=2, verbose=0)
        >>> bar.update(1, [("loss", 3.0)])
        >>> bar.update(2, [("loss", 1.0)])
        >>> bar.value("loss")
        2.0
    """

    def __init__(
        self,
        target: int | None,
        width: int = 20,
        verbose: int = 1,
        interval: float = 0.05,
        stateful_metrics: Iterable[str] | None = None,
        stateless_metrics: Iterable[str] | None = None,
        unit_name: str = "step",
        display: Display | None = None,
    ) -> None:
        if stateful_metrics is not None and stateless_metrics is not None:
            raise ValueError("Progbar takes stateful_metrics or stateless_metrics; got both.")
        self.target = target
        self.width = width
        self.verbose = verbose
        self.interval = interval
        self.unit_name = unit_name
        self.stateful_metrics = set(stateful_metrics or ())
        self.stateless_metrics = None if stateless_metrics is None else set(stateless_metrics)
        self.display = display
        self._screen: _Terminal | _Notebook | None = None
        self._sums: dict[str, tuple[Any, int]] = {}  # weighted sum and sum of weights
        self._seen = 0
        self._start = self._drawn = self._last = time.perf_counter()
        self._paces: deque[tuple[float, int]] = deque(maxlen=1000)  # seconds a step, steps

    def tick(self, current: int) -> bool:
        """Take in that `current` steps are done, and tell whether so much time has gone that `update` draws."""
        now = time.perf_counter()
        new = current - self._seen
        if new > 0:
            self._paces.append(((now - self._last) / new, new))
            self._seen, self._last = current, now
        return self.verbose == 1 and now - self._drawn >= self.interval

    def update(
        self, current: int, values: Iterable[tuple[str, Any]] | None = None, finalize: bool | None = None
    ) -> None:
        """Take in that `current` steps are done.

        Args:
            current: steps done.
            values: pairs of name and number.
            finalize: whether this is the end; by default, whether `current` has reached the target.
        """
        for name, value in values or ():
            self._take(name, value, current)
        due = self.tick(current)
        if finalize is None:
            finalize = self.target is not None and current >= self.target
        if finalize:
            self._finish(time.perf_counter())
        elif due:
            self._drawn = time.perf_counter()
            self._draw(self._drawn)

    def add(self, n: int, values: Iterable[tuple[str, Any]] | None = None) -> None:
        """Take in that `n` more steps are done."""
        self.update(self._seen + n, values)

    def value(self, name: str) -> Tensor:
        """What is shown for `name`."""
        total, weight = self._sums[name]
        return total if weight == 1 else total / weight

    def close(self) -> None:
        """Leave what is drawn and give the terminal back; needed when no end is reached."""
        if self._screen is not None:
            self._screen.close()
            self._screen = None

    def _take(self, name: str, value: Any, current: int) -> None:
        stateless = self.stateless_metrics
        if name in self.stateful_metrics or (stateless is not None and name not in stateless):
            self._sums[name] = value, 1
        else:
            weight = max(current - self._seen, 1)
            total, before = self._sums.get(name, (0.0, 0))
            self._sums[name] = total + value * weight, before + weight

    # -- drawing

    def _draw(self, now: float) -> None:
        screen = self._opened()
        if screen is not None:
            screen.show(*self._parts(now, running=True))

    def _opened(self) -> _Terminal | _Notebook | None:
        """Where the bar is drawn; None where only the finished line is written."""
        if self.display is None:
            self.display = find_display()
        if self._screen is None and self.display != "log":
            self._screen = _Terminal() if self.display == "terminal" else _Notebook()
        return self._screen

    def _finish(self, now: float) -> None:
        if self.verbose == 0:
            return
        screen = self._opened() if self.verbose == 1 else None
        if screen is None:
            done = "" if self._seen == 0 else f"{self._counter()} - "
            tell(f"{done}{self._times(now, running=False, joint=' - ')}{self._numbers()}")
        else:
            screen.show(*self._parts(now, running=False))
            self.close()

    def _parts(self, now: float, running: bool) -> tuple[str, str, str, str]:
        """Counter, done and open part of the bar, and the rest of the line."""
        target = self.target or self._seen
        done = self.width if not target else min(self.width, round(self.width * self._seen / target))
        full = done if self.target or not running else 0
        text = f"{self._times(now, running, ' ')}{self._numbers()}"
        return f"{self._counter()} ", "━" * full, "━" * (self.width - full), f" {text}"

    def _counter(self) -> str:
        if self.target is None:
            return f"{self._seen}/?" if self._screen is not None else f"{self._seen}/{self._seen}"
        return f"{self._seen:>{len(str(self.target))}}/{self.target}"

    def _times(self, now: float, running: bool, joint: str) -> str:
        """Time left and a typical step's; where it ends, or nobody knows when, the time gone and the mean step's."""
        seconds = now - self._start
        each = seconds / self._seen if self._seen else None
        if running and self.target is not None and self._seen < self.target:
            each = self._typical_seconds()
            seconds = seconds if each is None else each * (self.target - self._seen)
        return f"{clock(seconds)}{joint}{short_time(each)}/{self.unit_name}" if each else clock(seconds)

    def _typical_seconds(self) -> float | None:
        """The median step's, since a few calls compile a program first."""
        half = sum(steps for _, steps in self._paces) / 2
        for seconds, steps in sorted(self._paces):
            half -= steps
            if half <= 0:
                return seconds
        return None

    def _numbers(self) -> str:
        return "".join(f"{_JOINT}{name}: {number(self.value(name))}" for name in self._sums)


class _Terminal:
    """A line of a terminal, by rich; what is printed meanwhile goes above it."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.live import Live

        self._console = Console()
        self._live = Live(console=self._console, auto_refresh=False, vertical_overflow="visible")
        self._live.start()

    def show(self, counter: str, done: str, open_: str, rest: str) -> None:
        from rich.text import Text

        columns = self._console.width
        times, *numbers = rest.split(_JOINT)
        width = len(done + open_)
        room = max(1, min(width, columns - len(counter) - len(times)))
        done = done[: round(len(done) * room / max(1, width))]
        open_ = open_[: room - len(done)]
        text = in_lines(times, [_JOINT + one for one in numbers], len(counter) + room, columns)
        line = Text.assemble((counter, "bold"), (done, "green"), (open_, "bright_black"), text, overflow="fold")
        self._live.update(line, refresh=True)

    def close(self) -> None:
        self._live.stop()


class _Notebook:
    """An output of a notebook's cell that is replaced: the line as a page has it, drawn by rich, and as plain text."""

    def __init__(self) -> None:
        self._handle: Any = None

    def show(self, counter: str, done: str, open_: str, rest: str) -> None:
        from IPython.display import display

        content = {
            "text/plain": f"{counter}{done}{'─' * len(open_)}{rest}",
            "text/html": _as_html(counter, done, open_, rest),
        }
        if self._handle is None:
            self._handle = display(content, raw=True, display_id=True)
        else:
            self._handle.update(content, raw=True)

    def close(self) -> None:
        pass


def _as_html(counter: str, done: str, open_: str, rest: str) -> str:
    """The bar in colours; a line that is wider than the page is broken."""
    from rich.console import Console
    from rich.text import Text

    line = Text.assemble((counter, "bold"), (done, "green"), (open_, "bright_black"), rest)
    console = Console(file=io.StringIO(), record=True, width=line.cell_len + 1, force_jupyter=False)
    console.print(line, end="")
    return console.export_html(
        inline_styles=True, code_format='<pre style="white-space:pre-wrap;line-height:normal;margin:0">{code}</pre>'
    )


def find_display() -> Display:
    """What standard output is shown on; a log where interactive logging is switched off."""
    if not is_interactive_logging_enabled():
        return "log"
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is not None and getattr(shell, "kernel", None) is not None:
        return "notebook"
    return "terminal" if sys.stdout.isatty() else "log"


def in_lines(first: str, rest: list[str], used: int, columns: int) -> str:
    r"""`first` and the pieces of `rest`, broken between pieces so that no line is longer than `columns`.

    Args:
        first: where the text begins.
        rest: the pieces after it.
        used: how much of the first line is taken.
        columns: the length of a line.

    Example:
        >>> from keras_core.callbacks.progress_bar import in_lines
        >>> in_lines("3s", [" - loss: 1.0", " - accuracy: 0.5"], used=4, columns=20)
        '3s - loss: 1.0\n - accuracy: 0.5'
    """
    text, length = first, used + len(first)
    for piece in rest:
        if length + len(piece) > columns:
            text, length = text + "\n", 0
        text, length = text + piece, length + len(piece)
    return text


def clock(seconds: float) -> str:
    """A time as people write it.

    Example:
        >>> from keras_core.callbacks.progress_bar import clock
        >>> clock(4.2), clock(75), clock(3700)
        ('4s', '1:15', '1:01:40')
    """
    whole = int(seconds)
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours}:{minutes:02d}:{rest:02d}"
    return f"{minutes}:{rest:02d}" if minutes else f"{rest}s"


def short_time(seconds: float | None) -> str:
    """A short time with its unit.

    Example:
        >>> from keras_core.callbacks.progress_bar import short_time
        >>> short_time(0.0021), short_time(1.5), short_time(3e-5)
        ('2ms', '2s', '30us')
    """
    if seconds is None:
        return "?"
    for scale, unit in ((1.0, "s"), (1e-3, "ms")):
        if seconds >= scale:
            return f"{seconds / scale:.0f}{unit}"
    return f"{seconds / 1e-6:.0f}us"


def number(value: Tensor) -> str:
    """A metric's value, short.

    Example:
        >>> from keras_core.callbacks.progress_bar import number
        >>> number(0.12345), number(0.00012345), number(0)
        ('0.1235', '1.2345e-04', '0.0000')
    """
    try:
        value = float(value)
    except (TypeError, ValueError):
        return str(value)
    small = value != 0 and math.isfinite(value) and abs(value) < 1e-3
    return f"{value:.4e}" if small else f"{value:.4f}"
