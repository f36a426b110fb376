"""Zwift workouts: power as a fraction of FTP, durations in seconds; for runs a fraction of a race pace.

::

    SteadyState  Duration, Power (or PowerLow and PowerHigh: their middle)
    Warmup Ramp  Duration, from PowerLow to PowerHigh
    Cooldown     the same, from the higher to the lower, whichever is called which
    IntervalsT   Repeat x (OnDuration at OnPower, OffDuration at OffPower)
    FreeRide     Duration without a target: counts as rest, and is remarked
    MaxEffort    refused, as is a FreeRide that is a test: all-out has no number

Cadence, text and events on the screen are left aside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from ...errors import ScheduleError, nearest
from ...files import read_text
from ...parameters import load_parameters
from ..bout import Session
from ..intensity import Intensity, number_text
from ..limits import MAX_BOUTS, MAX_HOURS
from .dated import Dated, Wishes
from .field import located, number, one_line
from .stretch import Part, placed, stretch
from .xml import Element, each_element

PACES = ("one_mile", "five_km", "ten_km", "half_marathon", "marathon")
_SILENT = frozenset({"textevent", "textnotification", "gameplayevent"})
_SPORTS = {"bike": "cycle", "run": "run"}
_LOUDEST = 10.0  # times FTP: more is a slip of the unit


def read(path: Path, wishes: Wishes) -> list[Dated]:
    """Return the workout of a ZWO file; it has no date.

    Raises
    ------
    ScheduleError
        Naming file and line, for what is no such file or asks for an effort without a number.
    """
    with located(file=path):
        workout = _Workout(_elements(path), wishes)
        bouts = placed(workout.parts(), workout.mode)
        session = Session(0.0, bouts, name=one_line(workout.said("name")) or one_line(path.stem))
    return [Dated(session, None, path, tuple(workout.remarks))]


def _elements(path: Path) -> list[Element]:
    """Return the elements of a file in the order in which they end, all names in lower case."""
    found: list[Element] = []

    def visit(one: Element) -> None:
        lower = {name.lower(): value for name, value in one.attributes.items()}
        found.append(one._replace(names=tuple(name.lower() for name in one.names), attributes=lower))

    each_element(read_text(path, error=ScheduleError).encode(), visit, file=path)
    return found


class _Workout:
    """The elements of one workout file, and what had to be decided about them."""

    def __init__(self, found: Sequence[Element], wishes: Wishes) -> None:
        if found[-1].name != "workout_file":
            raise ScheduleError("no Zwift workout", expected="<workout_file> around everything", line=1)
        self._found = found
        self.remarks: list[str] = []
        self.mode = self._mode(wishes)
        override = self.said("ftpoverride")
        self._ftp_w = number(override, "ftpOverride", low=1, high=2000) if override else None
        if self.said("durationtype").lower() == "distance":
            raise ScheduleError(
                "a workout by distance", expected="durations in seconds", fix="save it by time", line=1
            )

    def said(self, name: str) -> str:
        """Return the text of an element right under the root; empty when there is none."""
        wanted = ("workout_file", name)
        return next((one.text for one in self._found if one.names == wanted), "")

    def parts(self) -> Iterator[Part]:
        """Yield what the workout asks for, in order."""
        for element in self._found:
            if element.names[:-1] == ("workout_file", "workout") and element.name not in _SILENT:
                with located(line=element.line):
                    yield from self._element(element)

    def _mode(self, wishes: Wishes) -> str:
        sport = self.said("sporttype").lower()
        if sport and sport not in _SPORTS:
            raise ScheduleError(f"sportType '{sport[:40]}'", expected="bike or run", line=1)
        return _SPORTS[sport] if sport else wishes.mode or "cycle"

    def _element(self, element: Element) -> Iterator[Part]:
        kinds: dict[str, Callable[[Element], Iterator[Part]]] = {
            "steadystate": self._steady,
            "solidstate": self._steady,
            "warmup": self._ramp,
            "ramp": self._ramp,
            "cooldown": self._ramp,
            "intervalst": self._intervals,
            "freeride": self._free,
            "maxeffort": self._all_out,
        }
        if element.name not in kinds:
            raise ScheduleError(f"unknown element <{element.name[:40]}>", fix=nearest(element.name, kinds))
        return kinds[element.name](element)

    def _steady(self, element: Element) -> Iterator[Part]:
        yield _minutes(element, "duration"), self._target(element, "power", "powerlow", "powerhigh")

    def _ramp(self, element: Element) -> Iterator[Part]:
        low = self._target(element, "powerlow", "power")
        high = self._target(element, "powerhigh", "power")
        if element.name == "cooldown":
            low, high = sorted((low, high), key=lambda one: -one.value)
        yield from stretch(_minutes(element, "duration"), low, high)

    def _intervals(self, element: Element) -> Iterator[Part]:
        count = int(number(_given(element, "repeat"), "repeat", low=1, high=MAX_BOUTS))
        work = self._target(element, "onpower", "poweronlow", "poweronhigh")
        easy = self._target(element, "offpower", "powerofflow", "poweroffhigh")
        pair = ((_minutes(element, "onduration"), work), (_minutes(element, "offduration"), easy))
        for _ in range(count):
            yield from pair

    def _free(self, element: Element) -> Iterator[Part]:
        if element.attributes.get("ftptest", "0") not in ("0", "false"):
            yield from self._all_out(element)
        minutes = _minutes(element, "duration")
        self.remarks.append(
            f"{number_text(minutes)} min of free riding (line {element.line}) have no target and count as "
            "rest; to count them, make them a SteadyState with the power you expect"
        )
        yield minutes, None

    def _all_out(self, element: Element) -> Iterator[Part]:
        raise ScheduleError(
            f"<{element.name}> is all-out, without a number",
            expected="a power",
            fix="make it a SteadyState with the power you expect",
        )

    def _target(self, element: Element, *names: str) -> Intensity:
        """Return the target under the first of these names, or else the middle of the others."""
        given = [name for name in names if name in element.attributes]
        values = [number(element.attributes[name], name, low=0, high=_LOUDEST) for name in given]
        if not values:
            raise ScheduleError(
                f"<{element.name}> without {names[0]}",
                expected="a fraction of FTP, for example 0.75",
                fix="write power, not a zone",
            )
        chosen = values[:1] if given[0] == names[0] else values
        return self._intensity(sum(chosen) / len(chosen), element)

    def _intensity(self, fraction: float, element: Element) -> Intensity:
        if self.mode == "run":
            return self._paced(fraction, element)
        if self._ftp_w is not None:
            return Intensity(_tidy(fraction * self._ftp_w), "watt")
        return Intensity(_tidy(fraction * 100), "ftp_percent")

    def _paced(self, fraction: float, element: Element) -> Intensity:
        """Return a fraction of a race pace as % VO2max: oxygen uptake goes with speed."""
        index = element.attributes.get("pace", "")
        if index not in ("0", "1", "2", "3", "4"):
            raise ScheduleError(
                f"a run's <{element.name}> without a race pace",
                expected='pace="0" (1 mile) to "4" (marathon)',
                fix="add pace to it, or write the run as a plan: run 10m 12 km/h",
            )
        race = PACES[int(index)]
        share = load_parameters()[f"reading.race_pace.{race}"].to("1")
        remark = (
            f"{race.replace('_', ' ')} pace counts as {number_text(_tidy(share * 100))}% VO2max, as in elite "
            "runners; slower runners race at less"
        )
        if remark not in self.remarks:
            self.remarks.append(remark)
        return Intensity(_tidy(fraction * share * 100), "vo2max_percent")


def _given(element: Element, name: str) -> str:
    if name not in element.attributes:
        raise ScheduleError(f"<{element.name}> without {name}", expected=f"{name}", fix="add it")
    return element.attributes[name]


def _minutes(element: Element, name: str) -> float:
    return number(_given(element, name), name, low=0, high=MAX_HOURS * 3600) / 60


def _tidy(value: float) -> float:
    """Return a product without the rounding that binary fractions leave behind."""
    return round(value, 6)
