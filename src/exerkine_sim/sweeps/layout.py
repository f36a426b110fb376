"""The arrays of a sweep's store, with their names, units and labels, before anything is simulated."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..extra import needs
from .design import Design
from .factor import Values

FORMAT = 2
FACTORS, COURSES, STATUS, REASON, DIGEST = "factor", "concentration", "status", "reason", "digest"
DIGEST_BYTES, REASON_BYTES = 32, 200
LABELS = ("exerkine", "site", "unit", "grade", "session")  # of each output, the last of each window
HOURS = {"units": "h", "long_name": "time from the schedule's first midnight"}
MEANINGS = {"flag_values": [0, 1, 2], "flag_meanings": "not_simulated ok failed"}
EMPTY: Mapping[str, Any] = {"float64": float("nan"), "str": "", "bool": False, "uint8": 0}


def lay_out(path: Path, design: Design, recipe: Mapping[str, Any]) -> None:
    """Write the description of a store: a group of arrays, empty but for their labels."""
    attributes = {"factors": json.dumps(list(design.names)), "recipe": json.dumps(recipe)}
    group = needs("zarr", "analysis").create_group(
        path, zarr_format=3, attributes={"format": FORMAT, "title": design.title, **attributes}
    )
    members = _ByMember(group, len(design), min(design.chunk, len(design)))
    for factor in design.factors:
        members.add(f"{FACTORS}/{factor.name}", _kind(factor.distribution), attributes={"units": factor.unit})
    windows, times, outputs = len(design.windows), design.outputs.times_h, len(design.kept)
    for metric in design.outputs.metrics:
        members.add(metric, "float64", {"window": windows, "output": outputs})
    if times:
        members.add(COURSES, "float64", {"time": len(times), "output": outputs})
        _label(group, "time", times, "time", HOURS)
    members.add(STATUS, "uint8", attributes=MEANINGS)
    members.add(REASON, "uint8", {"letter": REASON_BYTES})
    group.create_array(
        DIGEST,
        shape=(-(-len(design) // design.chunk), DIGEST_BYTES),
        chunks=(1, DIGEST_BYTES),
        dtype="uint8",
        fill_value=0,
        compressors=None,  # so that a damaged one is read as another one
        dimension_names=("chunk", "byte"),
    )
    for name in LABELS[:-1]:
        _label(group, name, [getattr(one, name) for one in design.kept], "output")
    _label(group, LABELS[-1], design.windows, "window")


@dataclass(frozen=True, slots=True)
class _ByMember:
    """Adds arrays whose first dimension is the member, some of them a chunk."""

    group: Any
    n: int
    chunk: int

    def add(
        self,
        name: str,
        kind: str,
        dimensions: Mapping[str, int] | None = None,
        *,
        attributes: Mapping[str, Any] | None = None,
    ) -> None:
        dimensions = {} if dimensions is None else dimensions
        self.group.create_array(
            name,
            shape=(self.n, *dimensions.values()),
            chunks=(self.chunk, *dimensions.values()),
            dtype=kind,
            fill_value=EMPTY[kind],
            compressors=_checked(),
            dimension_names=("member", *dimensions),
            attributes=dict(attributes or {}),
        )


def _checked() -> list[Any]:
    """Return how what is kept is compressed, with a checksum that every program which reads Zarr looks at."""
    codecs = needs("zarr.codecs", "analysis")
    return [codecs.ZstdCodec(), codecs.Crc32cCodec()]


def _kind(distribution: object) -> str:
    first = distribution.values[0] if isinstance(distribution, Values) else 0.0
    return {bool: "bool", str: "str"}.get(type(first), "float64")


def _label(
    group: Any,
    name: str,
    values: Sequence[str] | Sequence[float],
    dimension: str,
    attributes: Mapping[str, Any] | None = None,
) -> None:
    array = group.create_array(
        name,
        shape=(len(values),),
        chunks=(len(values),),
        dtype=type(values[0]),
        compressors=_checked(),
        dimension_names=(dimension,),
        attributes=dict(attributes or {}),
    )
    array[:] = np.array(values)
