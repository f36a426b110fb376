"""How long a recording takes to read, from its file to bouts.

``python -m benchmarks.recordings`` makes an hour of a criterium at 1 Hz, power, heart rate and speed, and
prints how long a fresh process takes to read it as FIT, imports included, and how long the cutting alone
takes, of 1 h and of 12 h. The quickest of several runs counts.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

HOUR_S, REPEATS, SEED = 3600, 5, 1
START = datetime(2026, 5, 4, 16, 30, tzinfo=UTC)
READ = """
import sys, time
begin = time.perf_counter()
from pathlib import Path
from exerkine_sim.schedule.readers import Wishes, fit
found = fit.read(Path(sys.argv[1]), Wishes())
print(time.perf_counter() - begin, len(found[0].session.bouts))
"""


def criterium(hours: int) -> np.ndarray:
    """Return watts by the second: bursts of 10 to 40 s between easier stretches, with a rider's own noise."""
    generator, watts = np.random.default_rng(SEED), list[float]()
    while len(watts) < hours * HOUR_S:
        for length, power in (((10, 40), (300, 600)), ((20, 90), (100, 220))):
            watts += [generator.uniform(*power)] * int(generator.uniform(*length))
    power = np.array(watts[: hours * HOUR_S])
    return np.maximum(0.0, power + generator.normal(0, 30, len(power)))


def fit_of(watts: np.ndarray) -> bytes:
    """Return a FIT file of one ride."""
    from garmin_fit_sdk import Encoder, Profile

    numbers, encoder = {m["name"]: n for n, m in Profile["messages"].items()}, Encoder()

    def put(message: str, **fields: object) -> None:
        encoder.write_mesg({"mesg_num": numbers[message], **fields})

    put("file_id", type="activity", manufacturer="development", time_created=START)
    for second, power in enumerate(watts.round().astype(int).tolist()):
        at = START + timedelta(seconds=second)
        put("record", timestamp=at, power=power, heart_rate=100 + power // 8, cadence=90, enhanced_speed=9.0)
    end = START + timedelta(seconds=len(watts))
    span = {"total_elapsed_time": len(watts), "total_timer_time": len(watts)}
    put("session", timestamp=end, start_time=START, sport="cycling", **span)
    put("activity", timestamp=end, num_sessions=1)
    return encoder.close()


def reading_s() -> tuple[float, int]:
    """Return the seconds that a fresh process takes to read an hour, and how many bouts it finds."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "hour.fit"
        path.write_bytes(fit_of(criterium(1)))
        command = [sys.executable, "-c", READ, str(path)]
        runs = [subprocess.run(command, capture_output=True, text=True, check=True) for _ in range(REPEATS)]
    answers = [run.stdout.split() for run in runs]
    return min(float(seconds) for seconds, _ in answers), int(answers[0][1])


def cutting_s(hours: int) -> float:
    """Return the seconds that it takes to cut a recording of so many hours into bouts."""
    from exerkine_sim.schedule.readers.recording import recorded
    from exerkine_sim.schedule.readers.segment import dated

    points = [{"time_s": s, "power_w": power} for s, power in enumerate(criterium(hours).tolist())]
    recording, took = recorded(points, mode="cycle"), []
    for _ in range(REPEATS):
        begin = time.perf_counter()
        dated(recording, Path("ride.fit"))
        took.append(time.perf_counter() - begin)
    return min(took)


def main() -> None:
    """Measure and print."""
    seconds, bouts = reading_s()
    print(f"an hour of FIT at 1 Hz: {seconds:.2f} s in a fresh process, {bouts} bouts")
    print(f"cutting alone: {cutting_s(1):.3f} s of 1 h, {cutting_s(12):.3f} s of 12 h")


if __name__ == "__main__":
    main()
