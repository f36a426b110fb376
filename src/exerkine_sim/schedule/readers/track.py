"""A track while it is being read from XML, point by point."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import timezone
from pathlib import Path

from .clock import moment_of, zone_remark
from .dated import Dated, Wishes
from .recording import recorded
from .segment import dated
from .sport import mode_of

# Twelve hours at a point a second, with all that a device writes, take a third of it.
MAX_BYTES = 64_000_000


@dataclass
class Track:
    """Points so far, the one being read, and what else is known of the activity."""

    points: list[dict[str, float]] = field(default_factory=list)
    sports: list[str] = field(default_factory=list)
    interruptions: list[int] = field(default_factory=list)
    zone: timezone | None = None
    point: dict[str, float] = field(default_factory=dict)

    def at(self, text: str) -> None:
        """Give the point being read its time; the first one tells the zone."""
        moment = moment_of(text)
        if moment is not None:
            self.point["time_s"], zone = moment
            self.zone = self.zone if self.points else zone

    def put(self, channel: str, value: float) -> None:
        """Give the point being read a measurement."""
        if math.isfinite(value):
            self.point[channel] = value

    def close_point(self) -> None:
        """End the point being read; one without a time does not count."""
        if "time_s" in self.point:
            self.points.append(self.point)
        self.point = {}

    def interrupt(self) -> None:
        """Note that recording stopped after the points so far."""
        self.interruptions.append(len(self.points))

    def dated(self, path: Path, wishes: Wishes) -> Dated:
        """Return the track as a session."""
        times = [point["time_s"] for point in self.points]
        breaks = [place for place in self.interruptions if 0 < place < len(times)]
        recording = recorded(
            self.points,
            mode=mode_of(self.sports, wishes, file=path),
            zone=self.zone,
            pauses=[(times[place - 1], times[place]) for place in breaks if times[place - 1] < times[place]],
            remarks=zone_remark(self.zone),
        )
        return dated(recording, path)


def number(text: str) -> float:
    """Return the number a text stands for, NaN for any other text.

    Examples
    --------
    >>> number("210"), number("n/a")
    (210.0, nan)
    """
    try:
        return float(text[:40])
    except ValueError:
        return math.nan
