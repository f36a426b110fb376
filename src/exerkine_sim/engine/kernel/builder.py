"""Instructions of LLVM assembly, appended to the block that is being written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from .ir import (
    BIT,
    I32,
    IN_REGISTERS,
    POINTER,
    TAKEN,
    VOID,
    Block,
    Function,
    Operand,
    Phi,
    constant,
    element,
    mask,
    vector,
)

RELATIONS = {">": "gt", "<": "lt", ">=": "ge", "<=": "le", "==": "eq", "!=": "ne"}


class Builder:
    """Writes at the end of one block of a function.

    Parameters
    ----------
    function : Function
        Its first block is opened.

    Examples
    --------
    >>> from exerkine_sim.engine.kernel.ir import DOUBLE, INTERNAL, Module
    >>> twice = Function(Module(), "twice", returns=DOUBLE, kinds=[DOUBLE], marks=INTERNAL)
    >>> builder = Builder(twice)
    >>> builder.ret(builder.arithmetic("fadd", twice.args[0], twice.args[0]))
    >>> print(twice.definition())
    define internal double @twice(double %a0) #0 {
    b0:
    %v0 = fadd double %a0, %a0
    ret double %v0
    }
    """

    def __init__(self, function: Function) -> None:
        self.function, self.module = function, function.module
        self.block = function.append_block()

    def append_block(self) -> Block:
        """Return a new block after all others."""
        return self.function.append_block()

    def position_at_end(self, block: Block) -> None:
        """Go on with another block."""
        self.block = block

    # values -------------------------------------------------------------------------------------------
    def _result(self, kind: str, instruction: str) -> Operand:
        name = f"%v{next(self.function.numbers)}"
        self.block.lines.append(f"{name} = {instruction}")
        return Operand(kind, name)

    def arithmetic(self, instruction: str, a: Operand, b: Operand) -> Operand:
        """Write an operation on two operands of one type: ``fadd``, ``mul``, ``and``, ..."""
        return self._result(a.kind, f"{instruction} {a.kind} {a.text}, {b.text}")

    def add(self, a: Operand, b: Operand) -> Operand:
        """Write a sum of whole numbers."""
        return self.arithmetic("add", a, b)

    def sub(self, a: Operand, b: Operand) -> Operand:
        """Write a difference of whole numbers."""
        return self.arithmetic("sub", a, b)

    def mul(self, a: Operand, b: Operand) -> Operand:
        """Write a product of whole numbers."""
        return self.arithmetic("mul", a, b)

    def and_(self, a: Operand, b: Operand) -> Operand:
        """Write: both."""
        return self.arithmetic("and", a, b)

    def or_(self, a: Operand, b: Operand) -> Operand:
        """Write: either."""
        return self.arithmetic("or", a, b)

    def xor(self, a: Operand, b: Operand) -> Operand:
        """Write: one of them, and not both."""
        return self.arithmetic("xor", a, b)

    def not_(self, a: Operand) -> Operand:
        """Write: all bits turned."""
        return self.arithmetic("xor", a, constant(a.kind, -1))

    def fneg(self, a: Operand) -> Operand:
        """Write the number with its sign turned."""
        return self._result(a.kind, f"fneg {a}")

    def fcmp(self, relation: str, a: Operand, b: Operand) -> Operand:
        """Write a comparison of doubles; false where a side is no number."""
        return self._result(mask(a.kind), f"fcmp o{RELATIONS[relation]} {a}, {b.text}")

    def icmp(self, relation: str, a: Operand, b: Operand) -> Operand:
        """Write a comparison of signed whole numbers."""
        sign = "" if relation in ("==", "!=") else "s"
        return self._result(mask(a.kind), f"icmp {sign}{RELATIONS[relation]} {a}, {b.text}")

    def select(self, where: Operand, a: Operand, b: Operand) -> Operand:
        """Write a choice."""
        return self._result(a.kind, f"select {where}, {a}, {b}")

    def cast(self, instruction: str, a: Operand, kind: str) -> Operand:
        """Write a conversion, by its name in LLVM: ``bitcast``, ``zext``, ``sitofp``, ``inttoptr``."""
        return self._result(kind, f"{instruction} {a} to {kind}")

    def extract_element(self, a: Operand, index: Operand) -> Operand:
        """Write one lane of a vector."""
        return self._result(element(a.kind), f"extractelement {a}, {index}")

    def insert_element(self, a: Operand, value: Operand, index: Operand) -> Operand:
        """Write a vector with one lane exchanged."""
        return self._result(a.kind, f"insertelement {a}, {value}, {index}")

    def shuffle(self, a: Operand, b: Operand, lanes: Sequence[int]) -> Operand:
        """Write a vector of lanes of two vectors of one type, those of the second counted on."""
        chosen = ", ".join(f"{I32} {lane}" for lane in lanes)
        kind = vector(element(a.kind), len(lanes))
        return self._result(kind, f"shufflevector {a}, {b}, {vector(I32, len(lanes))} <{chosen}>")

    def phi(self, kind: str) -> Phi:
        """Open a value that depends on where control came from; it stands before all else in its block."""
        phi = Phi(kind, f"%v{next(self.function.numbers)}")
        self.block.phis.append(phi)
        return phi

    def call(self, function: Function, values: Sequence[Operand]) -> Operand:
        """Write a call."""
        if function.module is not self.module:
            self.module.declare(function.text, function.returns, [one.kind for one in function.args])
        convention = "fastcc " if function.marks == IN_REGISTERS else ""
        return self._called(f"{convention}{function.returns} {function.text}", function.returns, values)

    def intrinsic(self, name: str, values: Sequence[Operand]) -> Operand:
        """Write a call of one of LLVM's own functions, whose operands and result are of one type."""
        kind = values[0].kind
        self.module.declare(f"@{name}", kind, [kind] * len(values))
        return self._called(f"{kind} @{name}", kind, values)

    def _called(self, what: str, returns: str, values: Sequence[Operand]) -> Operand:
        call = f"call {what}({', '.join(map(str, values))})"
        if returns != VOID:
            return self._result(returns, call)
        self.block.lines.append(call)
        return Operand(VOID, "")

    # memory -------------------------------------------------------------------------------------------
    def gep(self, pointer: Operand, index: Operand, kind: str) -> Operand:
        """Write the address of an element of an array."""
        return self._result(POINTER, f"getelementptr {kind}, {pointer}, {index}")

    def load(self, pointer: Operand, kind: str, align: int = 8) -> Operand:
        """Write what is at an address."""
        return self._result(kind, f"load {kind}, {pointer}, align {align}")

    def store(self, value: Operand, pointer: Operand, align: int = 8) -> None:
        """Write: put a value at an address."""
        self.block.lines.append(f"store {value}, {pointer}, align {align}")

    def store_some(self, value: Operand, pointer: Operand, lanes: Sequence[int], align: int = 8) -> None:
        """Write: put some lanes of a vector of doubles at an address."""
        width = value.kind.split()[0].lstrip("<")
        chosen = ", ".join(f"{BIT} {int(lane in lanes)}" for lane in range(int(width)))
        name, bits = f"@llvm.masked.store.v{width}f64.p0", f"{mask(value.kind)} <{chosen}>"
        self.module.declare(name, VOID, [value.kind, POINTER, I32, mask(value.kind)])
        self.block.lines.append(f"call void {name}({value}, {pointer}, {I32} {align}, {bits})")

    def take_number(self, pointer: Operand, by: Operand) -> Operand:
        """Write: what is at an address, which is raised in one go whatever other threads do."""
        return self._result(by.kind, f"atomicrmw add {pointer}, {by} monotonic")

    # flow ---------------------------------------------------------------------------------------------
    def _end(self, jump: str) -> None:
        self.block.lines.append(jump)
        self.block.ended = True

    def branch(self, block: Block) -> None:
        """Write: go on there."""
        self._end(f"br label %{block.label}")

    def cbranch(self, where: Operand, yes: Block, no: Block, likely: bool | None = None) -> None:
        """Write: go on here or there."""
        self._end(f"br {where}, label %{yes.label}, label %{no.label}{TAKEN[likely]}")

    def ret(self, value: Operand) -> None:
        """Write: return a value."""
        self._end(f"ret {value}")

    def ret_void(self) -> None:
        """Write: return."""
        self._end("ret void")

    @contextmanager
    def if_then(self, where: Operand, likely: bool | None = None) -> Iterator[None]:
        """Write what is done where one bit is set."""
        inside, after = self.append_block(), self.append_block()
        self.cbranch(where, inside, after, likely)
        with self._branch(inside, after):
            yield
        self.position_at_end(after)

    @contextmanager
    def if_else(self, where: Operand, likely: bool | None = None) -> Iterator[tuple]:
        """Write two things of which one is done; yields a context for each."""
        yes, no, after = (self.append_block() for _ in range(3))
        self.cbranch(where, yes, no, likely)
        yield self._branch(yes, after), self._branch(no, after)
        self.position_at_end(after)

    @contextmanager
    def _branch(self, block: Block, after: Block) -> Iterator[None]:
        self.position_at_end(block)
        yield
        if not self.block.ended:
            self.branch(after)
