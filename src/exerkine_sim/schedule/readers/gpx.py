"""GPX files: tracks of points, with heart rate, cadence and power in extensions."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from ...errors import ScheduleError
from .content import content_of
from .dated import Dated, Wishes
from .several import readable
from .track import MAX_BYTES, Track, number
from .xml import Element, each_element

FIELDS = {
    "ele": "altitude_m",
    "hr": "heart_rate_bpm",
    "heartrate": "heart_rate_bpm",
    "cad": "cadence_rpm",
    "cadence": "cadence_rpm",
    "speed": "speed_m_s",
    "power": "power_w",
    "powerinwatts": "power_w",
    "watts": "power_w",
}


def read(path: Path, wishes: Wishes) -> list[Dated]:
    """Return the tracks of a GPX file.

    Parameters
    ----------
    path : Path
        ``.gpx`` or ``.gpx.gz``.
    wishes : Wishes
        `mode` for tracks that name no type.

    Raises
    ------
    ScheduleError
        For a file without times, as that of a planned route, or XML that cannot be trusted.
    """
    tracks, track = list[Track](), Track()

    def visit(element: Element) -> None:
        nonlocal track
        names, attributes, _, text = element
        inside, name = "trkpt" in names, names[-1].lower()
        if name == "time" and inside:
            track.at(text)
        elif name in FIELDS and inside:
            track.put(FIELDS[name], number(text))
        elif name == "trkpt":
            track.put("latitude_deg", number(attributes.get("lat", "")))
            track.put("longitude_deg", number(attributes.get("lon", "")))
            track.close_point()
        elif name == "trkseg":
            track.interrupt()
        elif name == "type" and names[-2:-1] == ("trk",):
            track.sports.append(text)
        elif name == "trk":
            tracks.append(track)
            track = Track()

    each_element(content_of(path, limit=MAX_BYTES).lstrip(), visit, file=path)
    attempts = [partial(track.dated, path, wishes) for track in tracks if track.points]
    sessions = readable(attempts, file=path)
    if not sessions:
        raise ScheduleError(
            "a GPX file without times",
            expected="a recorded track",
            fix="export the activity, not the route",
            file=path,
        )
    return sessions
