"""FIT files: recorded activities, lifting sets and planned workouts."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta, timezone
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

from ...errors import ScheduleError
from .dated import Dated, Wishes
from .fit_messages import Message, Messages, messages_of
from .fit_sets import lifting
from .fit_workout import planned
from .moment import CLOCK_IS_UTC
from .recording import recorded
from .segment import dated
from .several import readable
from .sport import mode_of

WIDEST_ZONE_S = 14 * 3600
STOPS = ("stop", "stop_all", "stop_disable", "stop_disable_all")
FIELDS = {
    "power": "power_w",
    "heart_rate": "heart_rate_bpm",
    "speed": "speed_m_s",
    "enhanced_speed": "speed_m_s",
    "distance": "distance_m",
    "altitude": "altitude_m",
    "enhanced_altitude": "altitude_m",
    "cadence": "cadence_rpm",
}
SUMMARY = {
    "avg_power": "power_w",
    "avg_heart_rate": "heart_rate_bpm",
    "total_distance": "distance_m",
    "total_timer_time": "lasts_s",
}
# Fields of a record by number, as developers say which field theirs stands for.
NATIVE = {3: "heart_rate_bpm", 7: "power_w"}


def read(path: Path, wishes: Wishes) -> list[Dated]:
    """Return the sessions of a FIT file: one for each activity, each sport of it, or each planned workout.

    Parameters
    ----------
    path : Path
        ``.fit`` or ``.fit.gz``.
    wishes : Wishes
        `mode` for sports that are no mode, `lifts` for exercises that are no lift.

    Returns
    -------
    list of Dated
        A planned workout has no start.

    Raises
    ------
    ScheduleError
        For a file without a session that can be read.
    """
    attempts = [one for messages in messages_of(path) for one in _attempts(messages, path, wishes)]
    nothing = ScheduleError(
        "a FIT file without records, sets or workout steps",
        expected="a recorded activity or a workout",
        fix="export the activity itself, not settings or a course",
    )
    return readable(attempts, file=path, nothing=nothing)


def _attempts(messages: Messages, path: Path, wishes: Wishes) -> Iterator[Callable[[], Dated]]:
    """Yield what reads each session; a change of clothes between two sports is none."""
    if not messages.of("record") and not messages.of("set"):
        if messages.of("workout_step"):
            yield partial(planned, messages, path, wishes)
        return
    points = _points(messages)
    for session, start, end in _spans(messages):
        within = [point for point in points if start <= point["time_s"] < end]
        yield partial(_activity, messages, path, wishes, session=session, points=within, span=(start, end))


def _activity(
    messages: Messages,
    path: Path,
    wishes: Wishes,
    *,
    session: Message,
    points: list[dict[str, float]],
    span: tuple[float, float],
) -> Dated:
    zone, remarks = _zone(messages)
    said = [*messages.remarks, *remarks]
    lifted = lifting(messages, path, wishes, span=span, zone=zone, remarks=said)
    if lifted is not None:
        return lifted
    recording = recorded(
        points,
        mode=mode_of([session.text("sub_sport"), session.text("sport")], wishes, file=path),
        zone=zone,
        pauses=[(stop, go) for stop, go in _pauses(messages) if span[0] <= stop < span[1]],
        totals={name: value for key, name in SUMMARY.items() if (value := session.number(key)) is not None},
        remarks=said,
    )
    return dated(recording, path)


def _spans(messages: Messages) -> Iterator[tuple[Message, float, float]]:
    """Yield each session message with the time it covers; all of it where there is one, or none."""
    starts = [
        (start, one) for one in messages.of("session") if (start := one.moment("start_time")) is not None
    ]
    starts.sort(key=lambda pair: pair[0])
    sessions = [one for _, one in starts] or [messages.first("sport")]
    begins = [-math.inf, *(start for start, _ in starts[1:]), math.inf]
    for session, (start, end) in zip(sessions, pairwise(begins), strict=True):
        if session.text("sport") != "transition":
            yield session, start, end


def _zone(messages: Messages) -> tuple[timezone | None, list[str]]:
    """Return how far the watch's clock was from UTC, which FIT records in."""
    activity = messages.first("activity")
    local, universal = activity.number("local_timestamp"), activity.number("timestamp")
    if local is not None and universal is not None and abs(local - universal) <= WIDEST_ZONE_S:
        return timezone(timedelta(seconds=local - universal)), []
    return None, [CLOCK_IS_UTC]


def _points(messages: Messages) -> list[dict[str, float]]:
    developed = {
        one.fields.get("key"): channel
        for one in messages.of("field_description")
        if (channel := _developed(one)) is not None
    }
    return [
        _point(record, developed) | {"time_s": moment}
        for record in messages.of("record")
        if (moment := record.moment("timestamp")) is not None
    ]


def _point(record: Message, developed: Mapping[Any, str]) -> dict[str, float]:
    """Return what one record measured; what the device itself did goes before what an app added."""
    point = dict[str, float]()
    for source, names in ((Message(record.fields.get("developer_fields", {})), developed), (record, FIELDS)):
        for name, channel in names.items():
            if (value := source.number(name)) is not None:
                point[channel] = value
    return point


def _developed(description: Message) -> str | None:
    """Return what a developer's field measures, by the field it stands for or by its name."""
    native = description.number("native_field_num")
    if native in NATIVE and description.text("native_mesg_num") == "record":
        return NATIVE[int(native)]
    return "power_w" if description.text("field_name").strip().lower() == "power" else None


def _pauses(messages: Messages) -> list[tuple[float, float]]:
    """Return when the timer stood, each from a stop to the next start."""
    pauses, stopped = [], None
    for event in messages.of("event"):
        now, kind = event.moment("timestamp"), event.text("event_type")
        if event.text("event") != "timer" or now is None:
            continue
        if kind == "start" and stopped is not None:
            pauses.append((stopped, now))
            stopped = None
        elif kind in STOPS and stopped is None:
            stopped = now
    return [(stop, go) for stop, go in pauses if go > stop]
