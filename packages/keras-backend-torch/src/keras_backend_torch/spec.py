"""What the registry reads before PyTorch is needed."""

from __future__ import annotations

from keras_core.backend import BackendSpec

SPEC = BackendSpec(
    name="torch",
    target="keras_backend_torch.backend:BACKEND",
    protocol=1,
    trains=True,
    priority=80,
    adds=frozenset(
        {
            "buffers",
            "children",
            "cpu",
            "cuda",
            "eval",
            "load_state_dict",
            "modules",
            "named_buffers",
            "named_parameters",
            "parameters",
            "requires_grad_",
            "state_dict",
            "to",
            "train",
            "training",
            "zero_grad",
        }
    ),
    launcher=(
        "-m",
        "torch.distributed.run",
        "--nproc-per-node={processes}",
        "--master-addr=127.0.0.1",
        "--master-port={port}",
        "--tee=3",
    ),
)
