"""`python -m keras_backend_cntk setup` makes the worker's environment, `... doctor` says what is missing."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from keras_backend_cntk.setting_up import SetupError, diagnosis, set_up

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit status.

    Args:
        arguments: those of the command line by default.
    """
    parser = argparse.ArgumentParser(prog="python -m keras_backend_cntk", description=__doc__)
    parser.add_argument("command", choices=["setup", "doctor"])
    command = parser.parse_args(arguments).command
    if command == "setup":
        try:
            print(f"CNTK is in {set_up()}")
        except (SetupError, OSError) as error:  # such as a folder that may not be written
            print(error, file=sys.stderr)
            return 1
    found = diagnosis()
    for what, problem in found:
        print(f"{'missing' if problem else 'fine':8} {what}" + (f": {problem}" if problem else ""))
    return int(any(problem for _, problem in found))


if __name__ == "__main__":
    sys.exit(main())
