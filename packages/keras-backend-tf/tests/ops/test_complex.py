"""Complex numbers, transforms and eigenvalues, in every precision."""

from complex_contract import ComplexContract


class TestComplex(ComplexContract):
    backend = "tensorflow"
