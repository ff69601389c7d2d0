"""The quick start with the seeds 0 to 9, none chosen: how good is it, and how surely?"""

import contextlib
import io
import runpy
import statistics
import sys
import tempfile
from pathlib import Path

MEDIAN, LEAST = 0.92, 0.90

accuracies = []
with tempfile.TemporaryDirectory() as folder:
    for seed in range(10):
        sys.argv = ["quickstart.py", "--seed", str(seed), "--output", folder]
        with contextlib.redirect_stdout(io.StringIO()):
            names = runpy.run_path(str(Path(__file__).with_name("quickstart.py")))
        loss, accuracy = names["loss_and_metrics"]
        accuracies.append(float(accuracy))
        print(f"seed {seed}: held-out loss {loss:.4f}, accuracy {accuracy:.3f}", flush=True)

median, least = statistics.median(accuracies), min(accuracies)
print(f"median accuracy {median:.4f} (at least {MEDIAN} expected), lowest {least:.3f} (at least {LEAST})")
if median < MEDIAN or least < LEAST:
    raise SystemExit("The quick start learns less than it should.")
