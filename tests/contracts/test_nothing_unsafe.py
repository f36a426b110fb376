"""Nothing from outside is ever run: no source unpickles, evaluates, or starts a shell."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "src").rglob("*.py"))
MODULES = {
    "pickle",
    "cPickle",
    "dill",
    "cloudpickle",
    "marshal",
    "shelve",
    "joblib",
    "yaml",
    "xml.etree",
    "xml.dom",
    "xml.sax",
    "lxml",
}
# xml.etree may write; what it reads with may be named where documents are read, bounded and without entities.
XML = "xml.etree.ElementTree"
XML_WRITES = {"Element", "SubElement", "indent", "tostring"}
XML_READS = {"exerkine_sim/exchange/sbml/tree.py": {"ParseError", "TreeBuilder", "XMLParser"}}
SAFE_OWNERS = {"re", "platform"}
CALLS = {"eval", "exec", "compile", "__import__", "mktemp", "system", "popen", "literal_eval", "fromstring"}
# What these are called with otherwise would read code, or hand text to a shell.
MUST_SAY = {"load": ("np", "allow_pickle", False), "sympify": ("sympy", "strict", True)}


def unsafe(tree: ast.AST, *, file: str = "") -> list[str]:
    """Return what a source does that could run what it is given."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [one.name for one in node.names if one.name.startswith(tuple(MODULES))]
        elif isinstance(node, ast.ImportFrom) and node.module == XML:
            allowed = XML_WRITES | XML_READS.get(file, set())
            found += [f"{XML}.{one.name}" for one in node.names if one.name not in allowed]
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith(tuple(MODULES)):
            found.append(str(node.module))
        elif isinstance(node, ast.Call):
            found += _calls(node)
    return found


def _calls(node: ast.Call) -> list[str]:
    owner = ast.unparse(node.func.value) if isinstance(node.func, ast.Attribute) else ""
    name = node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)
    said = {one.arg: getattr(one.value, "value", None) for one in node.keywords}
    found = [f"{owner}.{name}"] if name in CALLS and owner not in SAFE_OWNERS else []
    found += [f"{owner}.{name}(shell=...)"] if said.get("shell", False) is not False else []
    found += [f"{owner}.{name}(allow_pickle=True)"] if said.get("allow_pickle", False) is not False else []
    if name in MUST_SAY and owner == MUST_SAY[name][0]:
        _, argument, value = MUST_SAY[name]
        found += [f"{owner}.{name} without {argument}={value}"] if said.get(argument) is not value else []
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT / "src")))
def test_no_source_runs_what_it_is_given(file):
    name = file.relative_to(ROOT / "src").as_posix()
    assert unsafe(ast.parse(file.read_text(encoding="utf-8")), file=name) == []


@pytest.mark.parametrize(
    "text",
    [
        "import pickle",
        "from marshal import loads",
        "def f():\n    import yaml",
        "import xml.etree.ElementTree as ET",
        "from xml.etree import ElementTree",
        "from xml.etree.ElementTree import Element, parse",
        "from xml.etree.ElementTree import XMLParser",
        "eval('1')",
        "exec(text)",
        "compile(text, '', 'eval')",
        "os.system('x')",
        "subprocess.run('x', shell=True)",
        "np.load(file)",
        "np.load(file, allow_pickle=True)",
        "sympy.sympify(text)",
        "tempfile.mktemp()",
    ],
)
def test_the_walk_sees(text):
    assert unsafe(ast.parse(text))


def test_the_walk_lets_pass_what_is_safe():
    assert (
        unsafe(ast.parse("re.compile('x'); np.load(f, allow_pickle=False); sympy.sympify(1, strict=True)"))
        == unsafe(ast.parse("from xml.etree.ElementTree import Element; platform.system()"))
        == []
    )
