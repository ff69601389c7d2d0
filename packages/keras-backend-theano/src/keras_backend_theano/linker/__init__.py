"""Running PyTensor graphs as straight-line NumPy code, which needs no compiler and starts at once."""
