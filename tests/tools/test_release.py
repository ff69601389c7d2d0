"""Covers: tools/release.py, in a repository of its own with one package."""

import json
import shutil

import pytest
import release

PROJECT = '[project]\nname = "keras-layers"\nversion = "4.0.0"\ndependencies = ["numpy>=2.0"]\n'
CHANGELOG = "# Changelog\n\n<!-- releases -->\n"


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "packages" / "keras-layers"
    files = {
        folder / "pyproject.toml": PROJECT,
        folder / "CHANGELOG.md": CHANGELOG,
        folder / "src" / "keras_layers" / "_version.py": '__version__ = "4.0.0"\n',
        folder / "changes" / "+dense.added.md": "Dense is faster.\n",
        tmp_path / "packages" / "keras-core" / "pyproject.toml": PROJECT.replace("layers", "core"),
    }
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    shutil.copy(release.ROOT / "towncrier.toml", tmp_path)
    release.git("init", "--quiet", "--initial-branch=main", root=tmp_path)
    for key, value in (("name", "A"), ("email", "a@example.org")):
        release.git("config", f"user.{key}", value, root=tmp_path)
    commit(tmp_path)
    return tmp_path


def commit(root):
    release.git("add", "--all", root=root)
    release.git("commit", "--quiet", "-m", "More", root=root)


def text(root, name):
    return (root / "packages" / "keras-layers" / name).read_text(encoding="utf-8")


def test_a_release_moves_one_package_and_tags_it(root):
    pytest.importorskip("towncrier")
    assert release.release("keras-layers", "4.1.0", root) == "keras-layers-v4.1.0"
    assert 'version = "4.1.0"' in text(root, "pyproject.toml") and '"numpy>=2.0"' in text(root, "pyproject.toml")
    assert text(root, "src/keras_layers/_version.py") == '__version__ = "4.1.0"\n'
    assert "## 4.1.0 (" in text(root, "CHANGELOG.md") and "Dense is faster." in text(root, "CHANGELOG.md")
    changed = release.git("show", "--name-only", "--format=%s", "keras-layers-v4.1.0^{commit}", root=root).splitlines()
    assert changed[0] == "keras-layers 4.1.0"
    assert all(name.startswith("packages/keras-layers/") for name in changed[2:]) and len(changed) == 6
    assert release.git("status", "--porcelain", root=root) == ""
    assert release.last_tag("keras-layers", root) == "keras-layers-v4.1.0"
    assert release.last_tag("keras", root) is None


def test_what_is_not_committed_is_not_released(root):
    (root / "packages" / "keras-layers" / "more.py").write_text("x = 1\n")
    with pytest.raises(SystemExit, match=r"Commit or stash these first[\s\S]*more\.py"):
        release.check_state("keras-layers", "4.1.0", root)


def test_a_tag_is_made_once(root):
    release.git("tag", "keras-layers-v4.1.0", root=root)
    with pytest.raises(SystemExit, match=r"keras-layers-v4\.1\.0 exists"):
        release.check_state("keras-layers", "4.1.0", root)


def test_after_a_release_there_must_be_news_and_the_next_number(root):
    release.git("tag", "keras-layers-v4.0.0", root=root)
    with pytest.raises(SystemExit, match=r"comes one of 4\.0\.1, 4\.1\.0, 5\.0\.0; got 4\.3\.0"):
        release.check_state("keras-layers", "4.3.0", root)
    (root / "packages" / "keras-layers" / "changes" / "+dense.added.md").unlink()
    commit(root)
    with pytest.raises(SystemExit, match=r"nothing changed since keras-layers-v4\.0\.0"):
        release.check_state("keras-layers", "4.1.0", root)


def test_names_must_fit_the_version(tmp_path):
    old, new = tmp_path / "old", tmp_path / "new"
    old.write_text(json.dumps({"keras_layers.Dense": None, "keras_layers.Dropout": None}))
    new.write_text(json.dumps({"keras_layers.Dense": None}))
    release.check_names(old, new, "4.1.0", "5.0.0")
    with pytest.raises(SystemExit, match=r"4\.2\.0 is a minor release[\s\S]*keras_layers\.Dropout is gone"):
        release.check_names(old, new, "4.1.0", "4.2.0")


def test_a_file_without_a_version_is_named(tmp_path):
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    with pytest.raises(SystemExit, match=r"pyproject\.toml states no version"):
        release.write_version(tmp_path, "4.1.0")


def test_git_speaks_for_itself(tmp_path):
    with pytest.raises(SystemExit, match="git log: fatal: not a git repository"):
        release.git("log", root=tmp_path)


def test_every_package_states_its_version(tmp_path):
    for name, package in release.workspace.packages().items():
        shutil.copytree(package.folder / "src", tmp_path / name / "src")
        shutil.copy(package.folder / "pyproject.toml", tmp_path / name)
        written = release.write_version(tmp_path / name, "9.8.7")
        assert all('"9.8.7"' in path.read_text(encoding="utf-8") for path in written), name
