"""One recorded activity as arrays: what a device wrote, put in order and rid of what cannot be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone

import numpy as np

from .moment import local

CHANNELS = (
    *("time_s", "power_w", "heart_rate_bpm", "speed_m_s", "distance_m", "altitude_m", "cadence_rpm"),
    *("latitude_deg", "longitude_deg"),
)
# A device that saves memory writes every ten seconds or so; who stands at a light is gone for longer.
PAUSE_S = 30.0
# No session has a day without a record; a clock that is set while it runs jumps by months.
LONGEST_GAP_S = 86_400.0
# Barometers step by 0.2 m, which over this distance is a grade of 0.2 %.
GRADE_M = 100.0
# Slower than anyone walks: a position that wanders while its owner stands.
STANDING_M_S = 0.3
# What a device and its own summary may differ by before it is worth a remark.
DISAGREEMENT = 0.05
LATEST_S = 4_300_000_000.0  # the last second that FIT can name is in 2125
EARTH_M = 6_371_000.0
# Beyond these it was the sensor; nobody has held them for a second.
POSSIBLE = {
    "power_w": (0.0, 3000.0),
    "heart_rate_bpm": (25.0, 250.0),
    "speed_m_s": (0.0, 36.0),
    "altitude_m": (-500.0, 9000.0),
    "cadence_rpm": (0.0, 300.0),
    "latitude_deg": (-90.0, 90.0),
    "longitude_deg": (-180.0, 180.0),
}

Point = Mapping[str, float]
Columns = dict[str, np.ndarray]


@dataclass(frozen=True, slots=True)
class Recording:
    """One activity as a device recorded it; arrays have shape (n_samples,), NaN where nothing was measured.

    Parameters
    ----------
    mode : str
        Endurance mode.
    start : datetime, optional
        Local time without zone of ``time_s = 0``.
    time_s : ndarray
        Seconds, strictly increasing from 0.
    lasts_s : ndarray
        Seconds for which each sample holds: until the next one, except before a pause.
    power_w, heart_rate_bpm, speed_m_s, cadence_rpm : ndarray
    grade : ndarray
        Climb over distance, smoothed over `GRADE_M`.
    remarks : tuple of str
        What was mended, in words for the user.
    """

    mode: str
    start: datetime | None
    time_s: np.ndarray
    lasts_s: np.ndarray
    power_w: np.ndarray
    heart_rate_bpm: np.ndarray
    speed_m_s: np.ndarray
    grade: np.ndarray
    cadence_rpm: np.ndarray
    remarks: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in self.__slots__:
            if isinstance(array := getattr(self, name), np.ndarray):
                array.setflags(write=False)


def recorded(
    points: Sequence[Point],
    *,
    mode: str,
    zone: timezone | None = None,
    pauses: Iterable[tuple[float, float]] = (),
    totals: Mapping[str, float] | None = None,
    remarks: Iterable[str] = (),
) -> Recording:
    """Put the points that a device wrote in order.

    Parameters
    ----------
    points : sequence of mapping
        Each with ``time_s`` (seconds since 1970) and any of `CHANNELS`.
    mode : str
        Endurance mode.
    zone : timezone, optional
        Of the local clock; without it the clock of the file is taken for local.
    pauses : iterable of (float, float)
        When the timer stood, in seconds since 1970.
    totals : mapping, optional
        The device's own summary: mean ``power_w`` and ``heart_rate_bpm``, ``distance_m``, ``lasts_s``.
    remarks : iterable of str
        What the reader has to say already.

    Returns
    -------
    Recording
        It may have no samples at all.

    Examples
    --------
    >>> ride = recorded([{"time_s": t, "power_w": 200.0} for t in (0, 1, 1, 2, 90)], mode="cycle")
    >>> ride.time_s.tolist(), ride.lasts_s.tolist()
    ([0.0, 1.0, 2.0, 90.0], [1.0, 1.0, 1.0, 1.0])
    >>> ride.remarks
    ('repeated times joined: 1', 'pauses of more than 30 s, which count as rest: 1')
    """
    said = list(remarks)
    columns = _one_clock(_in_order(points, said), said)
    pauses = list(pauses)
    columns = {name: array[~_within(columns["time_s"], pauses)] for name, array in columns.items()}
    for name, (low, high) in POSSIBLE.items():
        _forget(columns, name, (columns[name] < low) | (columns[name] > high), said)
    # A meter that sleeps while nobody pedals tells nothing where it should tell 0.
    idle = np.isnan(columns["power_w"]) & (columns["cadence_rpm"] == 0)
    columns["power_w"] = np.where(idle, 0.0, columns["power_w"])
    time = columns["time_s"]
    lasts = _lasting(time, pauses, said)
    distance = _distance(columns, lasts)
    columns["speed_m_s"] = _speed(columns, distance)
    recording = Recording(
        mode,
        local(time[0], zone) if len(time) else None,
        time - time[:1],
        lasts,
        **{name: columns[name] for name in ("power_w", "heart_rate_bpm", "speed_m_s", "cadence_rpm")},
        grade=_grade(columns["altitude_m"], distance),
        remarks=tuple(said),
    )
    said += _disagreements(recording, distance, totals or {})
    object.__setattr__(recording, "remarks", tuple(said))
    return recording


def _in_order(points: Sequence[Point], said: list[str]) -> Columns:
    """Return the points sorted by time; those of one moment become one, the first that measured counts."""
    table = np.array([[point.get(name, np.nan) for name in CHANNELS] for point in points], dtype=float)
    table = table.reshape(-1, len(CHANNELS))
    table = table[(table[:, 0] >= 0) & (table[:, 0] <= LATEST_S)]
    back = int((np.diff(table[:, 0]) < 0).sum())
    if back:
        said.append(f"steps back in time put in order: {back}")
    time, place = np.unique(table[:, 0], return_inverse=True)
    if repeated := len(table) - len(time):
        said.append(f"repeated times joined: {repeated}")
    columns = {"time_s": time}
    for name, values in zip(CHANNELS[1:], table.T[1:], strict=True):
        measured = np.flatnonzero(np.isfinite(values))[::-1]
        columns[name] = np.full(len(time), np.nan)
        columns[name][place[measured]] = values[measured]
    return columns


def _one_clock(columns: Columns, said: list[str]) -> Columns:
    """Keep the longest run of samples without a jump of a day."""
    jumps = np.flatnonzero(np.diff(columns["time_s"]) > LONGEST_GAP_S) + 1
    runs = np.split(np.arange(len(columns["time_s"])), jumps)
    longest = max(runs, key=len)
    if dropped := len(columns["time_s"]) - len(longest):
        said.append(f"records more than a day from the others left out: {dropped}")
    return {name: array[longest] for name, array in columns.items()}


def _within(time: np.ndarray, spans: Iterable[tuple[float, float]]) -> np.ndarray:
    inside = np.zeros(len(time), dtype=bool)
    for start, end in spans:
        inside[slice(*np.searchsorted(time, [start, end], side="right"))] = True
    # The record of the moment at which the timer starts again belongs to what follows.
    inside[np.isin(time, [end for _, end in spans])] = False
    return inside


def _forget(columns: Columns, name: str, impossible: np.ndarray, said: list[str]) -> None:
    if count := int(impossible.sum()):
        said.append(f"impossible values of {_spoken(name)} left out: {count}")
        columns[name] = np.where(impossible, np.nan, columns[name])


def _lasting(time: np.ndarray, pauses: Iterable[tuple[float, float]], said: list[str]) -> np.ndarray:
    gaps = np.diff(time)
    usual = float(np.median(gaps[gaps <= PAUSE_S])) if (gaps <= PAUSE_S).any() else 1.0
    long = gaps > PAUSE_S
    lasts = np.append(np.where(long, usual, gaps), usual)[: len(time)]
    for stop, _ in pauses:
        before = int(np.searchsorted(time, stop, side="right")) - 1
        if 0 <= before < len(gaps):
            # A sample at the very moment of the stop still tells of the second before it.
            lasts[before] = min(lasts[before], max(stop - time[before], min(usual, gaps[before])))
    if long.any():
        said.append(f"pauses of more than {PAUSE_S:g} s, which count as rest: {long.sum()}")
    return lasts


def _distance(columns: Columns, lasts: np.ndarray) -> np.ndarray:
    """Return metres from the start: as recorded, or from positions, or from speed; NaN without any."""
    for metres in (columns["distance_m"], _travelled(columns)):
        known = np.isfinite(metres)
        if known.sum() > 1:
            time = columns["time_s"]
            return np.maximum.accumulate(np.interp(time, time[known], metres[known]))
    speed = columns["speed_m_s"]
    if np.isfinite(speed).any():
        return np.append(0.0, np.nancumsum(speed * lasts)[:-1])
    return np.full(len(lasts), np.nan)


def _travelled(columns: Columns) -> np.ndarray:
    """Return metres along the positions, NaN where there is none (haversine)."""
    metres = np.full(len(columns["time_s"]), np.nan)
    known = np.isfinite(columns["latitude_deg"] + columns["longitude_deg"])
    north, east = (np.radians(columns[name][known]) for name in ("latitude_deg", "longitude_deg"))
    cosines = np.cos(north[1:]) * np.cos(north[:-1])
    half = np.sin(np.diff(north) / 2) ** 2 + cosines * np.sin(np.diff(east) / 2) ** 2
    steps = 2 * EARTH_M * np.arcsin(np.sqrt(np.clip(half, 0, 1)))
    metres[known] = np.append(0.0, np.cumsum(steps))[: known.sum()]
    return metres


def _speed(columns: Columns, distance: np.ndarray) -> np.ndarray:
    """Return the speed recorded, or that of the distance; none is what standing still amounts to."""
    speed, time = columns["speed_m_s"], columns["time_s"]
    if not np.isfinite(speed).any() and len(time) > 1:
        gaps = np.diff(time)
        steps = np.where(gaps > PAUSE_S, np.nan, np.diff(distance) / gaps)
        speed = np.append(steps, steps[-1])
        speed = np.where(speed > POSSIBLE["speed_m_s"][1], np.nan, speed)
    return np.where(speed < STANDING_M_S, 0.0, speed)


def _grade(altitude: np.ndarray, distance: np.ndarray) -> np.ndarray:
    """Return climb over distance from `GRADE_M` / 2 before to as much after each sample."""
    known = np.isfinite(altitude) & np.isfinite(distance)
    if known.sum() < 2 or distance[known][-1] - distance[known][0] < GRADE_M:
        return np.full(len(altitude), np.nan)
    metres, first = np.unique(distance[known], return_index=True)
    back = np.clip(distance - GRADE_M / 2, metres[0], metres[-1] - GRADE_M)
    climb = np.interp(back + GRADE_M, metres, altitude[known][first])
    return (climb - np.interp(back, metres, altitude[known][first])) / GRADE_M


def _disagreements(recording: Recording, distance: np.ndarray, totals: Mapping[str, float]) -> list[str]:
    """Say where the device's own summary is not that of its records, which win."""
    moved = float(distance[-1] - distance[0]) if len(distance) and np.isfinite(distance).all() else 0.0
    found = {"lasts_s": float(recording.lasts_s.sum()), "distance_m": moved}
    for name in ("power_w", "heart_rate_bpm"):
        known = np.isfinite(getattr(recording, name))
        if known.any():
            found[name] = float(np.average(getattr(recording, name)[known], weights=recording.lasts_s[known]))
    return [
        f"the device's summary says {totals[name]:.4g} for {_spoken(name)}, its records {found[name]:.4g}: "
        "the records count"
        for name in found
        if totals.get(name, 0.0) > 0 and abs(found[name] / totals[name] - 1) > DISAGREEMENT
    ]


def _spoken(name: str) -> str:
    return {"lasts_s": "seconds of activity", "distance_m": "metres"}.get(
        name, name.rpartition("_")[0].replace("_m", "").replace("_", " ")
    )
