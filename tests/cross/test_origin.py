"""Every sibling that is installed came from this repository, none from an index."""

import json
import os
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from urllib.parse import urlparse
from urllib.request import url2pathname

ROOT = Path(__file__).parents[2]
FOLDERS = [ROOT, Path(os.environ.get("KERAS_WHEELS") or ROOT)]


def test_every_installed_sibling_came_from_this_repository():
    installed = 0
    for folder in ROOT.glob("packages/*"):
        try:
            found = distribution(folder.name)
        except PackageNotFoundError:
            continue
        record = found.read_text("direct_url.json")
        assert record, f"{folder.name} {found.version} was installed from an index"
        path = Path(url2pathname(urlparse(json.loads(record)["url"]).path)).resolve()
        assert any(map(path.is_relative_to, FOLDERS)), f"{folder.name} came from {path}"
        installed += 1
    assert installed >= 2
