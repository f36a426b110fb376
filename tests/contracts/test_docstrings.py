"""Everything public says what it is for: modules, classes, functions, and the methods of public classes."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "src" / "exerkine_sim"
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
FILES = sorted(PACKAGE.rglob("*.py"))


def public(node: ast.Module | ast.ClassDef, within: str = "") -> Iterator[tuple[str, ast.AST]]:
    """Yield name and node of what can be reached by public names; what a function makes inside cannot."""
    for one in node.body:
        if isinstance(one, (*FUNCTIONS, ast.ClassDef)) and not one.name.startswith("_"):
            yield within + one.name, one
            if isinstance(one, ast.ClassDef):
                yield from public(one, f"{within}{one.name}.")


def undocumented(source: str) -> list[str]:
    tree = ast.parse(source)
    return [name for name, one in [("the module", tree), *public(tree)] if not ast.get_docstring(one)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_everything_public_is_documented(path):
    assert undocumented(path.read_text()) == []


def test_the_walk_sees_methods_and_passes_what_is_private_or_inside():
    source = '''
"""A module."""
class Public:
    def bare(self):
        def inside(): ...
    @property
    def bare_too(self): ...
    def _private(self): ...
    def told(self):
        """Do."""
class _Private:
    def method(self): ...
async def alone(): ...
'''
    assert undocumented(source) == ["Public", "Public.bare", "Public.bare_too", "alone"]
    assert undocumented("def _private(): ...") == ["the module"]
