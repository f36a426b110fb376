"""GPX files: tracks of points, with heart rate, cadence and power in extensions."""

from __future__ import annotations

from pathlib import Path

from ...errors import ScheduleError
from .dated import Dated, Wishes
from .track import Track, sessions_of
from .xml import Element

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
            track.put(FIELDS[name], text)
        elif name == "trkpt":
            track.put("latitude_deg", attributes.get("lat", ""))
            track.put("longitude_deg", attributes.get("lon", ""))
            track.close_point()
        elif name == "trkseg":
            track.interrupt()
        elif name == "type" and names[-2:-1] == ("trk",):
            track.sports.append(text)
        elif name == "trk":
            tracks.append(track)
            track = Track()

    nothing = ScheduleError(
        "a GPX file without times", expected="a recorded track", fix="export the activity, not the route"
    )
    return sessions_of(tracks, visit, path, wishes=wishes, nothing=nothing)
