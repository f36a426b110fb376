"""FIT files: recorded activities, lifting sets and planned workouts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta, timezone
from pathlib import Path
from typing import Any

from ...errors import ScheduleError
from .dated import Dated, Wishes
from .fit_messages import Message, Messages, messages_of
from .fit_sets import lifting
from .fit_workout import planned
from .recording import recorded
from .segment import dated
from .sport import mode_of

# FIT counts seconds from the end of 1989.
EPOCH_S = 631_065_600
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
    try:
        sessions = [one for messages in messages_of(path) for one in _sessions(messages, path, wishes)]
    except ScheduleError as error:
        raise error.located(file=path) from None
    if not sessions:
        raise ScheduleError(
            "a FIT file without records, sets or workout steps",
            expected="a recorded activity or a workout",
            fix="export the activity itself, not settings or a course",
            file=path,
        )
    return sessions


def _sessions(messages: Messages, path: Path, wishes: Wishes) -> Iterator[Dated]:
    if messages.of("record") or messages.of("set"):
        yield from _activity(messages, path, wishes)
    elif messages.of("workout_step"):
        yield planned(messages, path, wishes)


def _activity(messages: Messages, path: Path, wishes: Wishes) -> Iterator[Dated]:
    """Yield a session for each sport; a change of clothes between two sports is none."""
    zone, remarks = _zone(messages)
    points, pauses = _points(messages), _pauses(messages)
    for session, start, end in _spans(messages):
        said = [*messages.remarks, *remarks]
        lifted = lifting(messages, path, wishes, span=(start, end), zone=zone, remarks=said)
        if lifted is not None:
            yield lifted
            continue
        within = [point for point in points if start <= point["time_s"] < end]
        if not within:
            continue
        sports = [str(session.get(key) or "") for key in ("sub_sport", "sport")]
        recording = recorded(
            within,
            mode=mode_of(sports, wishes, file=path),
            zone=zone,
            pauses=[(stop, go) for stop, go in pauses if start <= stop < end],
            totals={name: float(session[key]) for key, name in SUMMARY.items() if _number(session.get(key))},
            remarks=said,
        )
        yield dated(recording, path)


def _spans(messages: Messages) -> Iterator[tuple[Message, float, float]]:
    """Yield each session message with the time it covers; all of it where there is one, or none."""
    named = [one for one in messages.of("session") if _number(one.get("start_time"))]
    sessions = sorted(named, key=lambda one: one["start_time"]) or [messages.first("sport")]
    starts = [_time(one, "start_time") for one in sessions[1:]]
    for session, start, end in zip(sessions, [0.0, *starts], [*starts, float("inf")], strict=True):
        if session.get("sport") != "transition":
            yield session, start, end


def _zone(messages: Messages) -> tuple[timezone | None, list[str]]:
    """Return how far the watch's clock was from UTC, which FIT records in."""
    activity = messages.first("activity")
    if _number(activity.get("local_timestamp")) and _number(activity.get("timestamp")):
        ahead_s = activity["local_timestamp"] - activity["timestamp"]
        if abs(ahead_s) <= WIDEST_ZONE_S:
            return timezone(timedelta(seconds=ahead_s)), []
    return None, ["the file does not say its time zone: its clock is UTC"]


def _points(messages: Messages) -> list[dict[str, float]]:
    developed = {
        one["key"]: channel
        for one in messages.of("field_description")
        if "key" in one and (channel := _developed(one)) is not None
    }
    return [_point(record, developed) for record in messages.of("record") if _number(record.get("timestamp"))]


def _point(record: Message, developed: Mapping[int, str]) -> dict[str, float]:
    """Return one record; what the device itself measured goes before what an app added."""
    extra = record.get("developer_fields") or {}
    point = {channel: float(extra[key]) for key, channel in developed.items() if _number(extra.get(key))}
    point |= {channel: float(record[key]) for key, channel in FIELDS.items() if _number(record.get(key))}
    return point | {"time_s": _time(record, "timestamp")}


def _developed(description: Message) -> str | None:
    """Return what a developer's field measures, by the field it stands for or by its name."""
    if description.get("native_mesg_num") in ("record", 20) and description.get("native_field_num") in NATIVE:
        return NATIVE[description["native_field_num"]]
    return "power_w" if str(description.get("field_name", "")).strip().lower() == "power" else None


def _pauses(messages: Messages) -> list[tuple[float, float]]:
    """Return when the timer stood, each from a stop to the next start."""
    pauses, stopped = [], None
    for event in messages.of("event"):
        if event.get("event") != "timer" or not _number(event.get("timestamp")):
            continue
        now = _time(event, "timestamp")
        if event.get("event_type") == "start" and stopped is not None:
            pauses.append((stopped, now))
            stopped = None
        elif event.get("event_type") in STOPS and stopped is None:
            stopped = now
    return [(stop, go) for stop, go in pauses if go > stop]


def _time(message: Message, key: str) -> float:
    return float(message[key]) + EPOCH_S


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
