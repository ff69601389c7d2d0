"""What differs between backends is a capability or an op: no code names a backend but its own package."""

import ast
import io
import re
import tokenize

NAMES = re.compile(r"(?<![a-z])(tensorflow|theano|pytensor|jax|torch|pytorch|cntk)(?![a-z])", re.I)
OWNERS = {
    "keras-backend-tf": {"tensorflow"},
    "keras-backend-theano": {"theano", "pytensor", "jax"},  # PyTensor has a linker of that name
    "keras-backend-jax": {"jax"},
    "keras-backend-torch": {"torch", "pytorch"},
}


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
        own = OWNERS.get(package.name, set())
        for file in package.files(".py"):
            wrong += [f"{file}:{line}: {name}" for line, name in named(file.text) if name not in own]
    assert not wrong, "\n".join(wrong)


def test_nothing_asks_whether_the_backend_is_numpy(packages):
    wrong = []
    for package in packages.values():
        if package.name in ("keras-backend-numpy", "keras-conformance"):  # itself; the kit's reference
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
