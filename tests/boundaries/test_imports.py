"""Who may import what: the core's public names only, never a sibling, nothing undeclared."""

import ast
import re
import sys

from import_graph import IMPORT, KINDS

PUBLIC = frozenset(
    [
        "activations",
        "argument_checks",
        "argument_names",
        "data_utils",
        "backend",
        "backend.toolkit",
        "callbacks",
        "config",
        "constraints",
        "dtype_policies",
        "dtypes",
        "errors",
        "exporting",
        "graph",
        "initializers",
        "layers",
        "losses",
        "metrics",
        "models",
        "naming",
        "op_graph",
        "ops",
        "optimizers",
        "plain_arguments",
        "random",
        "regularizers",
        "saving",
        "testing",
        "tree",
        "typing",
    ]
)
UMBRELLA = "keras"
# Packages that are built of another one's public names.
BUILT_OF = {
    "keras-applications": {"keras_layers"},
    "keras-legacy": {"keras_distribution"},
    "keras-visualization": {"keras_preprocessing"},
}
# Modules of which each needs the next: counted every way, and by imports at import time alone.
LONGEST_CHAIN, LONGEST_CHAIN_AT_IMPORT = 37, 22
# Used only when they happen to be there, inside the function that needs them.
OPTIONAL = {
    "IPython",
    "PIL",
    "ai_edge_litert",
    "flax",
    "matplotlib",
    "onnxruntime",
    "openvino",
    "orbax",
    "pandas",
    "pydot",
    "scipy",
    "sklearn",
    "tensorboard",
    "yaml",
}
# A program for another Python, which imports what is installed there.
ELSEWHERE = {"keras_backend_cntk.worker"}
# What the import name of a distribution is, where it differs.
IMPORT_NAMES = {"ml-dtypes": "ml_dtypes", "lazy-loader": "lazy_loader", "scikit-learn": "sklearn", "protobuf": "google"}


def test_siblings_use_only_public_modules_of_the_core(packages):
    wrong = []
    for package in packages.values():
        if package.import_name == "keras_core":
            continue
        for file in package.files(".py", ".pyi"):
            for found in file.imports:
                top, *below = found.module.split(".")
                if top != "keras_core":
                    continue
                private = [name for name in found.names if name.startswith("_")]
                if private or (below and ".".join(below) not in PUBLIC):
                    wrong.append(f"{file}:{found.line}: {found.module} {', '.join(found.names)}")
    assert not wrong, "beyond the core's public modules:\n" + "\n".join(wrong)


def test_names_taken_from_the_core_are_exported_by_it(packages):
    exported = {}
    for file in packages["keras-core"].files(".pyi"):
        exported[file.module] = set(defined(ast.parse(file.text)))
    wrong = []
    for package in packages.values():
        if package.import_name == "keras_core":
            continue
        for file in package.files(".py", ".pyi"):
            for found in file.imports:
                names = exported.get(found.module)
                if names is None:
                    continue
                missing = [name for name in found.names if name != "*" and name not in names | PUBLIC]
                if missing:
                    wrong.append(f"{file}:{found.line}: {found.module} does not export {', '.join(missing)}")
    assert not wrong, "\n".join(wrong)


def defined(tree):
    """Names that a stub defines or imports at its top level."""
    for node in tree.body:
        if isinstance(node, ast.ImportFrom | ast.Import):
            yield from (alias.asname or alias.name for alias in node.names)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.AnnAssign | ast.Assign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (target.id for target in targets if isinstance(target, ast.Name))


def test_no_package_imports_a_sibling(packages):
    names = {package.import_name for package in packages.values()}
    wrong = []
    for package in packages.values():
        allowed = {package.import_name, "keras_core"} | BUILT_OF.get(package.name, set())
        if package.name == UMBRELLA:
            groups = [package.requirements, *package.metadata["optional-dependencies"].values()]
            allowed |= {requirement_name(text) for group in groups for text in group}
        for file in package.files(".py", ".pyi"):
            for found in file.imports:
                top = found.module.split(".")[0]
                if top in names - allowed:
                    wrong.append(f"{file}:{found.line}: imports {found.module}")
    assert not wrong, "\n".join(wrong)


def test_every_import_is_declared(packages):
    wrong = []
    for package in packages.values():
        metadata = package.metadata
        declared = {requirement_name(text) for text in metadata["dependencies"]}
        for file in package.files():
            own = declared | {package.import_name}
            for found in file.imports:
                top = found.module.split(".")[0]
                fine = top in own or top in sys.stdlib_module_names or found.typing_only or file.module in ELSEWHERE
                if not fine and not (top in OPTIONAL and not found.at_import):
                    wrong.append(f"{file}:{found.line}: {found.module} is not a dependency of {package.name}")
    assert not wrong, "\n".join(wrong)


def test_every_dependency_is_used(packages):
    unused = []
    for package in packages.values():
        used = {found.module.split(".")[0] for file in package.files(".py", ".pyi") for found in file.imports}
        for text in package.metadata["dependencies"]:
            name = requirement_name(text)
            # A backend is reached through the registry, never by import.
            if name not in used and not name.startswith("keras_backend"):
                unused.append(f"{package.name}: {text}")
    assert not unused, "declared and never imported: " + ", ".join(unused)


def requirement_name(text: str) -> str:
    """Import name of a requirement such as "keras-core>=4,<5"."""
    name = re.match(r"[\w.-]+", text)[0]
    return IMPORT_NAMES.get(name, name.replace("-", "_"))


def test_no_module_needs_itself_in_a_circle(import_graph):
    circles = import_graph.circles()
    ties = [
        f"{edge.source}:{edge.line} -> {edge.target} ({edge.kind})" for c in circles for edge in import_graph.ties(c)
    ]
    assert not circles, "\n".join(["circles, and what ties them:", *map(str, circles), *ties])


def test_chains_of_modules_get_no_longer(import_graph):
    for kinds, limit in ((KINDS, LONGEST_CHAIN), ([IMPORT], LONGEST_CHAIN_AT_IMPORT)):
        chain = import_graph.longest_chain(kinds)
        assert len(chain) <= limit, "\n".join(chain)


# Frameworks and libraries that are imported in the function that needs them: `import keras` does not wait for them.
LATE_LIBRARIES = OPTIONAL | {"cloudpickle", "h5py", "ml_dtypes", "numba", "optree", "rich"}
# Modules that import others of the project in functions, and why.
LATE = {
    "keras_core.models.model": "what summarizes, moves and saves a model is imported when it is asked for",
    "keras_core.models.saving_methods": "what saves a model is imported when it is asked for",
    "keras_core.models.sequential": "what saves a model is imported when it is asked for",
    "keras_core.saving.op_nodes": "every op is imported when the first graph of ops is saved or loaded",
    "keras_core.training.profiling": "every op is imported when the first graph of ops is recorded",
    "keras_conformance.plugin": "a pytest plugin loads nothing in test suites that do not use it",
}


def test_imports_in_functions_have_a_reason(packages):
    wrong = []
    for package in packages.values():
        for file in package.files():
            for found in file.imports:
                late = not found.at_import and not found.typing_only
                if late and file.module not in LATE and found.module.split(".")[0] not in LATE_LIBRARIES:
                    wrong.append(f"{file}:{found.line}: imports {found.module} in a function")
    assert not wrong, "\n".join(wrong)
