"""Machine code for the host: compiled once a structure, kept on disk, loaded in milliseconds."""

from __future__ import annotations

import ctypes
import hashlib
import json
import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import llvmlite
import llvmlite.binding as llvm
import numpy as np

from ...files import kept, sources_digest

if TYPE_CHECKING:
    from .plan import Plan

LOG = logging.getLogger(__name__)
# How hard LLVM tries, for what runs all the time and for what does not.
OFTEN, SELDOM = 2, 0
LINE = 64  # bytes of a cache line
ROUNDING = ("sse", "avx", "fma", "neon", "sve")  # instructions that may decide how numbers are rounded
FUNCTIONS = ("integrate", "rest")


@dataclass(frozen=True, eq=False)
class Kernel:
    """A compiled integrator.

    Parameters
    ----------
    width : int
        Members a vector.
    size, words : int
        Vectors of memory, and whole numbers, that a thread needs.
    job : tuple of str
        Names of what it is told, in order.
    measures : int
        How many numbers it gathers of an observable.
    functions : mapping of str to callable
        ``integrate`` and ``rest``, each called with the addresses of memory, lanes and job.
    engine : object
        Owner of the code; kept alive with it.
    """

    width: int
    size: int
    words: int
    job: tuple[str, ...]
    measures: int
    functions: dict[str, Callable[[int, int, int], None]]
    engine: Any = field(repr=False)

    def call(self, function: str, job: np.ndarray) -> None:
        """Run a function in memory of its own, no cache line of which another thread writes to."""
        words = -(-8 * self.size * self.width // LINE) * LINE
        room = np.zeros(words + 8 * self.words + 2 * LINE, dtype=np.uint8)
        memory = room.ctypes.data + -room.ctypes.data % LINE
        self.functions[function](memory, memory + words, job.ctypes.data)


@lru_cache(maxsize=1)
def host() -> tuple[str, str, str]:
    """Return triple, name and features of the processor this runs on."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    return llvm.get_process_triple(), llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten()


def processor() -> dict[str, str]:
    """Return the kind of processor, and those of its instructions that arithmetic may use."""
    _, name, features = host()
    used = [one[1:] for one in features.split(",") if one[:1] == "+" and one[1:].startswith(ROUNDING)]
    return {"processor": name, "instructions": " ".join(used)}


def lanes_of_host() -> int:
    """Return how many members to put in a vector: a register, or two where that hides latency better."""
    features = host()[2].split(",")
    return 8 if {"+avx512f", "+avx2"} & set(features) else 4


def kernel_of(key: str, width: int, *, plan: Callable[[], Plan]) -> Kernel:
    """Return a kernel, from the cache on disk where it is there; its plan is needed only where it is not.

    Parameters
    ----------
    key : str
        Hash of all that the plan follows from.
    width : int
        Members a vector.
    plan : callable
        Returns the plan.
    """
    content = kept(_name(key, width), lambda: _written(plan(), width))
    about, _, code = content.partition(b"\n")
    return _loaded(code, width, json.loads(about))


def _name(key: str, width: int) -> str:
    parts = (
        key,
        width,
        (OFTEN, SELDOM),
        *host(),
        llvmlite.__version__,
        llvm.llvm_version_info,
        np.__version__,
        _own_source(),
        sys.byteorder,
    )
    return f"kernels/{hashlib.sha256(repr(parts).encode()).hexdigest()}.kernel"


@lru_cache(maxsize=1)
def _own_source() -> str:
    return sources_digest(Path(__file__).parents[1])


def _written(plan: Plan, width: int) -> bytes:
    """Return a line that says how the code is called, and the code."""
    from .lanes import JOB, PER_LANE, SINGLE
    from .layout import MEASURES
    from .write import memory_size, text_of

    words = len(PER_LANE) * width + len(SINGLE)
    often, seldom = text_of(plan, width)
    parts = [_compiled(often, OFTEN), _compiled(seldom, SELDOM)]
    about = {"size": memory_size(plan, width), "words": words, "job": JOB, "measures": len(MEASURES)}
    about["lengths"] = [len(part) for part in parts]
    LOG.info("compiled a kernel for %d states, %d members a vector", len(plan.rates), width)
    return json.dumps(about).encode() + b"\n" + b"".join(parts)


def _target(level: int) -> llvm.TargetMachine:
    triple, name, features = host()
    target = llvm.Target.from_triple(triple)
    return target.create_target_machine(cpu=name, features=features, opt=level, jit=True)


def _compiled(text: str, level: int) -> bytes:
    """Translate as it stands: the tape has shared and hoisted all there is, optimiser passes find no more."""
    return _target(level).emit_object(llvm.parse_assembly(text))


def _loaded(code: bytes, width: int, about: dict[str, Any]) -> Kernel:
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), _target(OFTEN))
    for length in about.pop("lengths"):
        engine.add_object_file(llvm.ObjectFileRef.from_data(code[:length]))
        code = code[length:]
    engine.finalize_object()
    kind = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)
    functions = {name: kind(engine.get_function_address(name)) for name in FUNCTIONS}
    job = tuple(about.pop("job"))
    return Kernel(width, **about, job=job, functions=functions, engine=engine)
