"""Runs under upstream Keras: writes its quantized models, and reads ours.

python quantization_worker.py FOLDER
"""

from __future__ import annotations

import os
import sys
import warnings
from pathlib import Path

os.environ["CUDA_VISIBLE_DEVICES"] = ""

import keras
import numpy as np
from quantized_models import exchanged, given, inputs, quantized

folder = Path(sys.argv[1])
warnings.simplefilter("ignore")
for name, mode in exchanged() + given():
    model = quantized(keras, name, mode)
    data = inputs(model)
    if (name, mode) in exchanged():
        model.save(folder / f"theirs-{name}-{mode}.keras")
    else:
        np.savez(folder / f"weights-{name}-{mode}.npz", *model.get_weights())
    ours = folder / f"ours-{name}-{mode}.keras"
    read = keras.models.load_model(ours).predict(data, verbose=0) if ours.exists() else np.zeros(0)
    np.savez(folder / f"{name}-{mode}.npz", theirs=model.predict(data, verbose=0), ours=read)
    keras.utils.clear_session()
