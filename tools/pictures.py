"""Makes the pictures of docs/seeing.md in docs/images: `python tools/pictures.py`, on any backend that trains.

The page's code writes diagrams, curves and galleries; what it prints, and what a training writes into a terminal and
into a pipe, is drawn by rich.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "seeing.md"
IMAGES = ROOT / "docs" / "images"
COLUMNS, LINES = 80, 24
TRAINING = """
import keras, numpy as np, time
rng = np.random.default_rng(0)
x = rng.normal(size=(2000, 8)).astype("float32")
y = (x[:, 0] * x[:, 1] > 0).astype("float32")
model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(32, "relu"), keras.layers.Dense(1, "sigmoid")])
model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy", metrics=["accuracy"])
slow = keras.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: time.sleep(0.02))
model.fit(x, y, epochs=3, batch_size=32, validation_split=0.2, callbacks=[slow])
"""


def examples(page: Path) -> list[str]:
    """The examples of Python in a page."""
    return re.findall(r"^```python\n(.*?)^```$", page.read_text("utf-8"), re.M | re.S)


def named_images(page: Path) -> set[str]:
    """The names of the images that a page shows."""
    return set(re.findall(r"\]\(images/([\w.-]+)\)", page.read_text("utf-8")))


def screen(output: str) -> list[str]:
    r"""The lines of a terminal after some output: of its control codes those that rich's live display uses.

    Args:
        output: what was written, with codes for colours, which stay, and for moving, which are followed.

    Example:
        >>> screen("one\r\ntwo\r\x1b[2K\x1b[1A\x1b[2Kthree")
        ['three', '']
    """
    lines, at = [""], 0
    for piece in re.findall(r"\x1b\[\?\d+[hl]|\x1b\[\d*[AK]|\r|\n|(?:[^\x1b\r\n]|\x1b\[[\d;]*m)+", output):
        if piece == "\n":
            at += 1
            lines += [""] * (at + 1 - len(lines))
        elif piece.endswith("A") and piece.startswith("\x1b"):
            at = max(0, at - int(piece[2:-1] or 1))
        elif piece.endswith("K") and piece.startswith("\x1b"):
            lines[at] = ""
        elif piece != "\r" and not piece.startswith("\x1b[?"):
            lines[at] += piece
    return lines


def draw(lines: list[str], path: Path, title: str) -> None:
    """Draw lines of a terminal as SVG, in the width of the longest one."""
    from rich.console import Console
    from rich.text import Text

    columns = max(len(Text.from_ansi(line)) for line in lines) + 1
    console = Console(record=True, width=columns, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    for line in lines:
        console.print(Text.from_ansi(line), highlight=False, soft_wrap=True)
    drawn = console.export_svg(title=title, unique_id=path.stem)
    path.write_text(re.sub(r"@font-face \{.*?\}\s*", "", drawn, flags=re.S), encoding="utf-8")  # fonts of other sites


def in_terminal(code: str) -> str:
    """What a script writes into a terminal of 80 columns."""
    import pty

    main, end = pty.openpty()
    settings = {**os.environ, "COLUMNS": str(COLUMNS), "LINES": str(LINES), "TERM": "xterm-256color"}
    process = subprocess.Popen([sys.executable, "-c", code], stdout=end, stderr=subprocess.DEVNULL, env=settings)
    os.close(end)
    found = b""
    with contextlib.suppress(OSError):  # the other end is closed
        while piece := os.read(main, 65536):
            found += piece
    if process.wait():
        raise SystemExit("The training failed.")
    return found.decode()


def half_done(output: str) -> str:
    """The output up to the middle of the last epoch."""
    begin = output.rindex("Epoch ")
    places = [match.start() for match in re.finditer(r"\r\x1b\[2K", output[begin:])]
    return output[: begin + places[len(places) // 2]]


def main() -> None:
    """Make all pictures."""
    IMAGES.mkdir(exist_ok=True)
    home = Path.cwd()
    printed = []
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        names: dict[str, object] = {"__name__": "seeing"}
        for number, text in enumerate(examples(PAGE)):
            out = io.StringIO()
            with contextlib.redirect_stdout(out):
                exec(compile(text, f"{PAGE.name}, example {number + 1}", "exec"), names)
            printed.append(out.getvalue())
        for name in named_images(PAGE):
            if Path(name).exists():
                shutil.copyfile(name, IMAGES / name)
        os.chdir(home)
    draw(printed[0].splitlines(), IMAGES / "summary.svg", "model.summary()")
    draw(screen(half_done(in_terminal(TRAINING))), IMAGES / "terminal.svg", "model.fit() in a terminal")
    piped = subprocess.run([sys.executable, "-c", TRAINING], capture_output=True, text=True, check=True)
    draw(piped.stdout.splitlines(), IMAGES / "log.svg", "model.fit() in a pipe")
    if missing := named_images(PAGE) - {path.name for path in IMAGES.iterdir()}:
        raise SystemExit(f"Nothing made {', '.join(sorted(missing))}.")


if __name__ == "__main__":
    main()
