"""Named arrays on labelled dimensions: what xarray calls a Dataset, and takes long to import for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    import xarray as xr


class Variable(NamedTuple):
    """An array, the names of its dimensions, and what is to be said about it."""

    dims: tuple[str, ...]
    values: np.ndarray
    attrs: Mapping[str, Any] = MappingProxyType({})

    @property
    def shape(self) -> tuple[int, ...]:
        """Length of each dimension."""
        return self.values.shape

    def holding(self, values: np.ndarray) -> Variable:
        """Return other values under the same names."""
        return self._replace(values=values)


@dataclass(frozen=True)
class Later:
    """A Variable whose values are made when they are first asked for.

    Parameters
    ----------
    dims, shape : tuple
    make : callable
        Returns the values.
    """

    dims: tuple[str, ...]
    shape: tuple[int, ...]
    make: Callable[[], np.ndarray] = field(repr=False)
    attrs: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def values(self) -> np.ndarray:
        """The array, read-only."""
        values = self.make()
        values.setflags(write=False)
        return values

    def holding(self, values: np.ndarray) -> Variable:
        """Return other values under the same names."""
        return Variable(self.dims, values, self.attrs)


@dataclass(frozen=True)
class Remarks(Mapping[str, Any]):
    """What is to be said about arrays, put together when somebody first asks.

    Parameters
    ----------
    make : callable
        Returns it.

    Examples
    --------
    >>> dict(Remarks(lambda: {"units": "h"}))
    {'units': 'h'}
    """

    make: Callable[[], Mapping[str, Any]] = field(repr=False)

    @cached_property
    def _made(self) -> Mapping[str, Any]:
        return self.make()

    def __getitem__(self, name: str) -> Any:
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._made)

    def __len__(self) -> int:
        return len(self._made)


@dataclass(frozen=True)
class Arrays:
    """Arrays that share dimensions; they become read-only.

    Parameters
    ----------
    variables : mapping of str to Variable or Later
    coords : set of str
        Those that are labels; the labels of a dimension go by its name.
    attrs : mapping of str
        What is to be said about all of it.

    Examples
    --------
    >>> level = Variable(("time",), np.array([1.0, 3.0, 2.0]), {"units": "ng/L"})
    >>> arrays = Arrays({"level": level, "time": Variable(("time",), np.arange(3.0))}, {"time"})
    >>> arrays["level"], arrays.sizes
    (array([1., 3., 2.]), {'time': 3})
    >>> float(arrays.dataset()["level"].sel(time=1.0))
    3.0
    """

    variables: Mapping[str, Variable | Later]
    coords: AbstractSet[str]
    attrs: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for one in self.variables.values():
            if isinstance(one, Variable):
                one.values.setflags(write=False)

    @classmethod
    def of(cls, dataset: xr.Dataset) -> Arrays:
        """Return what a Dataset holds."""
        held = {
            str(name): Variable(tuple(map(str, one.dims)), one.values, one.attrs)
            for name, one in dataset.variables.items()
        }
        return cls(held, set(map(str, dataset.coords)), dataset.attrs)

    @classmethod
    def joined(cls, parts: Sequence[Arrays], dimension: str) -> Arrays:
        """Return parts behind each other along a dimension; what does not have it is that of the first."""

        def whole(name: str, one: Variable | Later) -> Variable | Later:
            if dimension not in one.dims:
                return one
            axis = one.dims.index(dimension)
            return one.holding(np.concatenate([part[name] for part in parts], axis=axis))

        first = parts[0]
        return replace(first, variables={name: whole(name, one) for name, one in first.variables.items()})

    @property
    def sizes(self) -> dict[str, int]:
        """Length of each dimension."""
        each = [zip(one.dims, one.shape, strict=True) for one in self.variables.values()]
        return {name: size for pairs in each for name, size in pairs}

    def __contains__(self, name: object) -> bool:
        return name in self.variables

    def __getitem__(self, name: str) -> np.ndarray:
        return self.variables[name].values

    def at(self, dimension: str, places: Sequence[int] | np.ndarray) -> Arrays:
        """Return what stands at some places of a dimension."""

        def part(one: Variable | Later) -> Variable | Later:
            if dimension not in one.dims:
                return one
            before = [slice(None)] * one.dims.index(dimension)
            return one.holding(one.values[(*before, places)])

        return replace(self, variables={name: part(one) for name, one in self.variables.items()})

    def without(self, *names: str) -> Arrays:
        """Return the same but for some of the data."""
        return replace(self, variables={k: one for k, one in self.variables.items() if k not in names})

    def dataset(self) -> xr.Dataset:
        """Return them as xarray has them."""
        import xarray as xr

        held = {name: xr.Variable(one.dims, one.values, one.attrs) for name, one in self.variables.items()}
        axes = {name: _axis(name, one) for name, one in self.variables.items() if one.dims == (name,)}
        return xr.Dataset({**held, **axes}, attrs=self.attrs).set_coords(self.coords)


def _axis(name: str, labels: Variable | Later) -> xr.Variable:
    """Return the labels of a dimension, as the index that xarray makes of them.

    Left to itself it would import pint, which is slow, to see whether they are quantities.
    """
    import pandas as pd
    import xarray as xr
    from xarray.indexes import PandasIndex

    index = PandasIndex(pd.Index(labels.values), name, coord_dtype=labels.values.dtype)
    return index.create_variables({name: xr.Variable(labels.dims, labels.values, labels.attrs)})[name]
