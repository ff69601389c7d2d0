"""PyTensor Ops over the kernels, each with its gradient."""
