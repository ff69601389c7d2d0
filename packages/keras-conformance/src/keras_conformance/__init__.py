"""The conformance kit: what a backend must do, as tests that any backend can run.

    pip install keras-conformance
    pytest --pyargs keras_conformance --keras-backend NAME

The tests are driven by the op table: names and signatures, values against the NumPy backend on generated
inputs, dtypes, shapes inferred against real ones, bodies of derived ops against a backend's own
versions, gradients against finite differences. What a backend is known to fail stands in `gaps.toml` of its
package:

    [[gap]]
    test = "test_ops.py::test_values[erfinv]"
    reason = "why, and what it does instead"

Such a test must fail; once it passes, or when no test has that name, the run fails until the entry is gone.

`LayerContract` and `OptimizerContract` are base classes for the tests of layers and optimizers.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
