"""LLVM assembly as text: types, operands, blocks and functions.

A step is ten thousands of instructions. As lines of text they take an eighth of the time that an object for
each would, and LLVM reads, checks and translates the text either way.

References
----------
LLVM Language Reference Manual.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from functools import lru_cache
from itertools import count

DOUBLE, I64, I32, BYTE, BIT, POINTER, VOID = "double", "i64", "i32", "i8", "i1", "ptr", "void"
# Who calls a function: its own module only, with vectors in registers or not, or the world.
INTERNAL, IN_REGISTERS, EXPORTED = "internal ", "internal fastcc ", ""


@lru_cache
def vector(kind: str, width: int) -> str:
    """Return the type of a vector.

    >>> vector(DOUBLE, 8)
    '<8 x double>'
    """
    return f"<{width} x {kind}>"


@lru_cache
def element(kind: str) -> str:
    """Return the type of a vector's elements; of what is none, its own."""
    return kind.rpartition(" ")[2].rstrip(">")


@lru_cache
def mask(kind: str) -> str:
    """Return the type of a comparison of two values of a type."""
    return f"{kind.rpartition(' ')[0]} {BIT}>" if kind.startswith("<") else BIT


class Operand:
    """What instructions take: a constant, an argument or a result, with its type."""

    __slots__ = ("kind", "text")

    def __init__(self, kind: str, text: str) -> None:
        self.kind, self.text = kind, text

    def __str__(self) -> str:
        return f"{self.kind} {self.text}"


def constant(kind: str, value: float) -> Operand:
    """Return a number, of a vector type the same in every lane.

    >>> print(constant(vector(DOUBLE, 2), 1.0))
    <2 x double> splat (double 0x3ff0000000000000)
    """
    of = element(kind)
    text = f"0x{struct.pack('>d', value).hex()}" if of == DOUBLE else str(value)
    return Operand(kind, text if of == kind else f"splat ({of} {text})")


def constants(values: Sequence[float]) -> Operand:
    """Return a vector of doubles, a number a lane.

    >>> print(constants([1.0, 2.0]))
    <2 x double> <double 0x3ff0000000000000, double 0x4000000000000000>
    """
    texts = [str(constant(DOUBLE, value)) for value in values]
    return Operand(vector(DOUBLE, len(texts)), f"<{', '.join(texts)}>")


class Phi(Operand):
    """A value that depends on where control came from; the places are told as they are written."""

    __slots__ = ("places",)

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(kind, text)
        self.places: list[str] = []

    def add_incoming(self, value: Operand, block: Block) -> None:
        """Say what it is when control comes from a block."""
        self.places.append(f"[{value.text}, %{block.label}]")

    def line(self) -> str:
        """Return the instruction."""
        return f"{self.text} = phi {self.kind} {', '.join(self.places)}"


class Block:
    """Instructions up to a jump, with a label."""

    __slots__ = ("ended", "label", "lines", "phis")

    def __init__(self, label: str) -> None:
        self.label, self.ended = label, False
        self.phis: list[Phi] = []
        self.lines: list[str] = []

    def text(self) -> str:
        """Return its lines."""
        return "\n".join([f"{self.label}:", *(phi.line() for phi in self.phis), *self.lines])


class Function(Operand):
    """A function being written.

    Parameters
    ----------
    module : Module
    name : str
    returns : str
        Type of the result.
    kinds : sequence of str
        Types of the arguments.
    marks : str
        ``INTERNAL``, ``IN_REGISTERS`` or ``EXPORTED``.
    """

    __slots__ = ("args", "blocks", "marks", "module", "numbers", "returns")

    def __init__(self, module: Module, name: str, *, returns: str, kinds: Sequence[str], marks: str) -> None:
        super().__init__(POINTER, f"@{name}")
        self.module, self.returns, self.marks = module, returns, marks
        self.args = [Operand(kind, f"%a{index}") for index, kind in enumerate(kinds)]
        self.blocks: list[Block] = []
        self.numbers = count()
        module.functions.append(self)

    def append_block(self) -> Block:
        """Return a new block after those there are."""
        self.blocks.append(Block(f"b{len(self.blocks)}"))
        return self.blocks[-1]

    def definition(self) -> str:
        """Return its text; a small function that keeps to registers has the attributes of group 1."""
        group = "#1" if self.marks == IN_REGISTERS else "#0"
        head = f"define {self.marks}{self.returns} {self.text}({', '.join(map(str, self.args))}) {group} {{"
        return "\n".join([head, *(block.text() for block in self.blocks), "}"])


class Module:
    """Functions that are translated together, and those of elsewhere that they call."""

    def __init__(self) -> None:
        self.functions: list[Function] = []
        self.elsewhere: dict[str, str] = {}

    def declare(self, name: str, returns: str, kinds: Sequence[str]) -> None:
        """Say that a function is called that LLVM or another module has."""
        self.elsewhere.setdefault(name, f"declare {returns} {name}({', '.join(kinds)})")

    def text(self, attributes: str) -> str:
        """Return all of it, every function with these attributes.

        Vectors spilled to the stack must not straddle cache lines.
        """
        parts = [*self.elsewhere.values(), *(function.definition() for function in self.functions)]
        groups = [f"attributes #0 = {{ alignstack=64 {attributes} }}", f"attributes #1 = {{ {attributes} }}"]
        return "\n".join([*parts, *groups, *PROFILES]) + "\n"


# How often a branch goes to its first block, as the instructions name it and as the module defines it.
TAKEN = {None: "", True: ", !prof !0", False: ", !prof !1"}
PROFILES = ('!0 = !{!"branch_weights", i32 99, i32 1}', '!1 = !{!"branch_weights", i32 1, i32 99}')
