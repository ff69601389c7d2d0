"""What no file may bring about: crashes, long work, much memory, a way out of its folder, an unclean error.

Crashes and what never ends are seen by the fuzzer itself, which ends then; the rest is noted and it goes on.
"""

from __future__ import annotations

import hashlib
import mmap
import os
import resource
import sys
import time
import traceback
import warnings
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

SECONDS = 10  # of the processor, for one input
KILOBYTES = 512 << 10  # of memory, for one input
_FORBIDDEN = {"os.system", "os.exec", "os.fork", "os.posix_spawn", "subprocess.Popen", "pickle.find_class"}
_FORBIDDEN |= {
    "socket.connect",
    "socket.getaddrinfo",
    "socket.bind",
    "urllib.Request",
    "ctypes.dlopen",
    "webbrowser.open",
}
_FORBIDDEN |= {"os.link", "os.symlink", "os.chmod", "os.chown", "shutil.copyfile", "shutil.unpack_archive"}
_OWN = str(Path(__file__).resolve().parents[2])


class Watch:
    """Runs readers on inputs, and keeps in a folder what went wrong: one input for each kind of finding.

    Args:
        folder: where findings go, and `count`, the number of inputs so far.
        allowed: the folder that readers may write in.
    """

    def __init__(self, folder: Path, allowed: Path) -> None:
        self._folder, self._allowed = folder, str(allowed)
        folder.mkdir(parents=True, exist_ok=True)
        with open(folder / "count", "wb") as file:
            file.write(bytes(8))
        with open(folder / "count", "rb+") as file:
            self._counter = mmap.mmap(file.fileno(), 8)
        self.count = 0
        self._escaped: str | None = None
        self._watching = False
        self._readable = (self._allowed, _OWN, sys.prefix, sys.base_prefix, "/dev/null", "/dev/urandom", "/proc/self")
        self._readable += ("/usr/lib", "/lib", "/sys/", *map(os.path.realpath, filter(None, sys.path)))
        self._memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        sys.addaudithook(self._hook)

    def _hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self._watching:
            return
        if event in _FORBIDDEN:
            self._escaped = f"{event}{arguments!r:.200}"
            raise PermissionError(f"forbidden: {event}")
        if event == "open":
            path, mode, flags = arguments
            if isinstance(path, int):
                return
            path = os.path.realpath(os.fsdecode(path))
            writes = bool((flags or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)) or any(
                c in (mode or "") for c in "wxa+"
            )
            if not path.startswith((self._allowed, "/dev/null") if writes else self._readable):
                self._escaped = f"open of {path} ({mode}, {flags})"
                raise PermissionError("forbidden: open")

    def run(self, reader: Callable[[], Any], content: bytes, name: str | None) -> None:
        """Run a reader on an input.

        Args:
            reader: what reads it.
            content: the input, which is kept if something is found.
            name: what an error must name; None where there is no file.
        """
        self.count += 1
        self._counter[:8] = self.count.to_bytes(8, "little")
        self._escaped = None
        start = time.process_time()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                self._watching = True
                try:
                    reader()
                finally:
                    self._watching = False
        except (ValueError, FileNotFoundError, ModuleNotFoundError) as error:
            if name is not None and name not in str(error) and isinstance(error, ValueError):
                self._found("error that does not name the file", error, content)
        except Exception as error:
            self._found("unclean error", error, content)
        if self._escaped:
            self._found("escape", RuntimeError(self._escaped), content)
        if (seconds := time.process_time() - start) > SECONDS:
            self._found("slow", RuntimeError(f"{seconds:.1f} s"), content)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        if memory - self._memory > KILOBYTES and self.count > 20:
            self._found("memory", RuntimeError(f"{(memory - self._memory) >> 10} MiB"), content)
        if memory - self._memory > KILOBYTES or self.count <= 20:
            self._memory = memory

    def _found(self, kind: str, error: BaseException, content: bytes) -> None:
        frames = [
            f for f in traceback.extract_tb(error.__traceback__) if "/packages/" in f.filename or "keras_" in f.filename
        ]
        last = f"{Path(frames[-1].filename).name}:{frames[-1].name}:{frames[-1].lineno}" if frames else "nowhere"
        what = f"{kind} {type(error).__name__} at {last}"
        key = f"{kind.split()[0]}-{hashlib.sha256(what.encode()).hexdigest()[:10]}"
        if kind in ("slow", "memory", "escape"):
            key = f"{kind}-{hashlib.sha256(content).hexdigest()[:10]}"
        path = self._folder / f"finding-{key}"
        if path.exists():
            return
        path.write_bytes(content)
        text = "".join(traceback.format_exception(error))[-6000:]
        with suppress(UnicodeError):
            path.with_name(f"{path.name}.txt").write_text(f"{what}\n{error!s:.500}\n\n{text}", "utf-8", "replace")
