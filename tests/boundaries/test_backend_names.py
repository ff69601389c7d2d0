"""What differs between backends is a capability or an op: no code names a backend but its own package."""

import ast
import io
import re
import tokenize

import workspace

REFERENCE = "numpy"  # no framework: every package uses the library of that name
MORE = {"torch": {"pytorch"}, "theano": {"jax"}}  # another spelling; PyTensor has a linker of that name
OWN = {
    package.name: {name, *package.frameworks, *MORE.get(name, ())}
    for name, package in (workspace.backends() | workspace.separate_backends()).items()
    if name != REFERENCE
}
NAMES = re.compile(rf"(?<![a-z])({'|'.join(sorted({'cntk'}.union(*OWN.values())))})(?![a-z])", re.I)


def docstrings(tree):
    """Lines that belong to docstrings."""
    lines = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            lines |= set(range(node.lineno, node.end_lineno + 1))
    return lines


def named(text):
    """(line, name) of each backend that code, not comments or docstrings, names."""
    prose = docstrings(ast.parse(text))
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT or token.start[0] in prose:
            continue
        for match in NAMES.finditer(token.string):
            yield token.start[0], match[0].lower()


def test_only_a_backend_names_itself(packages):
    wrong = []
    for package in packages.values():
        own = OWN.get(package.name, set())
        for file in package.files(".py"):
            wrong += [f"{file}:{line}: {name}" for line, name in named(file.text) if name not in own]
    assert not wrong, "\n".join(wrong)


def test_nothing_asks_whether_the_backend_is_numpy(packages):
    wrong = []
    for package in packages.values():
        if REFERENCE in package.backends or package.has_pytest_plugin:  # itself; what the kit compares with
            continue
        for file in package.files(".py"):
            for node in ast.walk(ast.parse(file.text)):
                if isinstance(node, ast.Compare):
                    sides = [node.left, *node.comparators]
                    if any(isinstance(side, ast.Constant) and side.value == "numpy" for side in sides):
                        wrong.append(f"{file}:{node.lineno}")
    assert not wrong, "\n".join(wrong)


def test_the_search_sees_code_and_not_prose():
    text = '"""jax"""\n# theano\nx = "torch"\ntf = tensorflow.constant\n'
    assert list(named(text)) == [(3, "torch"), (4, "tensorflow")]
