"""Runs under upstream Keras: writes its files, and reads ours. All of it in one process.

    python upstream_worker.py FOLDER

FOLDER/ours has the files that this Keras wrote; FOLDER/theirs gets those of upstream, and FOLDER/read
what upstream made of ours, as arrays or as the text of an error.
"""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import keras
import numpy as np
import peer_models


def main(folder: Path) -> None:
    print(keras.__version__)
    (folder / "theirs").mkdir()
    (folder / "read").mkdir()
    for name in peer_models.MODELS:
        attempt(folder / "theirs" / f"{name}.error", lambda n=name: peer_models.write(folder / "theirs", n, keras))
        attempt(folder / "read" / f"{name}.error", lambda n=name: keep(folder, n))


def keep(folder: Path, name: str) -> None:
    if not (folder / "ours" / f"{name}.npz").exists():
        return
    found = peer_models.read(folder / "ours", name, keras)
    arrays = {f"{key}{i}": array for key, group in found.items() for i, array in enumerate(group)}
    np.savez(folder / "read" / f"{name}.npz", **arrays)


def attempt(note: Path, action) -> None:
    try:
        action()
    except Exception:
        note.write_text(traceback.format_exc())
    finally:
        keras.backend.clear_session()


main(Path(sys.argv[1]))
