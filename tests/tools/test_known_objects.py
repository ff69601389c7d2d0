"""The tool that writes the core's list of what packages provide."""

import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def tool(_tools_on_the_path):
    import known_objects

    return known_objects


@pytest.fixture
def checkout(tmp_path):
    """Makes a checkout of one package from texts by path."""

    def make(name="some-layers", group="keras.objects", **files):
        folder = tmp_path / "packages" / name
        source = folder / "src" / name.replace("-", "_")
        source.mkdir(parents=True)
        entry = f'[project]\nname = "{name}"\n[project.entry-points."{group}"]\nx = "some_layers.catalogue:C"\n'
        (folder / "pyproject.toml").write_text(entry)
        for path, text in files.items():
            file = source / path.replace("__", "/").replace("_pyi", ".pyi").replace("stub", "__init__")
            file = file if file.suffix else file.with_suffix(".py")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        return tmp_path

    return make


def test_the_file_is_up_to_date(tool):
    assert tool.TARGET.read_text(encoding="utf-8") == tool.table(), "run nox -s known_objects"
    assert tool.main(["--check"]) == 0


def test_kinds_aliases_and_what_is_no_object(tool, checkout):
    root = checkout(
        stub_pyi="from .dense import Dense as Dense\nfrom .dense import Full as Full\nfrom .dense import add as add\n",
        dense="from .base import Base\nfrom some_layers.base import Base\n"
        "class Dense(Base): ...\nFull = Dense\ndef add(x): ...\nclass Plain: ...\n",
        base="from keras_core import Layer\nclass Base(Layer): ...\n",
        rates__stub_pyi="from .decay import Decay as Decay\n",
        rates__decay="from keras_core.optimizers import LearningRateSchedule\nclass Decay(LearningRateSchedule): ...\n",
    )
    table = tomllib.loads(tool.table(root))
    assert table == {
        "layer": [{"distribution": "some-layers", "names": ["Dense"], "aliases": {"Full": "Dense"}}],
        "schedule": [{"distribution": "some-layers", "names": ["Decay"]}],
    }


def test_packages_of_other_groups_are_passed_over(tool, checkout):
    root = checkout(group="keras.backends", stub_pyi="from .x import X as X\n", x="from keras_core import Layer\n")
    assert tool.packages(root) == []


def test_several_distributions_provide_a_kind_but_one_a_name(tool, checkout):
    stub, source = "from .x import X as X\n", "from keras_core import Layer\nclass X(Layer): ...\n"
    checkout(stub_pyi=stub, x=source)
    root = checkout("other-layers", stub_pyi="from .x import Y as Y\n", x=source.replace("class X", "class Y"))
    assert tomllib.loads(tool.table(root)) == {
        "layer": [{"distribution": "other-layers", "names": ["Y"]}, {"distribution": "some-layers", "names": ["X"]}]
    }
    root = checkout("third-layers", stub_pyi=stub, x=source)
    with pytest.raises(SystemExit, match="Both some-layers and third-layers provide X"):
        tool.table(root)


def test_check_fails_where_the_file_is_old(tool, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(tool, "TARGET", tmp_path / "known_objects.toml")
    tool.TARGET.write_text("")
    assert tool.main(["--check"]) == 1 and not tool.TARGET.read_text()
    assert "nox -s known_objects" in capsys.readouterr().out
    assert tool.main([]) == 0 and tool.main(["--check"]) == 0
