"""What is fuzzed: for each reader, inputs to begin with, how they are changed, and how they are read."""

from __future__ import annotations

import io
import json
import shutil
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import keras_layers
import mutators
from keras_core import Sequential
from keras_core.layers import Input, deserialize
from keras_core.saving import (
    deserialize_keras_object,
    file_content,
    load_model,
    model_from_json,
    needed_objects,
    parse_json,
)

if TYPE_CHECKING:
    import random

    from watch import Watch

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "interop"))


def small_model() -> Any:
    layers = [keras_layers.Dense(3, name="dense"), keras_layers.BatchNormalization(name="norm")]
    made = Sequential([Input((4,)), *layers, keras_layers.Dense(2, name="last")], name="plain")
    made.compile("adam", "mse")
    return made


def configs() -> list[dict[str, Any]]:
    """Configs of models of every layer."""
    import keras
    import peers

    found = []
    for make in peers.MODELS.values():
        try:
            found.append(json.loads(make(keras).to_json()))
        except (ModuleNotFoundError, NotImplementedError):  # of a layer that this backend lacks
            continue
    return found


class Target:
    """One reader under test.

    Args:
        watch: runs it.
        folder: for the files that it reads.
    """

    def __init__(self, watch: Watch, folder: Path) -> None:
        self.watch, self.folder = watch, folder
        self.others: list[Any] = []

    def seeds(self) -> list[bytes]:
        raise NotImplementedError

    def changed(self, content: bytes, draw: random.Random, mutate: mutators.Mutate) -> bytes:
        raise NotImplementedError

    def read(self, content: bytes) -> None:
        raise NotImplementedError


class Config(Target):
    """A config as JSON."""

    def seeds(self) -> list[bytes]:
        self.others = configs()
        return [json.dumps(one).encode() for one in self.others]

    def changed(self, content: bytes, draw: random.Random, mutate: mutators.Mutate) -> bytes:
        return mutators.changed_json(content, draw, self.others, mutate)

    def read(self, content: bytes) -> None:
        if self.watch.count % 8:
            self.watch.run(lambda: model_from_json(content.decode("utf-8", "replace")), content, None)
            return
        reader = deserialize if self.watch.count % 16 else deserialize_keras_object
        self.watch.run(lambda: reader(parse_json(content, "The config")), content, None)


class OldConfig(Config):
    """A config as Keras 1 and 2 wrote it."""

    def seeds(self) -> list[bytes]:
        super().seeds()
        versions = ["1.2.2", "2.0.2", "2.2.4-tf", "2.3.1", "2.15.0"]
        return [
            json.dumps({**config, "keras_version": versions[number % 5], "backend": "theano"}).encode()
            for number, config in enumerate(self.others)
        ]


class Yaml(Config):
    """A config as YAML."""

    def seeds(self) -> list[bytes]:
        import yaml

        return [yaml.safe_dump(json.loads(one)).encode() for one in super().seeds()[:60:2]]

    def changed(self, content: bytes, draw: random.Random, mutate: mutators.Mutate) -> bytes:
        import yaml

        if draw.random() < 0.5:
            lines = content.split(b"\n")
            line = draw.randrange(len(lines))
            evil = [
                b"!!python/object/apply:os.system ['true']",
                b"&a [*a]",
                b"*b",
                b"<<: *a",
                b"? [1]",
                b"!!binary 4w==",
            ]
            lines[line] = draw.choice([*(lines[line] + b" " + one for one in evil), mutate(lines[line]), b"", lines[0]])
            return b"\n".join(lines)
        try:
            tree = yaml.safe_load(content)
            return yaml.safe_dump(mutators.changed_tree(tree, draw, self.others)).encode()
        except Exception:  # it was changed as bytes before
            return mutate(content)

    def read(self, content: bytes) -> None:
        from keras_legacy import model_from_yaml

        self.watch.run(lambda: model_from_yaml(content.decode("utf-8", "replace")), content, None)


