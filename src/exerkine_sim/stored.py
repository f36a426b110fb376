"""Solutions in files: what is read is bounded, and looked at before it is believed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, NonNegativeInt, ValidationError

from .errors import InputError
from .solution import Solution

if TYPE_CHECKING:
    from .model import Model

# What is read of every Solution, and by what it is told apart.
FORM: Mapping[str, tuple[str, ...]] = {
    **{name: (name,) for name in ("member", "time", "exerkine", "site")},
    **dict.fromkeys(("grade", "label"), ("exerkine",)),
    "unit": ("exerkine", "site"),
    "status": ("member",),
    "rest": ("member", "exerkine", "site"),
    "concentration": ("member", "time", "exerkine", "site"),
}
NUMBERS = {"time", "rest", "concentration"}  # in double precision
# No packing makes more of a byte; a file that claims more was not written by :meth:`Solution.save`.
MOST_PACKED, LEAST_BYTES = 1100, 64_000_000
# What the libraries raise that a damaged file is given to.
DAMAGE = (
    OSError,
    ValueError,
    LookupError,
    TypeError,
    RuntimeError,
    AttributeError,
    MemoryError,
    OverflowError,
)


def load_solution(path: str | Path, *, model: Model | None = None) -> Solution:
    """Read a Solution from its NetCDF file.

    Parameters
    ----------
    path : path
    model : Model, optional
        The equations it was made with, when they are not the shipped ones; needed by `explain` only.

    Raises
    ------
    InputError
        For a file that is missing, damaged or not a Solution.

    Examples
    --------
    >>> from exerkine_sim.errors import InputError
    >>> try:
    ...     load_solution("nowhere.nc")
    ... except InputError as error:
    ...     print(error)
    nowhere.nc: no such file
      expected: a solution written by exerkine-sim
      fix: check the path
    """
    import xarray as xr

    path = Path(path)
    if not path.is_file():
        raise InputError(
            "no such file", expected="a solution written by exerkine-sim", fix="check the path", file=path
        )
    try:
        with xr.open_dataset(path, engine="h5netcdf") as stored:
            if stored.nbytes > max(LEAST_BYTES, MOST_PACKED * path.stat().st_size):
                raise InputError(
                    f"{path.stat().st_size} bytes that unpack to {stored.nbytes}",
                    expected=f"at most {MOST_PACKED} times as many",
                    fix="run the plan again",
                    file=path,
                )
            solution = Solution.of(stored.load(), model)
    except DAMAGE as problem:
        raise InputError(
            f"not a readable NetCDF file ({problem})"[:300], fix="run the plan again", file=path
        ) from None
    for part in _missing(solution):
        raise InputError(f"not a solution: {part}", expected="a file written by Solution.save", file=path)
    return solution


def _missing(solution: Solution) -> Iterator[str]:
    """Yield what a file lacks of all that is read of a Solution."""
    for name, dims in FORM.items():
        held = solution.arrays.variables.get(name)
        if held is None or held.dims != dims:
            yield f"no '{name}' by {', '.join(dims)}"
        elif name in NUMBERS and held.values.dtype != float:
            yield f"'{name}' as {held.values.dtype}"
    try:
        _Manifest.model_validate_json(str(solution.arrays.attrs.get("manifest", "")))
    except ValidationError as problem:
        yield f"its manifest: {problem.errors(include_url=False)[0]['msg']}"


class _Session(BaseModel):
    name: str
    start_h: float
    end_h: float


class _Member(BaseModel):
    plan: NonNegativeInt


class _Numbers(BaseModel):
    sources: dict[str, list[str]]


class _Manifest(BaseModel):
    """What is read of a manifest whenever numbers are."""

    parameters: _Numbers

    sessions: list[list[_Session]]
    members: list[_Member]
