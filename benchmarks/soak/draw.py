"""What is simulated: plans and people drawn by a seeded generator, as text and fields that users write."""

from __future__ import annotations

from random import Random
from typing import Any

from exerkine_sim import Subject
from exerkine_sim.subject.limits import SEXES, TRAINING

ANY_MODE = ("run", "cycle", "walk", "row erg", "swim", "ski", "arm crank")
LIFTS = ("squat", "bench press", "row", "overhead press", "leg curl", "deadlift", "leg press")
MOLECULES = ("il6", "il1ra", "lactate", "cortisol", "myostatin", "irisin", "bdnf", "fgf21", "insulin", "gh")
INFUSED = ("infuse il6 25ug/h", "infuse il6 10ug/h", "infuse igf1 30ug/h")
HELD = (None, None, None, None, None, None, "il6", "cortisol", "crp", "leptin", "irisin", "gdf15")
MORNING, EVENING = ("", "", "fasted ", "fed "), ("", "fed ")  # by the evening there may have been a meal
SHORT, WEEK, WEEKS = "short", "week", "weeks"
NOISE = ("rum", "-30m", "900% VO2max", "8x(", "1e999m", "Mon 25:00", "\x00", "99999999x(1m 50%)", "squatt")


def plan(draw: Random, size: str | None = None) -> str:
    """Return the text of a plan that can happen: of a day or three, a week, or weeks that are repeated."""
    size = draw.choices((SHORT, WEEK, WEEKS), (85, 11, 4))[0] if size is None else size
    n_days = {SHORT: draw.choice((1, 1, 1, 2, 3)), WEEK: 7, WEEKS: 7}[size]
    days = range(1, n_days + 1) if size == SHORT else sorted(draw.sample(range(1, 8), draw.randint(2, 5)))
    lines = [line for day in days for line in _day(draw, day)]
    if size == WEEKS:
        lines.append(f"repeat {draw.randint(3, 10)} weeks +{draw.randint(0, 5)}% duration/week")
    return "\n".join(lines)


def person(draw: Random) -> dict[str, Any]:
    """Return the fields of a person, some of them far from the usual ones."""
    height = round(draw.uniform(1.5, 2.0), 2)
    about: dict[str, Any] = {
        "sex": draw.choice(SEXES),
        "age_y": draw.randint(18, 80),
        "body_mass_kg": round(draw.uniform(19, 34) * height**2, 1),
        "height_m": height,
        "vo2max_ml_kg_min": round(draw.uniform(20, 70), 1),
        "training": draw.choice(TRAINING),
        "ftp_w": draw.randint(100, 350),
    }
    if draw.random() < 0.5:
        about["one_rm_kg"] = {"squat": draw.randint(40, 200), "bench_press": draw.randint(30, 140)}
    return about


def subject(draw: Random) -> Subject:
    """Return a person."""
    return Subject(**person(draw))


def spoilt(draw: Random, text: str) -> str:
    """Return a text with something in it that may not be: cut, doubled, swapped, or replaced by noise."""
    words = text.split(" ")
    at = draw.randrange(len(words))
    how = draw.randrange(4)
    if how == 0:
        words[at] = draw.choice(NOISE)
    elif how == 1:
        words[at:] = words[at:][::-1]
    elif how == 2:
        words.insert(at, words[draw.randrange(len(words))])
    else:
        words[at] = words[at][: draw.randrange(len(words[at]) + 1)]
    return " ".join(words)


def _day(draw: Random, day: int) -> list[str]:
    """Return the lines of a day: a session in the morning, in the evening or both, and perhaps a meal."""
    lines, morning = [], draw.random() < 0.8
    if morning:
        lines.append(f"day {day} {draw.randint(5, 9):02}:{draw.randrange(60):02} {_session(draw, MORNING)}")
    if draw.random() < 0.4:
        lines.append(f"day {day} 13:{draw.randrange(60):02} meal {draw.randint(10, 150)}g carbs")
    if draw.random() < 0.05:
        lines.append(f"day {day} 14:00 {draw.choice(INFUSED)} {draw.randint(1, 3)}h")
    if draw.random() < 0.3 or not morning:
        lines.append(f"day {day} {draw.randint(17, 19)}:{draw.randrange(60):02} {_session(draw, EVENING)}")
    return lines


def _session(draw: Random, eaten: tuple[str, ...]) -> str:
    body = draw.choices((_steady, _intervals, _lifting), (4, 3, 3))[0](draw)
    before = draw.choice(eaten)
    carbs = draw.random() < 0.2 and before != "fasted "
    return f"{before}{body}" + (f" carbs {draw.randint(10, 90)}g/h" if carbs else "")


def _steady(draw: Random) -> str:
    mode, minutes = draw.choice(ANY_MODE), draw.randint(5, 150)
    return f"{mode} {minutes}m {draw.choice((_share, _share, _special))(draw, mode)}"


def _share(draw: Random, _mode: str) -> str:
    return f"{draw.randint(30, 85)}% VO2max"


def _special(draw: Random, mode: str) -> str:
    if mode == "cycle":
        return draw.choice(
            (f"{draw.randint(60, 200)}W", f"{draw.randint(50, 90)}% FTP", f"{draw.randint(40, 75)}% HRR")
        )
    if mode == "run":
        return draw.choice((f"RPE {draw.randint(1, 6)}", f"Z{draw.randint(1, 3)}", "8 km/h"))
    return _share(draw, mode)


def _intervals(draw: Random) -> str:
    n, work, rest = draw.randint(2, 12), draw.choice((0.5, 1, 2, 4)), draw.choice((0.5, 1, 3))
    hard, easy = draw.randint(80, 110), draw.randint(30, 60)
    return f"{draw.choice(ANY_MODE)} 10m 55% VO2max, {n}x({work}m {hard}% / {rest}m {easy}%), 5m 50%"


def _lifting(draw: Random) -> str:
    def lift(name: str) -> str:
        load = draw.choice((f"{draw.randint(40, 85)}% 1RM", f"RIR {draw.randint(0, 4)}"))
        return f"{name} {draw.randint(1, 5)}x{draw.randint(2, 10)} {load} rest {draw.randint(1, 4)}m"

    return "; ".join(lift(name) for name in draw.sample(LIFTS, draw.randint(1, 4)))
