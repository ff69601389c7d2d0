"""PyTensor Ops of this package, each with its gradient: those over `kernels/`, and control flow."""
