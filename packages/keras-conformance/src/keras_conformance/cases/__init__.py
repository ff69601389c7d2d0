"""How each op is called: for every op of the table a function that draws its arguments."""

from keras_conformance.cases import (
    complex,
    elementwise,
    indexing,
    linalg,
    nn,
    random,
    reduction,
    shaping,
    statistics,
    windows,
)
from keras_conformance.inputs import Case

CASES: dict[str, Case] = {
    name: case
    for family in (elementwise, shaping, reduction, indexing, linalg, nn, windows, random, statistics, complex)
    for name, case in family.CASES.items()
}
