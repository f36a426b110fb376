"""What to look at: which molecules, one of them in detail at a moment, a second side, how people differ."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from bokeh.layouts import column
from bokeh.models import Checkbox, CheckboxGroup, InlineStyleSheet, Select, Slider

from ..physiology import default_model
from .curves import SLOTS, USUAL
from .people import N_PEOPLE


class Picked(Protocol):
    """Whoever is told what was picked."""

    def changed(self) -> None:
        """Something else is to be drawn."""

    def explain(self) -> None:
        """Another molecule or moment is to be explained."""


class Pick:
    """The widgets.

    Parameters
    ----------
    page : Picked
    sheet : InlineStyleSheet
    """

    def __init__(self, page: Picked, *, sheet: InlineStyleSheet) -> None:
        self._known = default_model().exerkines
        wide: dict[str, Any] = {"sizing_mode": "stretch_width", "min_width": 0, "stylesheets": [sheet]}
        self.compare = Checkbox(label="Compare with B", name="compare", **wide)
        label = f"How people differ: the middle 90 % of {N_PEOPLE} like this one"
        self.people = Checkbox(label=label, name="people", **wide)
        self.choice = CheckboxGroup(
            labels=list(self._known), active=self._places(USUAL), inline=True, name="choice", **wide
        )
        self.molecule = Select(
            title="Molecule", options=list(self._known), value=USUAL[0], name="molecule", **wide
        )
        self.moment = Slider(
            title="Moment, hours from the first midnight",
            start=0,
            end=48,
            step=0.1,
            value=8,
            name="moment",
            **wide,
        )
        self.roots = {
            "compare": self.compare,
            "people": self.people,
            "choice": self.choice,
            "pick": column(self.molecule, self.moment, sizing_mode="stretch_width"),
        }
        _on(self.compare, "active", page.changed)
        _on(self.people, "active", page.changed)
        _on(self.choice, "active", page.changed)
        _on(self.molecule, "value", page.explain)
        _on(self.moment, "value", page.explain)

    @property
    def exerkines(self) -> tuple[str, ...]:
        """The chosen molecules, the usual ones first; the first twelve where there are more."""
        chosen = [self._known[place] for place in self.choice.active] or list(USUAL)
        usual = [name for name in USUAL if name in chosen]
        return tuple([*usual, *(name for name in chosen if name not in usual)][:SLOTS])

    def set(self, exerkines: tuple[str, ...], *, compare: bool) -> None:
        """Choose molecules, and whether there is a B."""
        self.choice.active = self._places(exerkines)
        self.compare.active = compare

    def within(self, end_h: float) -> None:
        """Let the moment lie anywhere up to `end_h`."""
        self.moment.update(end=end_h, value=min(self.moment.value, end_h))

    def _places(self, exerkines: tuple[str, ...]) -> list[int]:
        return sorted(self._known.index(name) for name in exerkines)


def _on(widget: Any, attribute: str, told: Callable[[], None]) -> None:
    def listener(_attr: str, _old: Any, _new: Any) -> None:
        told()

    widget.on_change(attribute, listener)
