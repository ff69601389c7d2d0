"""Who may import what: the core's public names only, never a sibling, nothing undeclared."""

import ast
import re
import sys

PUBLIC = frozenset(
    [
        "activations",
        "data_utils",
        "backend",
        "callbacks",
        "config",
        "constraints",
        "dtype_policies",
        "dtypes",
        "errors",
        "initializers",
        "layers",
        "legacy_backend",
        "losses",
        "metrics",
        "models",
        "ops",
        "optimizers",
        "random",
        "regularizers",
        "saving",
        "tree",
        "typing",
    ]
)
UMBRELLA = "keras"
# Used only when they happen to be there, inside the function that needs them.
OPTIONAL = {"IPython", "PIL", "matplotlib", "pandas", "scipy", "sklearn", "tensorboard"}
# What the import name of a distribution is, where it differs.
IMPORT_NAMES = {"ml-dtypes": "ml_dtypes", "lazy-loader": "lazy_loader"}


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
                if private or len(below) > 1 or (below and below[0] not in PUBLIC):
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
        allowed = {package.import_name, "keras_core"}
        if package.name == UMBRELLA:
            allowed |= {"keras_layers", "keras_optimizers"}
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
                fine = top in own or top in sys.stdlib_module_names or found.typing_only
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


def test_no_module_imports_itself_in_a_circle(packages):
    graph = {}
    for package in packages.values():
        modules = {file.module: file for file in package.files()}
        stubs = {file.module: file for file in package.files(".pyi")}
        for module, file in modules.items():
            graph[module] = set()
            for found in file.imports:
                if found.at_import and not found.typing_only:
                    graph[module] |= targets(found.module, found.names, modules, stubs)
            graph[module].discard(module)
    circles = [sorted(group) for group in components(graph) if len(group) > 1]
    assert not circles, "\n".join(map(str, circles))


def targets(module, names, modules, stubs):
    """The modules that run when `from module import names` does; lazy roots run what they name."""
    found = {module} & modules.keys()
    lazy = {name: imp.module for imp in stubs[module].imports for name in imp.names} if module in stubs else {}
    for name in names:
        if f"{module}.{name}" in modules:
            found.add(f"{module}.{name}")
        elif name in lazy and lazy[name] != module:
            found |= targets(lazy[name], (name,), modules, stubs)
    return found


def components(graph):
    """Strongly connected components, by Tarjan's method."""
    index, low, stack, found = {}, {}, [], []

    def visit(node):
        index[node] = low[node] = len(index)
        stack.append(node)
        for other in graph.get(node, ()):
            if other not in index:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in stack:
                low[node] = min(low[node], index[other])
        if low[node] == index[node]:
            group = stack[stack.index(node) :]
            del stack[stack.index(node) :]
            found.append(group)

    for node in graph:
        if node not in index:
            visit(node)
    return found


def test_the_search_for_circles_finds_one():
    graph = {"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}
    assert sorted(map(sorted, components(graph))) == [["a", "b", "c"], ["d"]]
