"""Right-hand side and Jacobian as machine code, for the solvers that take a function."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

import numpy as np
import sympy
from llvmlite import binding, ir

from exerkine_sim.engine import System
from exerkine_sim.engine.expression import Larger, Positive, Smaller, pairwise

DOUBLE = ir.DoubleType()
POINTER = DOUBLE.as_pointer()
FLAGS = ("nsz", "arcp", "contract")
SIGNATURE = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)


class NativeSystem:
    """A System compiled by LLVM.

    ``rates(y, data, out)`` and ``slopes(y, data, out)`` take addresses of doubles; ``data`` holds the
    constants and then the inputs, ``slopes`` writes the dense Jacobian row by row and leaves its zeros alone.
    """

    def __init__(self, system: System) -> None:
        self.n_states = len(system.states)
        symbols = [*system.states, *system.constants, *system.inputs]
        names = {symbol: sympy.Symbol(f"v{index}") for index, symbol in enumerate(symbols)}
        plain = [names[symbol] for symbol in symbols]
        y, data = plain[: self.n_states], plain[self.n_states :]
        rates = [pairwise(rate, names) for rate in system.rates]
        places = [(i, j) for i, f in enumerate(rates) for j, s in enumerate(y) if s in f.free_symbols]
        slopes = {i * self.n_states + j: sympy.diff(rates[i], y[j]) for i, j in places}
        module = ir.Module()
        _Function(module, "rates", [y, data]).write(dict(enumerate(rates)))
        _Function(module, "slopes", [y, data]).write(slopes)
        self._engine = _compiled(module)
        self.rates, self.slopes = (
            SIGNATURE(self._engine.get_function_address(n)) for n in ("rates", "slopes")
        )

    def bound(
        self, constants: np.ndarray, inputs: np.ndarray
    ) -> tuple[Callable[[float, np.ndarray], np.ndarray], Callable[[float, np.ndarray], np.ndarray]]:
        """Return ``f(t, y)`` and its Jacobian for one member and segment; each reuses its output array."""
        data = np.concatenate([constants, inputs])
        out, matrix = np.zeros(self.n_states), np.zeros((self.n_states, self.n_states))
        at_data, at_out, at_matrix = data.ctypes.data, out.ctypes.data, matrix.ctypes.data
        rates, slopes = self.rates, self.slopes

        def rhs(_t: float, y: np.ndarray, _data: np.ndarray = data) -> np.ndarray:
            rates(y.__array_interface__["data"][0], at_data, at_out)
            return out

        def jacobian(_t: float, y: np.ndarray) -> np.ndarray:
            slopes(y.__array_interface__["data"][0], at_data, at_matrix)
            return matrix

        return rhs, jacobian


class _Function:
    """One function of the module: pointers in, expressions evaluated once each, results stored."""

    def __init__(self, module: ir.Module, name: str, arguments: Sequence[Sequence[sympy.Symbol]]) -> None:
        kind = ir.FunctionType(ir.VoidType(), [POINTER] * (len(arguments) + 1))
        function = ir.Function(module, kind, name)
        for argument in function.args:
            argument.add_attribute("noalias")
        self._module, self._out = module, function.args[-1]
        self._builder = ir.IRBuilder(function.append_basic_block())
        self._values: dict[Any, ir.Value] = {
            symbol: self._builder.load(self._place(pointer, index))
            for pointer, group in zip(function.args, arguments, strict=False)
            for index, symbol in enumerate(group)
        }

    def write(self, results: dict[int, Any]) -> None:
        """Store each expression at its place of the output, and end the function."""
        for index, expression in results.items():
            self._builder.store(self._value(expression), self._place(self._out, index))
        self._builder.ret_void()

    def _place(self, pointer: ir.Value, index: int) -> ir.Value:
        return self._builder.gep(pointer, [ir.IntType(64)(index)])

    def _value(self, expression: Any) -> ir.Value:
        if expression not in self._values:
            self._values[expression] = self._computed(expression)
        return self._values[expression]

    def _computed(self, expression: Any) -> ir.Value:
        if expression.is_Number:
            return DOUBLE(float(expression))
        if expression.is_Pow:
            return self._power(expression.base, expression.exp)
        if expression.is_Mul:
            below = [1 / one for one in expression.args if one.is_Pow and one.exp.is_negative]
            above = [one for one in expression.args if not (one.is_Pow and one.exp.is_negative)]
            product = self._product(above)
            return self._builder.fdiv(product, self._product(below), flags=FLAGS) if below else product
        parts = [self._value(part) for part in expression.args]
        if expression.is_Add:
            return reduce(lambda a, b: self._builder.fadd(a, b, flags=FLAGS), parts)
        return self._call(expression.func, parts)

    def _product(self, factors: Sequence[Any]) -> ir.Value:
        values = [self._value(one) for one in factors] or [DOUBLE(1.0)]
        return reduce(lambda a, b: self._builder.fmul(a, b, flags=FLAGS), values)

    def _power(self, base: Any, exponent: Any) -> ir.Value:
        if exponent.is_negative:
            return self._builder.fdiv(DOUBLE(1.0), self._value(base**-exponent), flags=FLAGS)
        if exponent.is_Integer:
            return self._product([base] * int(exponent))
        if exponent.is_Rational and exponent.q == 2:
            root = self._intrinsic("llvm.sqrt", [self._value(base)])
            return self._builder.fmul(root, self._product([base] * (exponent.p // 2)), flags=FLAGS)
        return self._intrinsic("llvm.pow", [self._value(base), self._value(exponent)])

    def _call(self, function: Any, parts: list[ir.Value]) -> ir.Value:
        if function in (Larger, Smaller):
            above = self._builder.fcmp_ordered(">" if function is Larger else "<", *parts)
            return self._builder.select(above, *parts)
        if function is Positive:
            above = self._builder.fcmp_ordered(">", parts[0], DOUBLE(0.0))
            return self._builder.select(above, DOUBLE(1.0), DOUBLE(0.0))
        return self._intrinsic({sympy.log: "llvm.log", sympy.exp: "llvm.exp"}[function], parts)

    def _intrinsic(self, name: str, parts: list[ir.Value]) -> ir.Value:
        return self._builder.call(self._module.declare_intrinsic(name, [DOUBLE]), parts)


def _compiled(module: ir.Module) -> Any:
    binding.initialize_native_target()
    binding.initialize_native_asmprinter()
    target = binding.Target.from_default_triple()
    machine = target.create_target_machine(
        opt=3, cpu=binding.get_host_cpu_name(), features=binding.get_host_cpu_features().flatten()
    )
    parsed = binding.parse_assembly(str(module))
    passes = binding.create_pass_builder(machine, binding.create_pipeline_tuning_options(speed_level=3))
    passes.getModulePassManager().run(parsed, passes)
    engine = binding.create_mcjit_compiler(parsed, machine)
    engine.finalize_object()
    return engine
