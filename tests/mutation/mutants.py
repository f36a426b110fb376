"""Which mutants there are: Cosmic Ray's operators wherever code can be wrong, and a fair sample of them."""

from __future__ import annotations

import ast
import random
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.ast.ast_query import ASTQuery
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

PACKAGE = Path("src/exerkine_sim")
# Slips that a hand could make; what most other swaps leave, a type error, any test would find.
SWAPS = ("Add_Sub", "Sub_Add", "Mul_Div", "Div_Mul", "FloorDiv_Div", "Mod_FloorDiv", "Pow_Mul")
SWAPS += ("BitOr_BitAnd", "BitAnd_BitOr", "LShift_RShift", "RShift_LShift")
ORDER = ("Eq", "NotEq", "Lt", "LtE", "Gt", "GtE")
COMPARISONS = (*(f"{a}_{b}" for a in ORDER for b in ORDER), "Is_IsNot", "IsNot_Is")
REMOVALS = ("Delete_USub", "Delete_Not", "Delete_Invert")
OPERATORS = re.compile(
    "core/("
    f"ReplaceBinaryOperator_({'|'.join(SWAPS)})"
    f"|ReplaceComparisonOperator_({'|'.join(COMPARISONS)})"
    f"|ReplaceUnaryOperator_({'|'.join(REMOVALS)})"
    "|AddNot|ReplaceTrueWithFalse|ReplaceFalseWithTrue|ReplaceAndWithOr|ReplaceOrWithAnd|NumberReplacer"
    "|ReplaceBreakWithContinue|ReplaceContinueWithBreak|ExceptionReplacer|ZeroIterationForLoop|RemoveDecorator)"
)
# Arguments that say how something is shown or stored, how quick it is, or assert what cannot be.
NOT_COUNTED = {"repr", "slots", "likely", "maxsize", "strict"}
# Stars and slashes that are marks and no operators.
MARKED = {"parameters", "lambdef", "dictorsetmaker"}
TYPE_ONLY = {"abstractmethod", "overload", "override"}


class Place(NamedTuple):
    """Where an operator fits.

    Parameters
    ----------
    file : str
        Within the package.
    within : str
        Name of the function or class around it, empty at the top of a module.
    operator : str
        Cosmic Ray's name.
    occurrence : int
        Which of the places in the file where the operator fits.
    start, end : (int, int)
        Row and column.
    """

    file: str
    within: str
    operator: str
    occurrence: int
    start: tuple[int, int]
    end: tuple[int, int]


class Mutant(NamedTuple):
    """What a mutant is known by, however its file moves: file, function, and its line before and after."""

    file: str
    within: str
    line: str
    becomes: str


def files_of(patterns: Sequence[str], root: Path) -> list[str]:
    """Return the modules of an area, within the package."""
    package = root / PACKAGE
    return sorted({str(path.relative_to(package)) for one in patterns for path in package.glob(one)})


def sampled(places: Sequence[Place], *, n: int, seed: int) -> list[Place]:
    """Return `n` of the places, or nearly so many: of each file and operator its share."""
    draw, shuffled = random.Random(seed), list(places)
    draw.shuffle(shuffled)
    shuffled.sort(key=lambda one: (one.file, one.operator))  # among these, as shuffled
    step = max(len(shuffled) / n, 1.0)
    first = draw.uniform(0, step)
    return [shuffled[int(first + i * step)] for i in range(n) if first + i * step < len(shuffled)]


def places_of(file: str, source: str) -> Iterator[Place]:
    """Yield the places of a file where a mutant counts."""
    nodes, passed = list(ast_nodes(get_ast(source))), _passed(source)
    for name in _operators():
        operator = get_operator(name)()
        fits = ((node, *place) for node in nodes for place in operator.mutation_positions(node))
        for occurrence, (node, start, end) in enumerate(fits):
            marker = node.parent is not None and node.parent.type in MARKED
            if not marker and not any(first <= start < last for first, last in passed):
                within = ASTQuery(node).get_definition_name() or ""
                yield Place(file, within, name, occurrence, start, end)


def mutated(place: Place, source: str) -> tuple[Mutant, str]:
    """Return a mutant and the source that it has."""
    code = mutate_code(source, get_operator(place.operator)(), place.occurrence)
    line, becomes = (" ".join(text.split("\n")[place.start[0] - 1].split()) for text in (source, code))
    becomes = "" if place.operator.endswith("RemoveDecorator") else becomes
    return Mutant(place.file, place.within, line, becomes), code


@cache
def _operators() -> tuple[str, ...]:
    return tuple(sorted(name for name in operator_names() if OPERATORS.fullmatch(name)))


# ---------------------------------------------------------------------- what does not count, by rule


def _passed(source: str) -> list[tuple[tuple[int, int], ...]]:
    """Return the ranges of types, of messages, and of how things are shown: start and end, row and column."""
    lines = source.split("\n")
    return [_range(one, lines) for node in ast.walk(ast.parse(source)) for one in _not_counted(node)]


def _not_counted(node: ast.AST) -> list[ast.AST]:
    """Return the parts of a node that do not count."""
    match node:
        case ast.FunctionDef(returns=returns, decorator_list=decorators):
            types = [one for one in decorators if isinstance(one, ast.Name) and one.id in TYPE_ONLY]
            shown = [node] if node.name == "__repr__" else []
            return [*types, *shown, *([returns] if returns else [])]
        case ast.arg(annotation=ast.AST() as annotation) | ast.AnnAssign(annotation=annotation):
            return [annotation]
        case ast.If(test=ast.Name(id="TYPE_CHECKING")):
            return [node]
        case ast.Raise() | ast.Assert():
            return [node]
        case ast.Call(func=ast.Attribute(value=ast.Name(id="LOG" | "warnings"))):
            return [node]
        case ast.Call(func=ast.Name(id=name)) if name.endswith("Error"):
            return [node]
        case ast.keyword(arg=name) if name in NOT_COUNTED:
            return [node]
    return []


def _range(node: Any, lines: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """Return start and end of a node, columns in characters; a decorator's with its sign."""
    ends = ((node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset))
    (row, column), last = ((row, len(lines[row - 1].encode()[:byte].decode())) for row, byte in ends)
    return (row, column - (lines[row - 1][:column].strip() == "@")), last
