"""What one can set: a plan, quickly or in words, and a person; once for A and once for B."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bokeh.layouts import column
from bokeh.models import Column, Div, InlineStyleSheet, PreText, Select, Slider, Spinner, TextAreaInput

from ..errors import InputError
from ..schedule import block_names, find_block
from ..subject import Subject
from ..subject.limits import RANGES, SEXES, TRAINING
from .plan import EXAMPLES, FOOD, Quick
from .setting import MAX_PLAN_BYTES, Setting

MODES = ("run", "cycle", "walk", "row erg", "swim", "ski", "arm crank")
USUAL_PERSON: dict[str, Any] = {
    "sex": "female",
    "age_y": 30,
    "body_mass_kg": 65,
    "height_m": 1.7,
    "vo2max_ml_kg_min": 45,
    "training": "recreational",
}
NUMBERS = {
    "age_y": ("Age, years", 1),
    "body_mass_kg": ("Body mass, kg", 0.5),
    "height_m": ("Height, m", 0.01),
    "vo2max_ml_kg_min": ("VO2max, mL/kg/min", 0.5),
}


def usual_setting() -> Setting:
    """Return what the page begins with."""
    return Setting(Quick().text(), Subject(**USUAL_PERSON))


class Controls:
    """The widgets of one side of the comparison.

    Parameters
    ----------
    letter : {"a", "b"}
        Part of every widget's name.
    changed : callable
        Called without arguments when something else is to be simulated.
    sheet : InlineStyleSheet
    """

    def __init__(self, letter: str, changed: Callable[[], None], *, sheet: InlineStyleSheet) -> None:
        self._changed, self._writing = changed, False
        self._kept: Subject | None = None
        self._look: dict[str, Any] = {"sizing_mode": "stretch_width", "min_width": 0, "stylesheets": [sheet]}
        self._letter = letter
        self.example = self._select("example", "Begin with", ["", *EXAMPLES, *block_names()], "")
        self.quick = self._quick_widgets()
        self.plan = TextAreaInput(
            title="The plan: change it as you like",
            value=Quick().text(),
            value_input=Quick().text(),
            rows=6,
            max_length=MAX_PLAN_BYTES,
            name=f"{letter}-plan",
            css_classes=["plan"],
            **self._look,
        )
        self.problem = PreText(
            text="", visible=False, name=f"{letter}-problem", css_classes=["problem"], **self._look
        )
        self.person = self._person_widgets()
        self.view = self._laid_out()
        self._listen()

    def setting(self) -> Setting:
        """Return what is set.

        Raises
        ------
        ExerkineError
            When plan or person cannot be read.
        """
        return Setting(self.plan.value_input, self._subject())

    def say(self, text: str) -> None:
        """Show under the plan what is wrong, as text and nothing else."""
        self.problem.update(text=text, visible=bool(text))

    def set(self, setting: Setting) -> None:
        """Show a Setting, without telling anybody that something changed."""
        self._writing = True
        self._write(setting.plan)
        for name, widget in self.person.items():
            widget.value = getattr(setting.subject, name)
        self._kept, self._writing = setting.subject, False

    def copy(self, other: Controls) -> None:
        """Show what other controls show, without telling anybody."""
        self._writing = True
        for name, widget in self.quick.items():
            widget.value = other.quick[name].value
        self._write(other.plan.value_input)
        for name, widget in self.person.items():
            widget.value = other.person[name].value
        self._kept, self._writing = other._kept, False

    def _subject(self) -> Subject:
        given = {name: widget.value for name, widget in self.person.items()}
        if self._kept is not None and all(getattr(self._kept, name) == given[name] for name in given):
            return self._kept  # with what the page does not show: lifts, thresholds
        empty = [name for name in given if given[name] is None]
        if empty:
            raise InputError("nothing given", expected="a number", field=empty[0])
        return Subject(**given)

    def _write(self, text: str) -> None:
        self.plan.update(value=text, value_input=text)

    def _quick_widgets(self) -> dict[str, Any]:
        return {
            "mode": self._select("mode", "What", list(MODES), "run"),
            "duration_min": self._slider("duration", "Duration, min", (10, 240, 5), 60),
            "intensity_percent": self._slider("intensity", "Intensity, % VO2max", (30, 100, 1), 70),
            "start_h": self._slider("start", "Start, hour of the day", (5, 21, 0.5), 7),
            "per_week": self._slider("per-week", "Sessions a week", (1, 6, 1), 1),
            "weeks": self._slider("weeks", "Weeks", (1, 12, 1), 1),
            "food": self._select("food", "Eaten before", list(FOOD.items()), "unsaid"),
            "carbs_g_per_h": self._slider("carbs", "Carbohydrate during, g/h", (0, 90, 5), 0),
        }

    def _person_widgets(self) -> dict[str, Any]:
        numbers = {
            name: Spinner(
                title=title,
                low=RANGES[name][0],
                high=RANGES[name][1],
                step=step,
                value=USUAL_PERSON[name],
                name=f"{self._letter}-{name}",
                **self._look,
            )
            for name, (title, step) in NUMBERS.items()
        }
        sex = self._select("sex", "Sex", list(SEXES), USUAL_PERSON["sex"])
        training = self._select("training", "Endurance training", list(TRAINING), USUAL_PERSON["training"])
        return {"sex": sex, **numbers, "training": training}

    def _laid_out(self) -> Column:
        side = self._letter.upper()
        return column(
            Div(text=f"<h3>{side}: the training</h3>", **self._look),
            self.example,
            *self.quick.values(),
            self.plan,
            self.problem,
            Div(text=f"<h3>{side}: the person</h3>", **self._look),
            *self.person.values(),
            **self._look,
        )

    def _listen(self) -> None:
        self.example.on_change("value", self._take_example)
        for widget in self.quick.values():
            widget.on_change("value", self._take_quick)
        self.plan.on_change("value_input", self._tell)
        for widget in self.person.values():
            widget.on_change("value", self._tell)

    def _take_example(self, _attr: str, _old: str, name: str) -> None:
        if name in EXAMPLES:
            self._write(EXAMPLES[name])
        elif name in block_names():
            self._write(find_block(name).text)

    def _take_quick(self, _attr: str, _old: Any, _new: Any) -> None:
        if not self._writing:
            self._write(Quick(**{name: widget.value for name, widget in self.quick.items()}).text())

    def _tell(self, _attr: str, _old: Any, _new: Any) -> None:
        if not self._writing:
            self._changed()

    def _select(self, name: str, title: str, options: list[Any], value: str) -> Select:
        return Select(title=title, options=options, value=value, name=f"{self._letter}-{name}", **self._look)

    def _slider(self, name: str, title: str, span: tuple[float, float, float], value: float) -> Slider:
        start, end, step = span
        return Slider(
            title=title,
            start=start,
            end=end,
            step=step,
            value=value,
            name=f"{self._letter}-{name}",
            **self._look,
        )
