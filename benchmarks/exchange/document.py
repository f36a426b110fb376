"""The document itself: what libSBML says of it, and whether it comes back as it was."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from exerkine_sim.engine.compiled import integrate
from exerkine_sim.exchange import from_sbml, remarks_on
from exerkine_sim.simulate import system_of

from .cases import TOLERANCE, Case
from .row import Row


def remarks(case: Case) -> Iterator[Row]:
    """Yield how much the consistency check has to remark: errors, and warnings that units do not fit."""
    yield Row("libSBML", case.name, len(remarks_on(case.document)), 0, "errors and warnings")


def reimport(case: Case) -> Iterator[Row]:
    """Yield in how many numbers the re-imported Model, with constants and plan, differs: bit for bit."""
    one = from_sbml(case.document)
    same = one.model.digest() == case.member.model.digest()
    found = integrate(
        system_of(one.model),
        one.constants[None],
        [one.forcing],
        times=one.forcing.breakpoints[1:],
        tolerance=TOLERANCE,
        start=one.start[None],
    )
    differing = np.count_nonzero(found.states[0] != case.ends)
    yield Row("exerkine-sim, re-imported", case.name, differing if same else np.inf, 0, "numbers that differ")