class File(Target):
    """A file of a format: a model's, or weights for one."""

    ending = ""
    whole = False

    def __init__(self, watch: Watch, folder: Path) -> None:
        super().__init__(watch, folder)
        self.model = small_model()
        self.path = folder / f"m{self.ending}"

    def seeds(self) -> list[bytes]:
        self.others = configs()
        (self.model.save if self.whole else self.model.save_weights)(self.path)
        return [self.path.read_bytes()]

    def changed(self, content: bytes, draw: random.Random, mutate: mutators.Mutate) -> bytes:
        return mutators.changed_words(content, draw, mutate)

    def read(self, content: bytes) -> None:
        self.path.write_bytes(content)
        reader = self.describe if self.watch.count % 4 == 0 else load_model if self.whole else self.model.load_weights
        self.watch.run(lambda: reader(self.path), content, str(self.path))

    def describe(self, path: Path) -> None:
        with file_content(path) as content:
            needed_objects([content.config, content.training])
            for array in content.arrays():
                array.read()


class Archive(File):
    ending, whole = ".keras", True

    def changed(self, content: bytes, draw: random.Random, mutate: mutators.Mutate) -> bytes:
        def change(name: str, old: bytes) -> bytes:
            if name.endswith(".json"):
                return mutators.changed_json(old, draw, self.others, mutate)
            return mutators.changed_words(old, draw, mutate)

        return mutators.changed_zip(content, draw, change, mutate)


class Weights(File):
    ending = ".weights.h5"


class OldModel(File):
    ending, whole = ".h5", True


class OldWeights(File):
    ending = ".weights.hdf5"

    def seeds(self) -> list[bytes]:
        self.model.save_weights(self.path, save_format="h5")
        return [self.path.read_bytes()]


class Npz(File):
    ending = ".npz"

    def changed(self, content: bytes, draw: random.Random, mutate: mutators.Mutate) -> bytes:
        return mutators.changed_zip(content, draw, lambda _, old: mutators.changed_words(old, draw, mutate), mutate)


class Safetensors(File):
    ending = ".safetensors"

    def changed(self, content: bytes, draw: random.Random, mutate: mutators.Mutate) -> bytes:
        length = int.from_bytes(content[:8], "little")
        if draw.random() < 0.3 or not 2 <= length <= len(content) - 8:
            return mutators.changed_words(content, draw, mutate)
        header = mutators.changed_json(content[8 : 8 + length], draw, [], mutate)
        size = len(header) if draw.random() < 0.9 else draw.choice([0, 1, len(header) + 8, 2**63, 2**40])
        return size.to_bytes(8, "little") + header + content[8 + length :]


class Shards(File):
    """The index of weights in several files, with the files beside it."""

    ending = ".weights.json"

    def seeds(self) -> list[bytes]:
        self.model.save_weights(self.path, max_shard_size=1e-7)
        return [self.path.read_bytes()]

    def changed(self, content: bytes, draw: random.Random, mutate: mutators.Mutate) -> bytes:
        return mutators.changed_json(content, draw, [], mutate)


class Folder(File):
    """An archive that is not packed, made of the members of a packed one."""

    ending, whole = "", True

    def seeds(self) -> list[bytes]:
        self.others = configs()
        packed = io.BytesIO()
        self.model.save(self.path, zipped=False)
        with zipfile.ZipFile(packed, "w") as archive:
            for file in sorted(self.path.rglob("*")):
                archive.write(file, file.relative_to(self.path).as_posix())
        return [packed.getvalue()]

    changed = Archive.changed

    def read(self, content: bytes) -> None:
        shutil.rmtree(self.path, ignore_errors=True)
        self.path.mkdir()
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                for info in archive.infolist():
                    target = (self.path / info.filename.replace("\\", "_")).resolve()
                    if target.is_relative_to(self.path) and not info.is_dir() and len(info.filename) < 200:
                        target.parent.mkdir(parents=True, exist_ok=True)
                        target.write_bytes(archive.read(info))
        except Exception:
            return
        self.watch.run(lambda: load_model(self.path), content, str(self.path))


TARGETS: dict[str, type[Target]] = {
    "config": Config,
    "old config": OldConfig,
    "yaml": Yaml,
    "archive": Archive,
    "folder": Folder,
    "weights.h5": Weights,
    "shards": Shards,
    "old model h5": OldModel,
    "old weights h5": OldWeights,
    "safetensors": Safetensors,
    "npz": Npz,
}
