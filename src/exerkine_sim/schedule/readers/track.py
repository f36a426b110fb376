"""A track while it is being read from XML, point by point."""

from __future__ import annotations

import math
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, timezone
from functools import partial
from pathlib import Path

from ...errors import ScheduleError
from .content import MAX_FILE_BYTES, content_of
from .dated import Dated, Wishes
from .moment import CLOCK_IS_UTC, instant
from .recording import recorded
from .segment import dated
from .several import readable
from .sport import mode_of
from .xml import Visit, each_element

LONGEST_NUMBER = 40


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
        found = instant(text)
        if found is not None:
            self.point["time_s"], zone = found
            self.zone = self.zone if self.points else zone

    def put(self, channel: str, text: str) -> None:
        """Give the point being read a measurement; text that is no number says that there was none."""
        with suppress(ValueError):
            value = float(text[:LONGEST_NUMBER])
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
            remarks=[CLOCK_IS_UTC] if self.zone == UTC else [],
        )
        return dated(recording, path)


def sessions_of(
    tracks: Iterable[Track], visit: Visit, path: Path, *, wishes: Wishes, nothing: ScheduleError
) -> list[Dated]:
    """Return the sessions of a file of tracks.

    Parameters
    ----------
    tracks : iterable of Track
        Those that `visit` has found, once it has seen every element.
    visit : callable
        Takes an Element.
    path : Path
    wishes : Wishes
    nothing : ScheduleError
        What to say where no track has a point.

    Raises
    ------
    ScheduleError
        For XML that cannot be trusted, and where no track can be read.
    """
    # Some programs write spaces before the declaration, which XML forbids.
    each_element(content_of(path, limit=MAX_FILE_BYTES).lstrip(), visit, file=path)
    attempts = [partial(track.dated, path, wishes) for track in tracks if track.points]
    return readable(attempts, file=path, nothing=nothing)
