"""Named arrays as a NetCDF file: HDF5 whose dimensions are scales; to import xarray takes longer."""

from __future__ import annotations

from io import BytesIO

import h5py
import numpy as np

from .arrays import Arrays, Later, Variable

PACKING = {"compression": "gzip", "compression_opts": 1, "shuffle": True}
CHUNK_NUMBERS = 1 << 17  # a mebibyte
UNLABELLED = "This is a netCDF dimension but not a netCDF variable. "  # as the format has it


def netcdf(arrays: Arrays) -> BytesIO:
    """Return the content of a NetCDF-4 file, which xarray reads as :meth:`Arrays.dataset`.

    Raises
    ------
    TypeError
        For values that are neither numbers nor text.

    References
    ----------
    NetCDF file format specification, on HDF5 files that NetCDF-4 can read.

    Examples
    --------
    >>> import xarray as xr
    >>> level = Variable(("time",), np.array([1.0, 3.0, 2.0]), {"units": "ng/L"})
    >>> arrays = Arrays({"level": level, "time": Variable(("time",), np.arange(3.0))}, {"time"})
    >>> with xr.open_dataset(netcdf(arrays), engine="h5netcdf") as stored:
    ...     stored.identical(arrays.dataset())
    True
    """
    content, sizes = BytesIO(), arrays.sizes
    with h5py.File(content, "w", track_order=True) as file:
        file.attrs.update(arrays.attrs)
        for number, (name, size) in enumerate(sizes.items()):
            if name in arrays:
                _write(file, name, arrays.variables[name]).make_scale(name)
            else:
                file.create_dataset(name, (size,), ">f4").make_scale(f"{UNLABELLED}{size:10}")
            file[name].attrs["_Netcdf4Dimid"] = np.int32(number)
        others = {name: one for name, one in arrays.variables.items() if name not in sizes}
        labels = {name: one for name, one in others.items() if name in arrays.coords}
        for name, one in others.items():
            stored = _write(file, name, one, packed=name not in labels)
            for axis, dimension in zip(stored.dims, one.dims, strict=True):
                axis.attach_scale(file[dimension])
            its = [label for label, of in labels.items() if {*of.dims} <= {*one.dims}]
            if its and name not in labels:
                stored.attrs["coordinates"] = " ".join(its)
    return content


def _write(file: h5py.File, name: str, one: Variable | Later, *, packed: bool = False) -> h5py.Dataset:
    """Write values and what is to be said about them; numbers that are data are compressed."""
    if one.values.dtype.kind in "OTU":
        stored = file.create_dataset(name, data=one.values.astype(object), dtype=h5py.string_dtype())
    elif packed and one.values.dtype.kind == "f" and min(one.values.shape, default=0) > 0:
        stored = _pack(file, name, one)
    else:
        stored = file.create_dataset(name, data=one.values)
    if one.values.dtype.kind == "f":
        stored.attrs["_FillValue"] = np.array([np.nan])
    stored.attrs.update(one.attrs)
    return stored


def _pack(file: h5py.File, name: str, one: Variable | Later) -> h5py.Dataset:
    """Write numbers course by course; where there are none, nothing is written and NaN is read."""
    stored = file.create_dataset(
        name, one.values.shape, one.values.dtype, chunks=_chunk(one), fillvalue=np.nan, **PACKING
    )
    for piece in stored.iter_chunks():
        if not np.isnan(one.values[piece]).all():
            stored[piece] = one.values[piece]
    return stored


def _chunk(one: Variable | Later) -> tuple[int, ...] | None:
    """Return the courses of one thing, of as many members as there is room for; None lets HDF5 choose."""
    length = dict(zip(one.dims, one.values.shape, strict=True))
    if "time" not in length:
        return None
    together = {"time": length["time"]}
    if "member" in length:
        together["member"] = max(1, min(length["member"], CHUNK_NUMBERS // length["time"]))
    return tuple(together.get(dimension, 1) for dimension in one.dims)
