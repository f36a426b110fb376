"""TCX files: activities as laps of trackpoints."""

from __future__ import annotations

from pathlib import Path

from ...errors import ScheduleError
from .dated import Dated, Wishes
from .track import Track, sessions_of
from .xml import Element

FIELDS = {
    "DistanceMeters": "distance_m",
    "AltitudeMeters": "altitude_m",
    "LatitudeDegrees": "latitude_deg",
    "LongitudeDegrees": "longitude_deg",
    "Cadence": "cadence_rpm",
    "RunCadence": "cadence_rpm",
    "Speed": "speed_m_s",
    "Watts": "power_w",
}


def read(path: Path, wishes: Wishes) -> list[Dated]:
    """Return the activities of a TCX file, one for each sport.

    Parameters
    ----------
    path : Path
        ``.tcx`` or ``.tcx.gz``.
    wishes : Wishes
        `mode` for a sport that the format does not know ("Other").

    Raises
    ------
    ScheduleError
        For a file without trackpoints, or XML that cannot be trusted.
    """
    tracks, track = list[Track](), Track()

    def visit(element: Element) -> None:
        nonlocal track
        names, attributes, _, text = element
        inside = "Trackpoint" in names
        if names[-1] == "Time" and inside:
            track.at(text)
        elif names[-2:] == ("HeartRateBpm", "Value") and inside:
            track.put("heart_rate_bpm", text)
        elif names[-1] in FIELDS and inside:
            track.put(FIELDS[names[-1]], text)
        elif names[-1] == "Trackpoint":
            track.close_point()
        elif names[-1] == "Activity":
            track.sports.append(attributes.get("Sport", ""))
            tracks.append(track)
            track = Track()

    nothing = ScheduleError("a TCX file without trackpoints", expected="a recorded activity")
    return sessions_of(tracks, visit, path, wishes=wishes, nothing=nothing)
