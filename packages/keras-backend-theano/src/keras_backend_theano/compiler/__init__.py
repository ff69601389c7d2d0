"""Compiles PyTensor graphs to straight-line NumPy code, which needs no compiler and starts at once."""
