"""What was done, beside a time axis: sessions with their bouts, meals, infusions; of months, hours a week."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..schedule.when import clock_text
from .clock import LONGEST_H, WEEK_H, label_hours, label_time
from .events import Events, followed, planned
from .heading import shared_sessions
from .style import GREEN, PURPLE, QUIET_COLOUR, SESSION_COLOUR, SESSION_EDGE

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.transforms import Transform

    from ..schedule import Schedule
    from ..solution import Solution

HEIGHT_PT, FONT_PT = 17.0, 8.5  # of a strip under an axis
GAP_PT = 3.5  # between it and the labels
LETTERS_PER_IN = 116.0  # of a font of one point
NAME_LINES, LEAST_LETTERS, NAME_GAP_PT = 3, 5, 5.0
MEAL: dict[str, Any] = {"marker": "^", "markersize": 5, "color": GREEN}
MEAL_PT = 4.0  # closer to each other on the average, meals are not drawn
FRAME: dict[str, Any] = {"facecolor": SESSION_COLOUR, "edgecolor": SESSION_EDGE, "linewidth": 1.0}
WORK: dict[str, Any] = {"facecolor": SESSION_EDGE, "edgecolor": SESSION_EDGE, "linewidth": 0.4, "alpha": 0.55}
GIVEN: dict[str, Any] = {"color": PURPLE, "linewidth": 3.5, "solid_capstyle": "butt"}
MEALS_Y, GIVEN_Y = 0.12, 0.2  # shares of its height, from the foot


def time_axis(ax: Axes, solution: Solution) -> None:
    """Label the time axis of a Solution, and set the strip of its plan under it."""
    label_time(ax, solution)
    _draw_under(ax, followed(solution))


def plan_axis(ax: Axes, schedule: Schedule, *, start_h: float, end_h: float) -> None:
    """Label the time axis between two hours of a Schedule, and set its strip under it."""
    label_hours(ax, start_h, end_h, schedule.first_weekday)
    _draw_under(ax, planned(schedule))


def strip(ax: Axes, solution: Solution, *, width_in: float, font_pt: float) -> None:
    """Fill axes with the strip of a Solution's plan, names on several lines; they will be `width_in` wide."""
    ax.set_ylim(0, 1)
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    label_time(ax, solution)
    letters = int(width_in * LETTERS_PER_IN / font_pt)
    place = ax.get_xaxis_transform()
    _draw(ax, followed(solution), place, gid="session", letters=letters, lines=NAME_LINES, fontsize=font_pt)


def shade(ax: Axes, spans: Iterable[tuple[float, float]]) -> None:
    """Shade spans of exercise behind curves; an edge keeps an hour visible on an axis of weeks."""
    look: dict[str, Any] = {"facecolor": SESSION_COLOUR, "edgecolor": SESSION_COLOUR, "linewidth": 0.8}
    for start, end in spans:
        ax.axvspan(start, end, zorder=0.5, gid="session", **look)


def shade_sessions(ax: Axes, solution: Solution) -> None:
    """Shade every session of the one plan; over months they would run into each other."""
    if solution.times_h[-1] - solution.times_h[0] <= LONGEST_H:
        shade(ax, [(one["start_h"], one["end_h"]) for one in shared_sessions(solution)])


def _draw_under(ax: Axes, events: Events) -> None:
    """Draw a strip of fixed height below the axis, whatever the height of the axes."""
    from matplotlib.transforms import Affine2D, ScaledTranslation, blended_transform_factory

    if not any(events):
        return
    height = Affine2D().translate(0, -1).scale(1, HEIGHT_PT / 72) + ax.figure.dpi_scale_trans
    place = blended_transform_factory(ax.transData, height + ScaledTranslation(0, 0, ax.transAxes))  # type: ignore[arg-type]
    letters = int(ax.bbox.width / ax.figure.dpi * LETTERS_PER_IN / FONT_PT)
    _draw(ax, events, place, gid="strip session", letters=letters, lines=1, fontsize=FONT_PT)
    ax.tick_params(axis="x", which="both", length=0, pad=HEIGHT_PT + GAP_PT)


