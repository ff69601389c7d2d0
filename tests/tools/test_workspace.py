"""Covers: tools/workspace.py."""

import pytest
import workspace


def test_what_trains_comes_first_by_priority():
    names = list(workspace.backends())
    assert names[0] == workspace.trainers()[0] == "tensorflow"
    assert names[-1] == "numpy" and "numpy" not in workspace.trainers()


def test_a_backend_that_computes_in_another_python_is_apart():
    assert list(workspace.separate_backends()) == ["cntk"]
    assert "cntk" not in [*workspace.backends(), *workspace.trainers()]


def test_siblings_are_followed():
    assert set(workspace.with_siblings("keras-backend-theano")) == {
        "keras-backend-theano",
        "keras-backend-numpy",
        "keras-core",
    }
    assert workspace.with_siblings("keras-core") == ["keras-core"]


def test_backends_and_what_is_for_tests_are_not_common():
    assert {"keras", "keras-core", "keras-layers", "keras-legacy"} <= set(workspace.common())
    assert workspace.kit() == ("keras-conformance",)
    assert not {package.name for package in workspace.backends().values()} & {*workspace.common(), *workspace.kit()}


def test_a_package_says_where_it_is_tested(tmp_path, monkeypatch):
    (tmp_path / "pyproject.toml").write_text(
        '[project]\n[tool.keras]\ntested-on = ["numpy"]\ntested-with = ["image"]\ntested-once-with = ["data"]\n'
    )
    package = workspace.Package("mine", tmp_path)
    assert package.is_tested_on("numpy") and not package.is_tested_on("jax")
    assert package.testing.tested_with == ["image"]
    assert package.testing.tested_once_with == ["data"]
    monkeypatch.setattr(workspace.Package, "metadata", {})
    monkeypatch.setattr(
        workspace,
        "packages",
        lambda: {"mine": package, "keras": workspace.Package("keras", workspace.ROOT / "packages" / "keras")},
    )
    workspace.common.cache_clear()
    assert workspace.common() == workspace.common("numpy", "jax") == ("mine", "keras")
    assert workspace.common("jax") == ("keras",)
    workspace.common.cache_clear()


def test_a_word_that_nothing_reads_is_refused(tmp_path):
    (tmp_path / "pyproject.toml").write_text('[project]\n[tool.keras]\ntests = "once"\n')
    with pytest.raises(ValueError, match="tested-on, tested-with, tested-once-with and needs-python"):
        workspace.Package("mine", tmp_path).is_tested_on("numpy")


def test_the_highest_of_the_lower_bounds_counts(monkeypatch):
    required = {"keras-core": ["numpy>=2.0", "h5py>=3.11"], "keras-layers": ["keras-core>=4,<5", "numpy>=2.1.3,<3"]}
    monkeypatch.setattr(workspace.Package, "requirements", property(lambda self: required[self.name]))
    assert workspace.lower_bounds("keras-core", "keras-layers") == ["h5py==3.11", "numpy==2.1.3"]


def test_frameworks_are_what_no_other_package_requires():
    assert workspace.packages()["keras-backend-jax"].frameworks == ["jax"]
    assert workspace.packages()["keras-backend-numpy"].frameworks == []


def test_a_spec_is_read_without_importing_it(tmp_path):
    (tmp_path / "src" / "mine").mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text(
        '[project]\n[project.entry-points."keras.backends"]\na = "mine.spec:SPEC"\n'
    )
    spec = tmp_path / "src" / "mine" / "spec.py"
    spec.write_text('import nothing\n\nSPEC = Spec(name="a", trains=False, priority=-1 or 3, protocol=1)\n')
    package = workspace.Package("mine", tmp_path)
    assert package.backend_spec("a") == {"name": "a", "trains": False, "protocol": 1}
    spec.write_text("OTHER = 1\n")
    with pytest.raises(ValueError, match="no SPEC"):
        package.backend_spec("a")
