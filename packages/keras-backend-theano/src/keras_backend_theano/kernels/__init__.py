"""Numerical kernels in NumPy, free of PyTensor: convolution, pooling, LSTM, GRU and random draws."""
