"""exp, log and powers of whole vectors, from arithmetic alone: library calls would cost more than a step.

References
----------
Argument reduction after Cody & Waite (1980). Series: exp by its Taylor polynomial on |r| <= ln(2)/2; log by
the series of ``2 artanh(s)`` with ``s = (m - 1)/(m + 1)`` and m in [sqrt(1/2), sqrt(2)].
"""

from __future__ import annotations

from math import factorial, log2

from . import ir
from .vector import Code, Value

LN2_HIGH, LN2_LOW = 6.93145751953125e-1, 1.42860682030941723212e-6
EXP_TERMS, LOG_TERMS = 14, 12
LARGEST, SMALLEST = 709.78, -708.39


def exp(code: Code, x: Value) -> Value:
    """Return e to the x; infinite above 709.78, 0 below -708.39."""
    clamped = code.max(SMALLEST, code.min(LARGEST, x))
    n = code.floor(code.fma(clamped, log2(2.718281828459045), 0.5))
    r = code.fma(n, -LN2_LOW, code.fma(n, -LN2_HIGH, clamped))
    total = code.number(1.0 / factorial(EXP_TERMS))
    for power in reversed(range(EXP_TERMS)):
        total = code.fma(total, r, 1.0 / factorial(power))
    half = code.floor(n * 0.5)  # in two factors, so that neither leaves the range of normal numbers
    result = total * _power_of_two(code, half) * _power_of_two(code, n - half)
    result = code.select(code.compare(">", x, LARGEST), float("inf"), result)
    return code.select(code.compare("<", x, SMALLEST), 0.0, result)


def log(code: Code, x: Value) -> Value:
    """Return the natural logarithm; no number below 0, minus infinity at 0."""
    builder = code.builder
    tiny = code.compare("<", x, 2.2250738585072014e-308)
    scaled = code.select(tiny, x * 2.0**54, x)
    bits = builder.cast("bitcast", scaled.ref, code.whole)
    # m in [sqrt(1/2), sqrt(2)): subtract the bits of sqrt(1/2), whose exponent then counts.
    offset = ir.constant(code.whole, 0x3FE6A09E667F3BCD)
    exponent = builder.arithmetic("ashr", builder.sub(bits, offset), ir.constant(code.whole, 52))
    mantissa = builder.sub(bits, builder.arithmetic("shl", exponent, ir.constant(code.whole, 52)))
    m = Value(code, builder.cast("bitcast", mantissa, code.vector))
    n = Value(code, builder.cast("sitofp", exponent, code.vector)) - code.select(tiny, 54.0, 0.0)
    s = (m - 1.0) / (m + 1.0)
    square = s * s
    total = code.number(2.0 / (2 * LOG_TERMS + 1))
    for term in reversed(range(1, LOG_TERMS)):
        total = code.fma(total, square, 2.0 / (2 * term + 1))
    tail = code.fma(n, LN2_LOW, total * square * s)
    result = code.fma(n, LN2_HIGH, code.fma(s, 2.0, tail))
    result = code.select(code.compare("<=", x, 1.7976931348623157e308), result, x)
    result = code.select(code.compare(">", x, 0.0), result, float("nan"))
    return code.select(code.compare("==", x, 0.0), float("-inf"), result)


def power(code: Code, base: Value, exponent: Value) -> Value:
    """Return a power of a base above 0; 0 at 0, no number below."""
    result = exp(code, exponent * log(code, base))
    return code.select(code.compare("==", base, 0.0), 0.0, result)


def _power_of_two(code: Code, n: Value) -> Value:
    """Return 2 to a whole number between -1022 and 1023."""
    builder = code.builder
    biased = builder.cast("fptosi", (n + 1023.0).ref, code.whole)
    bits = builder.arithmetic("shl", biased, ir.constant(code.whole, 52))
    return Value(code, builder.cast("bitcast", bits, code.vector))
