"""Runs under upstream Keras or tf_keras: writes its files, and reads ours. All of it in one process.

    python upstream_worker.py FOLDER keras|tf_keras

FOLDER/ours has the files that this Keras wrote; FOLDER/PEER/theirs gets those of the peer, and FOLDER/PEER/read what it
made of ours: arrays, or the text of an error.
"""

from __future__ import annotations

import importlib
import os
import pickle
import sys
import traceback
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import peers

PEER = sys.argv[2]
keras = importlib.import_module(PEER)


def main(folder: Path) -> None:
    print(keras.__version__)
    theirs = folder / PEER / "theirs"
    theirs.mkdir(parents=True)
    for name in peers.exchanged(PEER):
        kinds = peers.kinds_of(name, PEER, peers.WRITTEN)
        attempt(theirs / f"{name}.error", lambda n=name, k=kinds: peers.write(theirs, n, keras, k))
    found = {}
    for name in peers.exchanged(PEER):
        kinds = peers.kinds_of(name, PEER, peers.READ)
        found[name] = peers.read(folder / "ours", name, keras, kinds)
        keras.backend.clear_session()
    (folder / PEER / "read.pickle").write_bytes(pickle.dumps(found))


def attempt(note: Path, action) -> None:
    try:
        action()
    except Exception:
        note.write_text(traceback.format_exc())
    finally:
        keras.backend.clear_session()


main(Path(sys.argv[1]))
