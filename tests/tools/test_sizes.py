"""Covers: tools/sizes.py."""

import sizes


def test_files_and_docstrings_are_counted(tmp_path):
    source = tmp_path / "packages" / "keras-core" / "src" / "keras_core"
    (source / "__pycache__").mkdir(parents=True)
    (source / "__pycache__" / "a.pyc").write_bytes(b"x" * 1000)
    (source / "a.py").write_text('"""Ten bytes."""\n\n\ndef f():\n    """Four"""\n')
    (source / "py.typed").write_text("12345")
    (tmp_path / "packages" / "keras-core" / "pyproject.toml").write_text("")
    whole, documented = sizes.sizes(tmp_path / "packages" / "keras-core")
    assert whole == (source / "a.py").stat().st_size + 5
    assert documented == len("Ten bytes.") + len("Four")
    head, core, together = sizes.table([tmp_path]).splitlines()
    assert head.split() == ["package", "bytes", "docstrings"]
    assert core.split()[1:] == together.split()[-2:] == [str(whole), str(documented)]


def test_this_checkout_has_a_row_for_every_package():
    import workspace

    assert set(workspace.packages()) <= {line.split()[0] for line in sizes.table([sizes.ROOT]).splitlines()}
