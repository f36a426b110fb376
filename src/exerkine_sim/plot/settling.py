"""How indices settle as points are added, and how they change as hours pass."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..errors import InputError
from ..indices.convergence import COUNTS, LEADING, LIMITS
from .factors import heading
from .resting import apart
from .strip import plan_axis
from .style import PALETTE, QUIET_COLOUR, REST_COLOUR, new_axes, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ..indices import Sensitivity
    from ..schedule import Schedule

FUNNEL_IN, TIME_IN = (7.2, 4.4), (9.0, 4.6)
MOST_LINES, LEAST_LINES, BAND_ALPHA = 6, 2, 0.18
NAME_GAP = 0.05  # of the height, between the names at the ends of two lines
THINNEST = 0.002  # a layer that is never wider is left out
SEEN = 0.02  # of the largest index, below which a factor goes with the others
DASHES = ("-", "--", "-.", ":", (0, (1, 1)), (0, (8, 2)))
COLOURS = PALETTE[:MOST_LINES]
OTHERS_COLOUR, TOGETHER_COLOUR = "#BBBBBB", "#EEEEEE"


@styled()
def funnel(
    found: Sensitivity,
    exerkine: str,
    *,
    metric: str | None = None,
    site: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the leading index of the factors that count most, with intervals, at growing numbers of points.

    Parameters
    ----------
    found : Sensitivity
        By ``sobol`` (ST) or ``morris`` (mu* over the largest one).
    exerkine : str
    metric, site : str, optional
        The first that the design keeps when left out.
    ax : matplotlib.axes.Axes, optional
        Where to draw; axes in a new figure when left out.

    Returns
    -------
    matplotlib.axes.Axes
        The dashed line is half of the widest interval, the dotted one what it must fall below.
    """
    ax = new_axes(FUNNEL_IN) if ax is None else ax
    name, limit = LEADING[found.method], LIMITS[found.method]
    output, n = found.of(exerkine, metric=metric, site=site), found.dataset["points"].values
    index, half = (output[f"{one}_by_points"].values for one in (name, f"{name}_conf"))
    if found.method == "morris":
        index, half = index / np.nanmax(output[name]), half / np.nanmax(output[name])
    order = np.argsort(-index[-1], kind="stable")[:MOST_LINES]
    order = order[: max(LEAST_LINES, int((index[-1][order] >= COUNTS).sum()))]
    for factor, colour, dashes in zip(order, COLOURS, DASHES, strict=False):
        middle, width = index[:, factor], half[:, factor]
        ax.fill_between(n, middle - width, middle + width, color=colour, alpha=BAND_ALPHA, linewidth=0)
        ax.plot(n, middle, color=colour, linestyle=dashes, marker="o", markersize=4)
    ax.plot(n, half.max(axis=1), color=QUIET_COLOUR, linestyle="--", linewidth=1.2, label="widest half width")
    ax.axhline(limit, color=QUIET_COLOUR, linestyle=":", linewidth=1.2, label=f"limit {limit:g}")
    ax.set_ylim(bottom=min(0.0, float((index - half)[:, order].min())))
    _name_ends(ax, index[-1][order], output["factor"].values[order].tolist())
    ax.set_xscale("log", base=2)
    ax.set_xticks(n, [f"{one:,}" for one in n])
    ax.set(
        xlabel="base points" if found.method == "sobol" else "trajectories", xlim=(n[0] * 0.9, n[-1] * 1.1)
    )
    ax.set_ylabel("ST" if found.method == "sobol" else "mu* over the largest")
    ax.set_title(heading(output))
    ax.legend(loc="upper right")
    return ax


def _name_ends(ax: Axes, levels: np.ndarray, names: Sequence[str]) -> None:
    low, high = ax.get_ylim()
    order = np.argsort(levels, kind="stable")
    heights = apart(((levels[order] - low) / (high - low)).tolist(), NAME_GAP)
    for height, place in zip(heights, order.tolist(), strict=True):
        ax.annotate(
            str(names[place]),
            (1.01, height),
            xycoords="axes fraction",
            va="center",
            color=COLOURS[place],
            fontsize=9,
        )


@styled()
def indices_over_time(
    found: Sensitivity,
    exerkine: str,
    *,
    site: str | None = None,
    plan: Schedule | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw whose share of the variance a concentration is, hour by hour, above each other.

    Of shares of variance each layer is what a factor does alone, and what is left to 1 is done together; of
    elementary effects lines of mu* are drawn. The mean course is the black line, on the right axis.

    Parameters
    ----------
    found : Sensitivity
        Of a design with ``outputs.times_h``.
    exerkine : str
    site : str, optional
        The first that the design keeps when left out.
    plan : Schedule, optional
        For the strip under the time axis, as it stands before factors change it; none when left out.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InputError
        Where the design keeps one hour alone.
    """
    output, hours = found.of(exerkine, site=site), found.dataset["time"].values
    if len(hours) < 2:
        raise InputError(
            f"one hour, {hours[0]:g}",
            expected="at least two",
            fix="keep more hours in the design, or read the table of this one",
            field="times_h",
        )
    ax = new_axes(TIME_IN) if ax is None else ax
    output = output.drop_vars("metric", errors="ignore")
    name = {"sobol": "S1", "morris": "mu_star", "local": "share"}[found.method]
    index = np.nan_to_num(output[f"{name}_over_time"].values).clip(min=0)
    order = np.argsort(-index.max(axis=1), kind="stable")[:MOST_LINES]
    order = order[: max(1, int((index[order].max(axis=1) >= SEEN * index.max()).sum()))]
    names = output["factor"].values[order].tolist()
    if found.method == "morris":
        for place, row in enumerate(index[order]):
            ax.plot(hours, row, color=COLOURS[place], linestyle=DASHES[place], label=names[place])
        ax.set_ylabel(f"mu*, {output['unit'].item()}")
    else:
        _stack(ax, hours, index, order=order, names=names)
    course = ax.twinx()
    course.plot(hours, output["mean_over_time"], color="black", linewidth=1.6, gid="mean")
    course.set_ylabel(f"mean, {output['unit'].item()}")
    course.grid(visible=False)
    course.spines["right"].set_visible(True)
    if plan is None:
        ax.set(xlabel="hours from the first midnight", xlim=(hours[0], hours[-1]))
    else:
        plan_axis(ax, plan, start_h=hours[0], end_h=hours[-1])
    ax.set_title(heading(output))
    ax.legend(loc="center left", bbox_to_anchor=(1.1, 0.5), reverse=True)
    return ax


def _stack(
    ax: Axes, hours: np.ndarray, index: np.ndarray, *, order: np.ndarray, names: Sequence[str]
) -> None:
    """Draw layers; where an estimate brings them above 1, their sum is 1."""
    index = index / np.maximum(index.sum(axis=0), 1.0)
    rest = np.delete(index, order, axis=0).sum(axis=0)
    layers = {
        **dict(zip(names, zip(index[order], COLOURS, strict=False), strict=True)),
        "other factors": (rest, OTHERS_COLOUR),
        "together": (1 - index.sum(axis=0), TOGETHER_COLOUR),
    }
    seen = {name: layer for name, layer in layers.items() if layer[0].max() > THINNEST}
    shares, colours = zip(*seen.values(), strict=True)
    look = {"alpha": 0.85, "linewidth": 0.4, "edgecolor": "white"}
    ax.stackplot(hours, shares, labels=list(seen), colors=colours, **look)
    ax.set(ylim=(0, 1), ylabel="share of the variance")
    ax.axhline(1.0, color=REST_COLOUR, linewidth=0.6)
