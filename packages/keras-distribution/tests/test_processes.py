import pytest
from keras_distribution import initialize


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((None, 2, 1), "Process 1 of 2 needs the address"),
        (("localhost:1", 2, None), "from 0 to 1, got None"),
        (("localhost:1", 2, 2), "from 0 to 1, got 2"),
        (("localhost", 2, 0), "host:port, got 'localhost'"),
        (("a:1,b:2", 3, 0), "2 addresses for 3 processes"),
        ((None, 0, 0), "at least 1"),
    ],
)
def test_what_does_not_fit(arguments, message):
    with pytest.raises(ValueError, match=message):
        initialize(*arguments)


def test_without_an_engine(without_engine):
    with pytest.raises(NotImplementedError, match="no engine"):
        initialize()
