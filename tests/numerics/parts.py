"""The functions of a kernel, each called by itself on memory that a test sets and looks at."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from typing import Any

import llvmlite.binding as llvm
import numpy as np

from exerkine_sim.engine import System
from exerkine_sim.engine.kernel import ir, machine
from exerkine_sim.engine.kernel.builder import Builder
from exerkine_sim.engine.kernel.layout import POINTS, lay_out
from exerkine_sim.engine.kernel.plan import plan_of
from exerkine_sim.engine.kernel.vector import Code, Value, declare
from exerkine_sim.engine.kernel.write import ATTRIBUTES, text_of

Array = np.ndarray
WIDTH = 4  # of pieces of code
LINE = 64  # bytes to which vectors are aligned


class Parts:
    """A kernel whose functions of memory alone can be called.

    Parameters
    ----------
    system : System
    width : int
        Members a vector.
    """

    def __init__(self, system: System, width: int) -> None:
        self.plan, self.width = plan_of(system), width
        self.layout = lay_out(self.plan, width)
        self.memory = aligned(self.layout.size, width)
        texts = (text.replace("define internal void", "define void") for text in text_of(self.plan, width))
        self._engine = loaded(*texts)

    def call(self, *names: str) -> None:
        """Call functions in turn."""
        for name in names:
            function = ctypes.CFUNCTYPE(None, ctypes.c_void_p)(self._engine.get_function_address(name))
            function(self.memory.ctypes.data)

    def __getitem__(self, name: str) -> Array:
        """Return what every lane knows under a name."""
        return self.memory[self.layout[name]]

    def __setitem__(self, name: str, value: Any) -> None:
        self.memory[self.layout[name]] = value

    def rows(self, name: str, count: int) -> Array:
        """Return the first elements of an array, (count, width)."""
        return self.memory[self.layout[name] : self.layout[name] + count]

    def points(self, name: str, count: int) -> Array:
        """Return the points of the first elements of an array, (count, 4, width): stages, then the start."""
        return self.rows(name, count * POINTS).reshape(count, POINTS, self.width)


def ran(write: Callable[[Code, list[Value]], Sequence[Value]], given: Any) -> Array:
    """Return what a piece of code makes of rows of `WIDTH` numbers each."""
    module = ir.Module()
    function = declare(module, "go", 2, ir.EXPORTED)
    code = Code(Builder(function), WIDTH)
    source, target = function.args
    results = write(code, [code.load(source, place) for place in range(len(given))])
    for place, one in enumerate(results):
        code.store(one, target, place)
    code.builder.ret_void()
    engine = loaded(module.text(ATTRIBUTES))
    call = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p)(engine.get_function_address("go"))
    taken, found = aligned(len(given), WIDTH), aligned(len(results), WIDTH)
    taken[:] = given
    call(taken.ctypes.data, found.ctypes.data)
    return found


def loaded(*texts: str) -> Any:
    """Return an engine that holds the functions of some modules."""
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine._target(machine.OFTEN))
    for text in texts:
        engine.add_object_file(llvm.ObjectFileRef.from_data(machine._compiled(text, machine.OFTEN)))
    engine.finalize_object()
    return engine


def aligned(n_rows: int, width: int) -> Array:
    """Return zeros, so many vectors."""
    room = np.zeros(n_rows * width + LINE // 8)
    first = -room.ctypes.data % LINE // 8
    return room[first : first + n_rows * width].reshape(n_rows, width)
