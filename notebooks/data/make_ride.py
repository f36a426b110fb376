"""Writes ride.tcx beside it, an invented interval ride: `python notebooks/data/make_ride.py`."""

import math
from datetime import datetime, timedelta, timezone
from pathlib import Path

START = datetime(2026, 5, 4, 18, 30, tzinfo=timezone(timedelta(hours=2)))
STEP_S = 5
# Minutes and watts: warming up, six intervals with rests between them, and home.
PARTS = [(12, 140), *[(3, 275), (3, 120)] * 6, (12, 130)]
HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<TrainingCenterDatabase xmlns="http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2">
<Activities><Activity Sport="Biking"><Id>{start}</Id><Lap StartTime="{start}"><Track>
"""
POINT = """<Trackpoint><Time>{time}</Time><HeartRateBpm><Value>{pulse}</Value></HeartRateBpm>\
<Extensions><TPX xmlns="http://www.garmin.com/xmlschemas/ActivityExtension/v2"><Watts>{watts}</Watts></TPX>\
</Extensions></Trackpoint>
"""
FOOT = "</Track></Lap></Activity></Activities></TrainingCenterDatabase>\n"


def points() -> list[str]:
    """Return one row each five seconds; legs waver by a few per cent, and the heart lags by a minute."""
    rows, pulse, at_s = [], 90.0, 0
    for minutes, target in PARTS:
        for _ in range(int(60 * minutes / STEP_S)):
            watts = target * (1 + 0.03 * math.sin(at_s / 7) + 0.02 * math.sin(at_s / 3))
            pulse += (90 + 0.32 * watts - pulse) * STEP_S / 60
            time = (START + timedelta(seconds=at_s)).isoformat()
            rows.append(POINT.format(time=time, pulse=round(pulse), watts=round(watts)))
            at_s += STEP_S
    return rows


if __name__ == "__main__":
    content = HEAD.format(start=START.isoformat()) + "".join(points()) + FOOT
    Path(__file__).with_name("ride.tcx").write_text(content)
