"""Writes the sample recordings and workouts of this folder: `python tests/data/make_recordings.py`.

Their content is invented; the oddities are those that devices are known for.
"""

import gzip
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from garmin_fit_sdk import Encoder, Profile

HERE = Path(__file__).parent
START = datetime(2026, 5, 4, 16, 30, tzinfo=UTC)  # a Monday, 18:30 where the watch was
NUMBERS = {message["name"]: number for number, message in Profile["messages"].items()}
INTERVALS = [120] * 300 + ([330] * 60 + [110] * 60) * 8 + [80] * 120


class Fit:
    """A FIT file in the making; seconds count from its start."""

    def __init__(self, kind: str = "activity", *, start: datetime = START, developer: Any = None) -> None:
        self.start, self.encoder = start, Encoder(developer)
        self.put("file_id", type=kind, manufacturer="development", time_created=start)

    def put(self, message: str, *, at: float | None = None, **fields: Any) -> None:
        if at is not None:
            fields["timestamp"] = self.start + timedelta(seconds=at)
        self.encoder.write_mesg({"mesg_num": NUMBERS[message], **fields})

    def session(self, sport: str, first: float, last: float, **fields: Any) -> None:
        begin = self.start + timedelta(seconds=first)
        times = {"total_elapsed_time": last - first, "total_timer_time": last - first}
        self.put("session", at=last, start_time=begin, sport=sport, **{**times, **fields})

    def end(self, last: float, *, zone_h: int = 2) -> bytes:
        universal = self.start + timedelta(seconds=last)
        # The local clock is written as if it were seconds of UTC.
        local = int((universal + timedelta(hours=zone_h)).timestamp()) - 631_065_600
        self.put("activity", at=last, local_timestamp=local, num_sessions=1)
        return self.encoder.close()


