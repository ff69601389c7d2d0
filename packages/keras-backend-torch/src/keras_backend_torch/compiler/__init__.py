"""Recording functions as lists of kernel calls, optimizing these, and generating Python code from them."""
