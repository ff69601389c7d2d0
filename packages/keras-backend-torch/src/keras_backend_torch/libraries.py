"""Loading what PyTorch loads later in such a way that other frameworks' libraries do not get in between."""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys


def load_apart(module: str) -> None:
    """Import a module whose libraries shall see their own symbols before those of the whole process.

    Some frameworks offer their copy of LLVM to the whole process. Triton, which PyTorch imports when it first
    traces, has another version of it inside and crashes when it finds that one. Where a system cannot load
    in this way, or the module is missing or loaded, nothing happens.
    """
    apart = getattr(os, "RTLD_DEEPBIND", 0)
    if not apart or module in sys.modules or importlib.util.find_spec(module) is None:
        return
    flags = sys.getdlopenflags()
    sys.setdlopenflags(flags | apart)
    try:
        importlib.import_module(module)
    except Exception:  # it is PyTorch's to say so, when it needs it
        sys.modules.pop(module, None)
    finally:
        sys.setdlopenflags(flags)


load_apart("triton")
