"""What the model of the quick start says about ten digits that it has not seen, whichever backend is there.

python examples/quickstart_predict.py [FOLDER]
"""

import sys
from pathlib import Path

import keras
import numpy as np

folder = Path(sys.argv[1] if len(sys.argv) > 1 else "quickstart-output")
model = keras.models.load_model(folder / "digits.keras")
with np.load(folder / "held_out.npz") as held_out:
    digits, labels = held_out["digits"], held_out["labels"]

print(f"Backend: {keras.config.backend()}")
for label, probabilities in zip(labels, model.predict(digits, verbose=0), strict=True):
    guess = probabilities.argmax()
    print(f"a {label} is taken for a {guess}, by {probabilities[guess]:.0%}")
