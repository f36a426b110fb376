"""Machine code for the host: compiled once a structure, kept on disk, loaded in milliseconds."""

from __future__ import annotations

import ctypes
import hashlib
import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import llvmlite
import llvmlite.binding as llvm
import numpy as np

from ...files import cache_folder, whole
from .plan import Plan
from .write import memory_size, text_of

LOG = logging.getLogger(__name__)
OPTIMISATION = 2
FUNCTIONS = ("integrate", "rest")


@dataclass(frozen=True, eq=False)
class Kernel:
    """A compiled integrator.

    Parameters
    ----------
    width : int
        Members a vector.
    size : int
        Vectors of memory that a thread needs.
    functions : mapping of str to callable
        ``integrate`` and ``rest``, each called with the addresses of memory, lanes and job.
    engine : object
        Owner of the code; kept alive with it.
    """

    width: int
    size: int
    functions: dict[str, Callable[[int, int, int], None]]
    engine: Any = field(repr=False)


@lru_cache(maxsize=1)
def host() -> tuple[str, str, str]:
    """Return triple, name and features of the processor this runs on."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    return llvm.get_process_triple(), llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten()


def lanes_of_host() -> int:
    """Return how many members to put in a vector: a register, or two where that hides latency better."""
    features = host()[2].split(",")
    return 8 if {"+avx512f", "+avx2"} & set(features) else 4


def kernel_of(plan: Plan, width: int) -> Kernel:
    """Return the kernel of a plan, from the cache on disk where it is there.

    Whatever is not whole in the cache is made anew. A cache that cannot be written is done without.
    """
    code, place = None, _place(plan, width)
    if place is not None:
        code = _stored(place)
    if code is None:
        code = _compiled(text_of(plan, width))
        LOG.info("compiled a kernel for %d states, %d members a vector", len(plan.rates), width)
        if place is not None:
            _store(place, code)
    return _loaded(code, width, memory_size(plan))


def _place(plan: Plan, width: int) -> Path | None:
    folder = cache_folder("kernels")
    if folder is None:
        return None
    parts = (
        plan.digest(),
        width,
        OPTIMISATION,
        *host(),
        llvmlite.__version__,
        llvm.llvm_version_info,
        np.__version__,
    )
    key = hashlib.sha256(repr((parts, _own_source(), sys.byteorder)).encode()).hexdigest()
    return folder / f"{key}.kernel"


@lru_cache(maxsize=1)
def _own_source() -> str:
    """Return a hash of the code that writes kernels, so that a new version never reads an old one's."""
    sources = sorted(Path(__file__).parent.glob("*.py"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()


def _stored(place: Path) -> bytes | None:
    """Return machine code from the cache; None unless every byte is the one that was written."""
    try:
        content = place.read_bytes()
    except OSError:
        return None
    digest, code = content[:32], content[32:]
    if hashlib.sha256(code).digest() != digest:
        LOG.warning("%s is damaged and is made anew", place)
        return None
    return code


def _store(place: Path, code: bytes) -> None:
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with whole(place) as partial:
            partial.write_bytes(hashlib.sha256(code).digest() + code)
    except OSError as problem:
        LOG.info("the kernel is not kept: %s", problem)


def _target() -> llvm.TargetMachine:
    triple, name, features = host()
    target = llvm.Target.from_triple(triple)
    return target.create_target_machine(cpu=name, features=features, opt=OPTIMISATION, jit=True)


def _compiled(text: str) -> bytes:
    """Translate as it stands: the tape has shared and hoisted all there is, optimiser passes find no more."""
    return _target().emit_object(llvm.parse_assembly(text))


def _loaded(code: bytes, width: int, size: int) -> Kernel:
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), _target())
    engine.add_object_file(llvm.ObjectFileRef.from_data(code))
    engine.finalize_object()
    kind = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)
    functions = {name: kind(engine.get_function_address(name)) for name in FUNCTIONS}
    return Kernel(width, size, functions, engine)
