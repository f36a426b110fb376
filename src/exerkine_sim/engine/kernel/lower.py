"""From nodes of a tape to code, one evaluation point at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from . import elementary
from .layout import Layout
from .tape import Tape
from .vector import Code, Value

ELEMENTARY: Mapping[str, Callable[..., Value]] = MappingProxyType(
    {"exp": elementary.exp, "log": elementary.log, "pow": elementary.power}
)


class Evaluator:
    """Code for nodes at one point: at the start of a step, at a stage, or in a prelude.

    Parameters
    ----------
    code : Code
    tape, layout : Tape, Layout
    memory : pointer
        The thread's memory.
    level : int
        Nodes that change more slowly than this are read from memory, the others computed.
    uses : mapping of int to int
        How many operations take a node: a product that one sum takes is fused with it.
    outer : Evaluator, optional
        Where nodes are looked up first, so that what is known outside a loop is not computed in it.
    read : callable, optional
        Writes how the value of a state that is not set is read from memory, by its number.
    """

    def __init__(
        self,
        code: Code,
        tape: Tape,
        layout: Layout,
        *,
        memory: Any,
        level: int,
        uses: Mapping[int, int],
        outer: Evaluator | None = None,
        read: Callable[[int], Value] | None = None,
    ) -> None:
        self.code, self.tape, self.layout, self.memory = code, tape, layout, memory
        self.level, self.uses, self.outer, self.read = level, uses, outer, read
        self.states: dict[int, Value] = {}
        self._known: dict[int, Value] = {}
        self._inverse: dict[int, Value] = {}

    def inside(self) -> Evaluator:
        """Return an evaluator for a loop within: it sees what is known here, and keeps its own."""
        return Evaluator(
            self.code,
            self.tape,
            self.layout,
            memory=self.memory,
            level=self.level,
            uses=self.uses,
            outer=self,
            read=self.read,
        )

    def known(self, node: int) -> Value | None:
        """Return what a node is already known to be."""
        found = self._known.get(node)
        return self.outer.known(node) if found is None and self.outer is not None else found

    def state(self, index: int) -> Value | None:
        """Return the value of a state here, where it is set."""
        found = self.states.get(index)
        return self.outer.state(index) if found is None and self.outer is not None else found

    def value(self, node: int) -> Value:
        """Return the value of a node, writing the code for it where needed.

        What lies in memory is read whenever it is needed: to hold it would cost as much as to read it, and a
        place in memory of its own besides.
        """
        found = self.known(node)
        if found is None and self.outer is not None and self.tape.nodes[node].level < self.level:
            return self.outer.value(node)
        if found is None:
            found = self._written(node)
            if not self._lies_in_memory(node):
                self._known[node] = found
        return found

    def _lies_in_memory(self, node: int) -> bool:
        op, args, level, _ = self.tape.nodes[node]
        return self.state(*args) is None if op == "state" else 0 < level < self.level

    def prepare(self, node: int, without: int) -> None:
        """Write everything below a node that does not depend on some states (a bit mask)."""
        op, args, level, states = self.tape.nodes[node]
        if level < self.level or not states & without:
            self.value(node)
        elif op != "state":
            for arg in args:
                self.prepare(arg, without)
            if op == "div" and not self.tape.nodes[args[1]].states & without:
                self._reciprocal(args[1])

    def _written(self, node: int) -> Value:
        op, args, level, _ = self.tape.nodes[node]
        match op, args:
            case "literal", (number,):
                return self.code.number(number)
            case "state", (index,):
                return self._state(index)
            case (("constant" | "input"), (place,)):
                return self.code.load(self.memory, self.layout[f"{op}s"] + place)
            case _ if level < self.level:
                return self.code.load(self.memory, self.layout.slots[node])
            case "add", (a, b):
                return self._sum(a, b)
            case "sub", (a, b):
                return self._difference(a, b)
            case "div", (a, b):
                return self._quotient(a, b)
        return self._operation(op, *(self.value(arg) for arg in args))

    def _state(self, index: int) -> Value:
        value = self.state(index)
        if value is None:
            assert self.read is not None, "a state is needed before its turn"
            value = self.read(index)
        return value

    def _sum(self, a: int, b: int) -> Value:
        """Fuse with a product that goes nowhere else."""
        for product, other in ((b, a), (a, b)):
            if self._fusible(product):
                x, y = (self.value(arg) for arg in self.tape.nodes[product].args)
                return self.code.fma(x, y, self.value(other))
        return self.value(a) + self.value(b)

    def _difference(self, a: int, b: int) -> Value:
        """Fuse with a product that goes nowhere else."""
        if self._fusible(b):
            x, y = (self.value(arg) for arg in self.tape.nodes[b].args)
            rest = self.value(a)
            return self.code.fma(-x, y, rest)
        if self._fusible(a):
            x, y = (self.value(arg) for arg in self.tape.nodes[a].args)
            return self.code.fma(x, y, -self.value(b))
        return self.value(a) - self.value(b)

    def _quotient(self, a: int, b: int) -> Value:
        """Divide; by what others need too, multiply with one over it."""
        if self.uses.get(b, 2) == 1 and self._known_reciprocal(b) is None:
            return self.value(a) / self.value(b)
        return self.value(a) * self._reciprocal(b)

    def _reciprocal(self, node: int) -> Value:
        """Return one over a node, writing the code for it where needed."""
        found = self._known_reciprocal(node)
        if found is None:
            found = self._inverse[node] = 1.0 / self.value(node)
        return found

    def _known_reciprocal(self, node: int) -> Value | None:
        found = self._inverse.get(node)
        return self.outer._known_reciprocal(node) if found is None and self.outer is not None else found

    def _fusible(self, node: int) -> bool:
        found = self.tape.nodes[node]
        own = found.op == "mul" and found.level >= self.level and self.known(node) is None
        return own and self.uses.get(node, 2) == 1

    def _operation(self, op: str, *args: Value) -> Value:
        code = self.code
        match op, args:
            case "mul", (a, b):
                return a * b
            case "neg", (a,):
                return -a
            case "max", (a, b):
                return code.max(a, b)
            case "min", (a, b):
                return code.min(a, b)
            case "sqrt", (a,):
                return code.sqrt(a)
            case "positive", (a,):
                return code.select(a > 0.0, 1.0, 0.0)
        return code.each(ELEMENTARY[op], *args)
