"""A recording to bouts: stretches of steady effort, cut where the effort changes.

Which signal: power where the mode has a cost by power, speed and grade where it has one by speed, heart rate
otherwise, each where the better one is missing. What a stretch keeps is its mean, so that work (distance and
climb, heart beats) is that of the records whatever is joined.

How: samples are joined with their neighbours, the most alike first (Ward's criterion: by how much the squared
deviation from the means grows). Two rules end it:

- No bout is shorter than `SHORTEST_S`. Oxygen uptake, the fastest state of a simulation, follows with a time
  constant of 30 s (`params/drivers.toml`): effort that goes up and down every 5 s moves it by 4 % of the
  swing (tanh(5 / 60) / 2). Glycogen use and lactate answer to the effort of the moment, convexly, so that
  averaging over more is seen there: 10 s cost a fifth of the lactate of a criterium, 5 s 3 %.
- Neighbours become one where the difference is worth less than one of `CHANGE` that lasts `CHANGE_S`, or less
  than the noise would make by itself, and never where it is worth more than twice `CHANGE`.

Stretches in which hardly any effort was made, such as coasting, are rest within the session.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ...errors import ScheduleError
from ...shipped import params_folder, shipped_tables
from ..bout import Bout, Session
from ..intensity import Intensity
from .dated import Dated
from .joining import joined
from .recording import Recording

SHORTEST_S = 5.0
CHANGE = 0.15
CHANGE_S = 30.0
# Effort below this share of the mean is coasting, standing, or a pedal turned once.
REST_SHARE = 0.01
# Over so short a gap in a signal a straight line is as good as a measurement.
BRIDGE_S = 10.0
# Steeper down, running costs no less.
STEEPEST_DOWN = -0.1
TOUCHING_S = 1e-3


@dataclass(frozen=True, slots=True)
class Signal:
    """What the bouts of a recording are cut by; arrays have shape (n_samples,).

    Parameters
    ----------
    name : str
        For the user.
    values : ndarray
        What is averaged: W, bpm, or m/s.
    effort : ndarray
        What decides where to cut: the same, or the speed on the level that costs as much.
    """

    name: str
    values: np.ndarray
    effort: np.ndarray


def dated(recording: Recording, file: Path, *, name: str = "") -> Dated:
    """Return a recording as a Session of bouts.

    Parameters
    ----------
    recording : Recording
    file : Path
    name : str
        Of the Session.

    Raises
    ------
    ScheduleError
        When nothing was measured that tells how hard it was.

    Examples
    --------
    >>> from exerkine_sim.schedule.readers.recording import recorded
    >>> watts = [120.0] * 600 + [300.0] * 60 + [0.0] * 60 + [300.0] * 60
    >>> ride = recorded([{"time_s": t, "power_w": power} for t, power in enumerate(watts)], mode="cycle")
    >>> for bout in dated(ride, Path("ride.fit")).session.bouts:
    ...     print(bout, bout.intensity)
    cycle 0-10 min 120W
    cycle 10-11 min 300W
    cycle 12-13 min 300W
    """
    bouts, remarks = list[Bout](), list(recording.remarks)
    free = np.ones(len(recording.time_s), dtype=bool)
    for signal in _signals(recording):
        filled = _bridged(recording, signal, free)
        free &= ~np.isfinite(filled.effort)
        found = list(_bouts(recording, filled))
        remarks += _remarks(recording, filled, len(found))
        bouts += found
    if not bouts:
        raise ScheduleError(
            f"{recording.mode.replace('_', ' ')} without anything that tells how hard it was",
            expected="power, heart rate, or in running and walking speed, above zero",
            fix="write the session by hand, for example 'run 40m 70% VO2max'",
            file=file,
        )
    if free.any():
        minutes = float(recording.lasts_s[free].sum()) / 60
        remarks.append(f"nothing measured for {minutes:.3g} min, which count as rest")
    return Dated(Session(0.0, tuple(bouts), name=name), recording.start, file, tuple(remarks))


def _remarks(recording: Recording, signal: Signal, count: int) -> list[str]:
    """Say what was made of a signal, and what it cannot tell."""
    used = np.isfinite(signal.effort)
    if not used.any():
        return []
    minutes = float(recording.lasts_s[used].sum()) / 60
    said = [f"{signal.name}: {minutes:.3g} min ({used.sum()} records) in bouts: {count}"]
    if signal.name == "heart rate":
        said.append("heart rate lags behind effort by half a minute or more; this is not corrected")
    if signal.name == "speed" and not np.isfinite(recording.grade).any():
        said.append("no altitude: taken for level ground")
    return said


def _signals(recording: Recording) -> Iterator[Signal]:
    mode = shipped_tables()[params_folder() / "modes.toml"].get(recording.mode, {})
    if "oxygen_per_watt" in mode:
        yield Signal("power", recording.power_w, recording.power_w)
    if "oxygen_per_speed" in mode:
        climb = mode["oxygen_per_climb"]["value"] / mode["oxygen_per_speed"]["value"]
        grade = np.maximum(np.nan_to_num(recording.grade), STEEPEST_DOWN)
        yield Signal("speed", recording.speed_m_s, recording.speed_m_s * np.maximum(1 + climb * grade, 0.1))
    yield Signal("heart rate", recording.heart_rate_bpm, recording.heart_rate_bpm)


def _bridged(recording: Recording, signal: Signal, free: np.ndarray) -> Signal:
    """Return a signal where the time is still free, with straight lines over its short gaps."""
    time, known = recording.time_s, np.flatnonzero(np.isfinite(signal.effort))
    if not len(known):
        return signal
    after = np.searchsorted(known, np.arange(len(time)))
    gap = np.diff(time[known], prepend=-np.inf, append=np.inf)[after]
    gap[known] = 0.0
    values, effort = (
        np.where(free & (gap <= BRIDGE_S), np.interp(time, time[known], array[known]), np.nan)
        for array in (signal.values, signal.effort)
    )
    return Signal(signal.name, values, effort)


def _bouts(recording: Recording, signal: Signal) -> Iterator[Bout]:
    """Yield a bout for each stretch in which some effort was made."""
    time, lasts = recording.time_s, recording.lasts_s
    runs = list(_runs(recording, signal))
    known = np.concatenate(runs) if runs else np.array([], dtype=int)
    if not signal.effort[known].any():
        return
    mean = float(np.average(signal.effort[known], weights=lasts[known]))
    worth = _worth(signal.effort, runs, mean)
    for run in runs:
        edges = joined(signal.effort[run], lasts[run], shortest=SHORTEST_S, worth=worth, level=mean)
        for part in np.split(run, edges):
            if np.average(signal.effort[part], weights=lasts[part]) > REST_SHARE * mean:
                start, end = float(time[part[0]]), float(time[part[-1]] + lasts[part[-1]])
                intensity = _intensity(recording, signal, part)
                yield Bout(start / 60, (end - start) / 60, recording.mode, intensity)


def _runs(recording: Recording, signal: Signal) -> Iterator[np.ndarray]:
    """Yield the places of samples that follow each other without pause and without a missing value."""
    known = np.flatnonzero(np.isfinite(signal.effort))
    ends = recording.time_s[known] + recording.lasts_s[known]
    apart = (np.diff(known) > 1) | (recording.time_s[known][1:] - ends[:-1] > TOUCHING_S)
    yield from (run for run in np.split(known, np.flatnonzero(apart) + 1) if len(run))


def _worth(effort: np.ndarray, runs: list[np.ndarray], level: float) -> float:
    """Return what a difference between neighbours has to be worth, in seconds of squared relative effort.

    The noise is that of one sample to the next, by the median, which changes of effort do not move; the
    largest of n stretches of pure noise differs by about 2 ln n of its variance.
    """
    change = CHANGE_S / 2 * CHANGE**2
    steps = np.concatenate(
        [np.diff(effort[run]) / np.maximum(level, (effort[run][1:] + effort[run][:-1]) / 2) for run in runs]
    )
    steps = steps[np.concatenate([(effort[run][1:] > 0) & (effort[run][:-1] > 0) for run in runs])]
    if not len(steps):
        return change
    variance = (float(np.median(np.abs(steps))) / 0.6745) ** 2 / 2
    return min(max(change, 2 * math.log(len(effort)) * variance), 4 * change)


def _intensity(recording: Recording, signal: Signal, part: np.ndarray) -> Intensity:
    """Return the mean of a stretch; a grade is climb over distance, whatever the speed was where."""
    values, lasts = signal.values[part], recording.lasts_s[part]
    mean = float(np.average(values, weights=lasts))
    if signal.name == "power":
        return Intensity(round(mean, 1), "watt")
    if signal.name == "heart rate":
        return Intensity(round(mean, 1), "bpm")
    climb = float(np.average(np.nan_to_num(recording.grade[part]), weights=values * lasts))
    return Intensity(round(3.6 * mean, 2), "km_per_h", round(100 * min(max(climb, -0.6), 0.6), 1))
