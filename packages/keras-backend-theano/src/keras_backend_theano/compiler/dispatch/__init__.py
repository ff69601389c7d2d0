"""The NumPy code of each kind of PyTensor node, in files named as PyTensor names such files for its own linkers."""
