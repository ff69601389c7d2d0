import ctypes
import shutil

import pytest
from keras_backend_cntk import mpi_stub

SYMBOLS = ["MPI_Barrier", "MPI_Comm_size", "_ZN3MPI4CommC2Ev", "ompi_mpi_comm_world", "ompi_mpi_cxx_op_intercept"]


def test_functions_return_0_and_data_are_zeroed():
    source = mpi_stub.source_of(SYMBOLS)
    assert "int MPI_Barrier(void) { return 0; }" in source and "char ompi_mpi_comm_world[1024];" in source
    assert "int ompi_mpi_cxx_op_intercept(void)" in source and source.count("MPI_Comm_size") == 1


@pytest.mark.skipif(not shutil.which("cc") or not shutil.which("nm"), reason="needs cc and nm")
def test_the_libraries_hold_what_is_missing(tmp_path):
    mpi_stub.build(SYMBOLS, shutil.which("cc"), tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(mpi_stub.LIBRARIES)
    library = ctypes.CDLL(str(tmp_path / mpi_stub.LIBRARIES[0]))
    count = ctypes.c_int(7)
    assert library.MPI_Comm_size(None, ctypes.byref(count)) == 0 and count.value == 1
    assert mpi_stub.undefined_symbols(tmp_path.iterdir()) == []
