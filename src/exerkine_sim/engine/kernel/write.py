"""All functions of a kernel, written into one module of machine-independent code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import ir
from .across import Across
from .alone import AloneStepWriter
from .builder import Builder
from .control import ControlWriter, cube
from .drive import DriveWriter
from .ir import I64, POINTER, VOID
from .lanes import Lanes
from .layout import lay_out, uses
from .lower import Evaluator
from .many import ManyStepWriter, declare_turnover, write_turnover
from .measure import MeasureWriter
from .plan import Plan
from .record import RecordWriter
from .settle import SettleWriter
from .step import StepWriter
from .switch import SwitchWriter, write_foresee, write_meet, write_turns
from .tape import MEMBER, SEGMENT
from .vector import Code, declare

# Registers are used at their full length.
ATTRIBUTES = '"prefer-vector-width"="512" "min-legal-vector-width"="512"'


def text_of(plan: Plan, width: int) -> tuple[str, str]:
    """Return the kernel of a plan for vectors of some width, as LLVM assembly.

    First what runs all the time, then what runs once a member or where a kink is near: it need not be quick,
    and so it can be translated quickly.
    """
    writer = _Writer(plan, width)
    writer.write()
    return writer.often.text(ATTRIBUTES), writer.seldom.text(ATTRIBUTES)


def memory_size(plan: Plan, width: int) -> int:
    """Return how many vectors of memory a thread needs."""
    return lay_out(plan, width).size


class _Writer:
    """One method a kind of function."""

    def __init__(self, plan: Plan, width: int) -> None:
        self.plan, self.layout, self.width = plan, lay_out(plan, width), width
        self.often, self.seldom, self.taken = ir.Module(), ir.Module(), uses(plan.tape, plan.roots())
        self.functions: dict[str, ir.Function] = {}

    def write(self) -> None:
        """Write every function."""
        shared = (self.plan, self.layout)
        self._seldom("prelude_member", lambda code, at: self._write_prelude(code, at, MEMBER))
        self._vectors("prelude_segment", lambda code, at: self._write_prelude(code, at, SEGMENT))
        self._vectors("start", lambda code, at: self._control(code, at).write_start(self.plan, self.taken))
        if not self.layout.alone:
            self._turnover()
        self._vectors("step", lambda code, at: self._step(code, at).write())
        self._switches()
        self._vectors("verdict", lambda code, at: self._control(code, at).write_verdict())
        self._vectors("advance", lambda code, at: self._control(code, at).write_advance())
        self._seldom("settle", lambda code, at: SettleWriter(code, *shared, at, self.taken).write())
        self._serve()
        self._lanes("record", lambda code, at: RecordWriter(code, **at).write())
        self._lanes(
            "measure", lambda code, at: MeasureWriter(Lanes(code, **at), self.plan, self.taken).write()
        )
        for name, write in (("integrate", DriveWriter.write_loop), ("rest", DriveWriter.write_rest)):
            self._lanes(
                name,
                lambda code, at, write=write: write(DriveWriter(code, **at), self.functions),
                ir.EXPORTED,
            )

    def _control(self, code: Code, memory: Any) -> ControlWriter:
        return ControlWriter(code, self.layout, memory)

    def _step(self, code: Code, memory: Any) -> StepWriter:
        if self.layout.alone:
            return AloneStepWriter(code, self.plan, self.layout, memory, self.taken)
        turn_over = self.functions["turn_over"]
        return ManyStepWriter(code, self.plan, self.layout, memory, uses=self.taken, turn_over=turn_over)

    def _turnover(self) -> None:
        function = self.functions["turn_over"] = declare_turnover(self.often, self.width)
        code = Code(Builder(function), self.width)
        code.builder.ret(write_turnover(code, self.layout, function.args))

    def _switches(self) -> None:
        looks = {}
        looks["turns"], code = self._called("turns", f"i{2 * self.layout.step}", [POINTER])
        (differences,) = looks["turns"].args
        code.builder.ret(write_turns(Across(code, self.layout, differences)))
        for name, write in (("meet", write_meet), ("foresee", write_foresee)):
            looks[name], code = self._called(name, VOID, [POINTER, POINTER])
            write(code, self.layout, looks[name].args)
            code.builder.ret_void()
        weigh = {}
        for effects in dict.fromkeys(switch.effects for switch in self.plan.switches):
            name = f"weigh_{len(weigh)}"
            self._seldom(name, lambda *at, of=effects: self._switch(*at).write_weigh(of))
            weigh[effects] = self.functions[name]
        self._vectors("locate", lambda *at: self._switch(*at).write(looks, weigh))

    def _switch(self, code: Code, memory: Any) -> SwitchWriter:
        return SwitchWriter(code, self.plan, self.layout, memory, self.taken)

    def _called(self, name: str, returns: str, kinds: list[str]) -> tuple[ir.Function, Code]:
        """Open a function that takes vectors in registers."""
        function = ir.Function(self.often, name, returns=returns, kinds=kinds, marks=ir.IN_REGISTERS)
        return function, Code(Builder(function), self.width)

    def _write_prelude(self, code: Code, memory: Any, level: int) -> None:
        tape = self.plan.tape
        here = Evaluator(code, tape, self.layout, memory=memory, level=level, uses=self.taken)
        for node, place in self.layout.slots.items():
            if tape.nodes[node].level == level:
                code.store(here.value(node), memory, place)
        places = self.layout.decays.items()
        known = {node: place for node, place in places if max(tape.nodes[node].level, MEMBER) == level}
        for decay, place in known.items():
            code.store(here.value(decay), memory, self.layout["decays"] + place)
        for block in self.plan.turnovers:
            if block.decay in known:
                code.store(cube(here.value(block.decay)), memory, self.layout["cubes"] + block.state)

    def _vectors(self, name: str, write: Callable[[Code, Any], None]) -> None:
        """Write a function of the thread's memory alone."""
        function, code = self._opened(name, 1)
        (memory,) = function.args
        write(code, memory)
        code.builder.ret_void()

    def _seldom(self, name: str, write: Callable[[Code, Any], None]) -> None:
        """Write a function of the thread's memory that is seldom called."""
        function = declare(self.seldom, name, 1, ir.EXPORTED)
        self.functions[name], code = function, Code(Builder(function), self.width)
        (memory,) = function.args
        write(code, memory)
        code.builder.ret_void()

    def _lanes(
        self, name: str, write: Callable[[Code, dict[str, Any]], None], marks: str = ir.INTERNAL
    ) -> None:
        """Write a function of memory, lanes and job."""
        function, code = self._opened(name, 3, marks)
        memory, lanes, job = function.args
        write(code, {"layout": self.layout, "memory": memory, "lanes": lanes, "job": job})
        code.builder.ret_void()

    def _serve(self) -> None:
        """Write the function that also takes the number of one lane."""
        function, code = self._opened("serve", 4)
        memory, lanes, job, lane = function.args
        number = code.builder.cast("ptrtoint", lane, I64)
        DriveWriter(code, self.layout, memory, lanes=lanes, job=job).write_serve(number)
        code.builder.ret_void()

    def _opened(self, name: str, n_arguments: int, marks: str = ir.INTERNAL) -> tuple[ir.Function, Code]:
        function = declare(self.often, name, n_arguments, marks)
        self.functions[name] = function
        return function, Code(Builder(function), self.width)
