"""What a worker is told of a sweep, once, and how it shows that it finds the same numbers as others."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping
from dataclasses import asdict, fields
from functools import cached_property
from hashlib import sha256
from typing import Any
from uuid import uuid4

from distributed import WorkerPlugin

from .. import __version__
from ..errors import InputError
from ..parameters import Parameter, ParameterSet, Source, load_parameters
from .design import Design
from .member import Kept, simulated
from .run import recipe_of, solved

# Members whose bits are compared, and points whose draws are: rounding shows in few of many.
PROBE, DRAWS = 4, 1024
WRITING = ("zarr", "numcodecs")  # libraries that only the one process needs that writes
SHOWN = 12
GO_ON = "then resume the sweep: what was written stays"
Identity = dict[str, str]


class Work(WorkerPlugin):
    """A design where it is simulated; it travels to each worker once, as text, and to those that come later.

    Parameters
    ----------
    design : Design
    batch : int
        Members that are solved at once.

    Raises
    ------
    InputError
        For equations of one's own, which are Python and are not sent.
    """

    def __init__(self, design: Design, batch: int) -> None:
        if design.own_model is not None:
            raise InputError(
                "equations of its own",
                expected="the shipped ones, which every worker has",
                fix="leave workers and scheduler out: one process uses all processors, too",
                field="own_model",
            )
        self.name, self.batch, self._written = f"exerkine-sim-{uuid4().hex}", batch, _written(design)

    def __getstate__(self) -> dict[str, Any]:
        return {"name": self.name, "batch": self.batch, "_written": self._written}

    @cached_property
    def design(self) -> Design:
        """The design, made anew where it is asked for first."""
        return _read(self._written)

    @cached_property
    def identity(self) -> Identity:
        """What decides over the numbers that are found here, the bits of some of them included."""
        recipe = recipe_of(self.design)
        return {
            "exerkine-sim": recipe["exerkine_sim"],
            "python": recipe["python"],
            **{name: one for name, one in recipe["libraries"].items() if name not in WRITING},
            "model": recipe["model"],
            "parameters": recipe["parameters"],
            "machine": platform.machine(),
            "bits of a probe": self._bits(),
        }

    def kept(self, first: int, n: int) -> Kept:
        """Simulate members on one core: a worker with several is given as many chunks at once."""
        return solved(self.design, first, n, batch=self.batch, threads=1)

    def _bits(self) -> str:
        drawn = self.design.values(0, min(DRAWS, self.design.points))
        kept = simulated(self.design, 0, min(PROBE, len(self.design)), threads=1)
        hashed = sha256(repr((drawn.tolist(), kept.status)).encode())
        for array in (*kept.numbers.values(), kept.courses):
            hashed.update(array.tobytes())
        return hashed.hexdigest()


def _written(design: Design) -> str:
    """Return a design as JSON; the shipped parameters are at the other end already."""
    own = design.parameters
    shipped = own.digest() == load_parameters().digest()
    rows = None if shipped else [_row(one) for one in own.values()]
    about = {name: dict(one) for name, one in own.about.items()}
    return json.dumps({"design": design.recipe(), "parameters": rows, "about": about})


def _row(one: Parameter) -> dict[str, Any]:
    plain = {field.name: getattr(one, field.name) for field in fields(one)}
    return plain | {"spread": dict(one.spread), "source": asdict(one.source)}


def _read(text: str) -> Design:
    given = json.loads(text)
    if given["parameters"] is None:
        return Design.from_recipe(given["design"])
    rows = [Parameter(**one | {"source": Source(**one["source"])}) for one in given["parameters"]]
    parameters = ParameterSet({one.name: one for one in rows}, given["about"])
    return Design.from_recipe(given["design"], parameters=parameters)


def check_alike(theirs: Mapping[str, Identity], mine: Identity) -> None:
    """Refuse workers that are not as this process is, naming who differs and in what."""
    for who, identity in theirs.items():
        different = [
            f"{name} is {identity.get(name, 'unknown')[:SHOWN]} there and {one[:SHOWN]} here"
            for name, one in mine.items()
            if identity.get(name) != one
        ]
        if different:
            raise InputError(
                f"{who} would find other numbers: {'; '.join(different)}",
                expected="the same versions everywhere, on processors that round alike",
                fix=f"pip install 'exerkine-sim[distributed]=={__version__}' there, and the libraries of "
                f"here; where only the bits differ, use processors of one kind; {GO_ON}",
                field="scheduler",
            )
