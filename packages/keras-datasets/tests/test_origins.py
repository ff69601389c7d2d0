import re

from keras_datasets._origins import _table, published


def test_every_file_comes_by_https_and_has_a_hash():
    for name in _table():
        file = published(name)
        assert file.url.startswith("https://") and file.url.endswith(name)
        assert re.fullmatch("[0-9a-f]{32}|[0-9a-f]{64}", file.file_hash)
    assert len(_table()) == 13