def ride() -> bytes:
    """Eight times a minute hard, a minute easy, at 1 Hz."""
    fit = Fit()
    for second, power in enumerate(INTERVALS):
        fit.put("record", at=second, power=power, heart_rate=100 + power // 5, cadence=90)
    fit.session("cycling", 0, len(INTERVALS), avg_power=round(sum(INTERVALS) / len(INTERVALS)))
    return fit.end(len(INTERVALS))


def hills() -> bytes:
    """A run up a hill of 8 % for five minutes and down again, recorded every five seconds."""
    fit, distance, altitude = Fit(), 0.0, 200.0
    for second in range(0, 600, 5):
        speed, slope = (2.5, 0.08) if second < 300 else (3.5, -0.08)
        fit.put("record", at=second, enhanced_speed=speed, distance=distance, enhanced_altitude=altitude)
        distance, altitude = distance + 5 * speed, altitude + 5 * speed * slope
    fit.session("running", 0, 600, sub_sport="trail", total_distance=distance)
    return fit.end(600)


def triathlon() -> bytes:
    """Three sports with two changes of clothes between them."""
    fit = Fit()
    for second in range(0, 900, 3):
        fit.put("record", at=second, heart_rate=140, power=200, enhanced_speed=3.0)
    for sport, sub, first, last in (
        ("swimming", "open_water", 0, 240),
        ("transition", "generic", 240, 300),
        ("cycling", "road", 300, 600),
        ("transition", "generic", 600, 630),
        ("running", "generic", 630, 900),
    ):
        fit.session(sport, first, last, sub_sport=sub)
    return fit.end(900)


def odd() -> bytes:
    """What devices do: see the remarks that reading it gives."""
    fit = Fit()
    seconds = [*range(120), 119, 118, *range(120, 300), *range(360, 480), *range(4080, 4200)]
    for index, second in enumerate(seconds):
        fields: dict[str, Any] = {"power": 200, "heart_rate": 130}
        if 200 <= second < 260:
            del fields["power"]
        if index == 50:
            fields["power"] = 9999
        fit.put("record", at=second, **fields)
    for at, kind in ((0, "start"), (300, "stop_all"), (360, "start"), (400, "stop"), (410, "start")):
        fit.put("event", at=at, event="timer", event_type=kind)
    fit.put("lap", at=100, start_time=START, total_elapsed_time=0, total_timer_time=0)
    fit.session("cycling", 0, 4200, avg_power=260, total_timer_time=530)
    return fit.end(4200)


def footpod() -> bytes:
    """Power in a developer's field, as a pod brings it."""
    told = {
        0: {
            "developer_data_id_mesg": {"developer_data_index": 0},
            "field_description_mesg": {
                "developer_data_index": 0,
                "field_definition_number": 0,
                "fit_base_type_id": 0x84,
                "field_name": "Power",
                "units": "Watts",
                "native_mesg_num": "record",
            },
        }
    }
    fit = Fit(developer=told)
    fit.put("developer_data_id", **told[0]["developer_data_id_mesg"])
    fit.put("field_description", **told[0]["field_description_mesg"])
    for second in range(120):
        fit.put("record", at=second, heart_rate=120, developer_fields={0: 250})
    fit.session("cycling", 0, 120)
    return fit.end(120)


def chained() -> bytes:
    """Two activities in one file, the second a day later."""
    files = []
    for day in (0, 1):
        fit = Fit(start=START + timedelta(days=day))
        for second in range(60):
            fit.put("record", at=second, power=150 + 50 * day)
        fit.session("cycling", 0, 60)
        files.append(fit.end(60))
    return b"".join(files)


def strength() -> bytes:
    """Sets as a watch counts them, with a guess that is no lift and a set without a load."""
    fit = Fit()
    for index, (category, name, reps, weight) in enumerate(
        [
            ("squat", 6, 5, 100.0),
            ("squat", 6, 5, 100.0),
            ("bench_press", 8, 8, 60.0),
            ("plank", 0, 1, 20.0),
            ("push_up", 77, 20, 0.0),
        ]
    ):
        begin = START + timedelta(seconds=120 * index)
        done = {"repetitions": reps, "weight": weight, "category": [category], "category_subtype": [name]}
        fit.put("set", at=120 * index + 30, start_time=begin, duration=20.0, set_type="active", **done)
        fit.put("set", at=120 * index + 120, start_time=begin, duration=90.0, set_type="rest")
    fit.put("record", at=0, heart_rate=90)
    fit.session("training", 0, 600, sub_sport="strength_training")
    return fit.end(600)


def workout() -> bytes:
    """A plan: nested repeats, absolute and relative targets, a rest, and a step until the button."""
    fit = Fit("workout")
    steps: list[dict[str, Any]] = [
        {"duration_type": "open", "target_type": "open", "intensity": "warmup"},
        step(600, "power", (60, 70)),
        step(60, "power", (1280, 1320)),
        step(30, "heart_rate", (230, 240), intensity="recovery"),
        repeat(first=2, times=3),
        step(120, "open", None, intensity="rest"),
        repeat(first=2, times=2),
        step(300, "heart_rate", (60, 70), intensity="cooldown"),
    ]
    fit.put("workout", sport="cycling", num_valid_steps=len(steps), wkt_name="2 x 3 x 1 min")
    for index, fields in enumerate(steps):
        fit.put("workout_step", message_index=index, **fields)
    return fit.encoder.close()


def step(seconds: int, target: str, ends: Any, *, intensity: str = "active") -> dict[str, Any]:
    fields = {"duration_type": "time", "duration_value": seconds * 1000, "target_type": target}
    fields |= {"intensity": intensity, "target_value": 0}
    if ends is not None:
        fields |= {"custom_target_value_low": ends[0], "custom_target_value_high": ends[1]}
    return fields


def repeat(*, first: int, times: int) -> dict[str, Any]:
    return {"duration_type": "repeat_until_steps_cmplt", "duration_value": first, "target_value": times}


def clock(second: int, zone: str = "Z") -> str:
    return f"{START + timedelta(seconds=second):%Y-%m-%dT%H:%M:%S}{zone}"


def tcx(prefix: str, *, sport: str, zone: str) -> str:
    """A minute at 150 W and two at 250 W, with power under a namespace of the writer's choice."""
    tag = f"{prefix}:" if prefix else ""
    space = f':{prefix}="' if prefix else '="'
    points = "\n".join(
        f"<Trackpoint><Time>{clock(second, zone)}</Time><DistanceMeters>{9 * second}</DistanceMeters>"
        f"<HeartRateBpm><Value>{120 + second // 10}</Value></HeartRateBpm><Extensions>"
        f'<{tag}TPX xmlns{space}http://www.garmin.com/xmlschemas/ActivityExtension/v2">'
        f"<{tag}Watts>{150 if second < 60 else 250}</{tag}Watts></{tag}TPX></Extensions></Trackpoint>"
        for second in range(0, 180, 2)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<TrainingCenterDatabase '
        'xmlns="http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2"><Activities>'
        f'<Activity Sport="{sport}"><Id>{clock(0, zone)}</Id><Lap StartTime="{clock(0, zone)}">'
        "<TotalTimeSeconds>0</TotalTimeSeconds></Lap>"
        f'<Lap StartTime="{clock(0, zone)}"><TotalTimeSeconds>180</TotalTimeSeconds><Track>\n{points}\n'
        "</Track></Lap></Activity></Activities></TrainingCenterDatabase>\n"
    )


def gpx(kind: str, extension: str, *, zone: str) -> str:
    """Three minutes north at 3 m/s; `extension` is what each point carries beside place and time."""
    degrees = 3 / 111_194.93
    points = "\n".join(
        f'<trkpt lat="{47 + degrees * second:.7f}" lon="11.0"><ele>500</ele>'
        f"<time>{clock(second, zone)}</time><extensions>{extension}</extensions></trkpt>"
        for second in range(0, 180, 2)
    )
    return (
        '<?xml version="1.0"?>\n<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1" '
        'xmlns:gpxtpx="http://www.garmin.com/xmlschemas/TrackPointExtension/v1">'
        f"<trk><name>Out</name>{kind}<trkseg>\n{points}\n</trkseg></trk></gpx>\n"
    )


GARMIN = (
    "<gpxtpx:TrackPointExtension><gpxtpx:hr>150</gpxtpx:hr><gpxtpx:cad>80</gpxtpx:cad>"
    "</gpxtpx:TrackPointExtension>"
)


def main() -> None:
    content = {
        "ride.fit": ride(),
        "hills.fit.gz": gzip.compress(hills(), mtime=0),
        "triathlon.fit": triathlon(),
        "odd.fit": odd(),
        "footpod.fit": footpod(),
        "chained.fit": chained(),
        "strength.fit": strength(),
        "workout.fit": workout(),
        "ride.tcx": tcx("ns3", sport="Biking", zone="+02:00").encode(),
        "ride_plain.tcx.gz": gzip.compress(tcx("", sport="Biking", zone="").encode(), mtime=0),
        "run.gpx": gpx("<type>running</type>", GARMIN, zone="Z").encode(),
        "ride.gpx": gpx("<type>cycling</type>", "<power>210</power>" + GARMIN, zone="Z").encode(),
    }
    for name, data in content.items():
        (HERE / name).write_bytes(data)


if __name__ == "__main__":
    main()