def _draw(
    ax: Axes, events: Events, place: Transform, *, gid: str, letters: int, lines: int, fontsize: float
) -> None:
    """Draw in a strip whose foot and top are 0 and 1 of a transform; so many letters go side by side."""
    start, end = ax.get_xlim()
    events = events.within(start, end)
    if end - start > LONGEST_H:
        _draw_weeks(ax, events, place)
        return
    _draw_work(ax, events, place, gid)
    words: dict[str, Any] = {"xycoords": place, "textcoords": "offset points", "annotation_clip": False}
    for session, name in _names(events.sessions, (start, end), letters=letters, lines=lines):
        text = ax.annotate(
            name, (session["end_h"], 1.0), (NAME_GAP_PT, 0), va="top", fontsize=fontsize, **words
        )
        text.set(gid="session name", linespacing=1.15, in_layout=False)
    for one in events.infusions:
        late = one.end_h > start + 0.8 * (end - start)
        side, ha = (one.start_h, "right") if late else (one.end_h, "left")
        text = ax.annotate(
            one.text, (side, GIVEN_Y), (-4 if late else 4, 0), ha=ha, va="center", fontsize=fontsize, **words
        )
        text.set_in_layout(False)


def _draw_work(ax: Axes, events: Events, place: Transform, gid: str) -> None:
    """Draw sessions as frames that hold their bouts, meals as marks, infusions as lines over their length."""
    from matplotlib.patches import Rectangle

    look: dict[str, Any] = {"transform": place, "clip_on": False}
    for one in events.sessions:
        length = one["end_h"] - one["start_h"]
        ax.add_patch(Rectangle((one["start_h"], 0), length, 1, gid=gid, **FRAME, **look))
    if events.bouts:
        ax.broken_barh(events.bouts, (0.0, 0.5), gid="bouts", **WORK, **look)
    if events.meals and len(events.meals) * MEAL_PT < ax.bbox.width / ax.figure.dpi * 72:
        height = [MEALS_Y] * len(events.meals)
        ax.plot(events.meals, height, linestyle="none", gid="meals", **MEAL, **look)
    for one in events.infusions:
        ax.plot([one.start_h, one.end_h], [GIVEN_Y] * 2, gid="infusion", **GIVEN, **look)


def _draw_weeks(ax: Axes, events: Events, place: Transform) -> None:
    """Draw a bar a week, as high as the hours of its sessions; the fullest week fills the strip."""
    from matplotlib.collections import PatchCollection
    from matplotlib.patches import Rectangle

    starts = np.array([one["start_h"] for one in events.sessions])
    lengths = np.array([one["end_h"] for one in events.sessions]) - starts
    hours = np.bincount((starts // WEEK_H).astype(int), weights=lengths)
    most = float(hours.max(initial=0.0))
    if not most:
        return
    bars = [Rectangle((week * WEEK_H, 0), 0.85 * WEEK_H, one / most) for week, one in enumerate(hours)]
    drawn = PatchCollection(bars, match_original=False, **FRAME | {"linewidth": 0.5})
    drawn.set(transform=place, clip_on=False, gid="hours of weeks")
    ax.add_collection(drawn)
    ax.annotate(
        f"up to {most:.2g} h a week",
        (1.0, 0.5),
        (4, 0),
        xycoords=(ax.transAxes, place),
        textcoords="offset points",
        va="center",
        fontsize=FONT_PT,
        color=QUIET_COLOUR,
        annotation_clip=False,
    )


def _names(
    sessions: Sequence[dict[str, Any]], span: tuple[float, float], *, letters: int, lines: int
) -> list[tuple[dict[str, Any], str]]:
    """Return what to write, wrapped into the room up to the next session; nothing if one is too narrow."""
    following = [*(session["start_h"] for session in sessions[1:]), span[1]][: len(sessions)]
    room = [
        int((start - session["end_h"]) / (span[1] - span[0]) * letters)
        for session, start in zip(sessions, following, strict=True)
    ]
    if min(room, default=0) < LEAST_LETTERS:
        return []
    return [(session, _wrapped(session, one, lines)) for session, one in zip(sessions, room, strict=True)]


def _wrapped(session: dict[str, Any], width: int, lines: int) -> str:
    clock = clock_text(session["start_h"]).split()[-1]
    return "\n".join(textwrap.wrap(f"{clock} {session['name']}", width, max_lines=lines, placeholder=" …"))
