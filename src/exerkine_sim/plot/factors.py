"""What an output depends on: factors side by side for one output, or for all molecules at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import InputError
from ..indices.result import RANKING, unit_of
from .resting import apart
from .style import BLUE, ORANGE, QUIET_COLOUR, REST_COLOUR, SKY, new_axes, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ..indices import Sensitivity

TORNADO_IN, PLANE_IN, CELL_IN, FRAME_IN = (8.0, 4.6), (6.4, 5.2), (0.55, 0.3), (3.2, 2.4)
MOST_BARS, LEAST_BARS, MOST_NAMES = 12, 3, 6
FAINT = 0.005  # of the largest: no bar would be seen
NAME_GAP = 0.045  # of the height, between two names in the plane
SHOWN_SHARE, DARK_SHARE = 0.1, 0.55  # from which a cell says its number, and says it in white
METRICS = {
    "auc": "area above rest",
    "c_max": "peak",
    "c_min": "lowest value",
    "baseline": "resting value",
    "fold": "fold of rest",
    "t_max_h": "time of the peak",
    "before": "value before",
    "value": "farthest value",
}


@styled()
def tornado(
    found: Sensitivity,
    exerkine: str,
    *,
    metric: str | None = None,
    site: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw how much each factor moves one output, the one that moves it most on top.

    Of shares of variance a bar is the total index with its interval, its dark part what the factor does
    alone; of elementary effects mu*; of slopes what one standard deviation of the factor makes, up and down.

    Parameters
    ----------
    found : Sensitivity
    exerkine : str
    metric, site : str, optional
        The first that the design keeps when left out.
    ax : matplotlib.axes.Axes, optional
        Where to draw; axes in a new figure when left out.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = new_axes(TORNADO_IN) if ax is None else ax
    rows = _columns(found, exerkine, metric=metric, site=site)
    size = np.abs(rows[RANKING[found.method]])
    rows = {name: one[: max(LEAST_BARS, int((size > FAINT * size[0]).sum()))] for name, one in rows.items()}
    place, output = np.arange(len(rows["factor"])), found.of(exerkine, metric=metric, site=site)
    if found.method == "local":
        percent = 100 * rows["effect"] / output["mean"].item()
        ax.barh(place, percent, color=BLUE, height=0.7, label="factor up")
        ax.barh(place, -percent, color=ORANGE, height=0.7, label="factor down")
        ax.axvline(0, color=REST_COLOUR, linewidth=1.0)
        ax.set_xlabel("change with one standard deviation of the factor, %")
        ax.margins(x=0.04)
    elif found.method == "morris":
        _bars(ax, rows["mu_star"], rows["mu_star_conf"], color=BLUE)
        ax.set_xlabel(f"mu*, {_unit(output)}")
    else:
        _bars(ax, rows["ST"], rows["ST_conf"], color=SKY, label="with others, ST")
        ax.barh(place, rows["S1"].clip(min=0), color=BLUE, height=0.4, label="alone, S1")
        ax.set_xlabel("share of the variance")
    ax.set_yticks(place, rows["factor"])
    ax.grid(visible=False, axis="y")
    ax.set_title(heading(output))
    ax.set_ylim(len(place) - 0.4, -0.6)
    if found.method != "morris":
        ax.legend(loc="lower right")
    return ax


@styled()
def factor_map(found: Sensitivity, *, metric: str | None = None, ax: Axes | None = None) -> Axes:
    """Draw what every molecule depends on: molecules down, factors across, the darker the more.

    Parameters
    ----------
    found : Sensitivity
    metric : str, optional
        The first that the design keeps when left out.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
        A cell is the total index, the share of the variance that slopes give, or mu* over the largest one;
        a molecule that no factor moves is left blank.
    """
    exerkines = list(dict.fromkeys(found.dataset["exerkine"].values.tolist()))
    outputs = [found.of(one, metric=metric) for one in exerkines]
    index = {"sobol": "ST", "morris": "mu_star", "local": "share"}[found.method]
    shares = np.stack([one[index].values for one in outputs])
    if found.method == "morris":
        shares = shares / shares.max(axis=1, keepdims=True)
    factors = found.dataset["factor"].values.tolist()
    if ax is None:
        width, height = (
            cell * n + frame
            for cell, n, frame in zip(CELL_IN, (len(factors), len(exerkines)), FRAME_IN, strict=True)
        )
        ax = new_axes((width, height))
    ax.pcolormesh(shares, cmap="Blues", vmin=0, vmax=1, edgecolors="white", linewidth=0.6)
    for row, column in np.argwhere(shares >= SHOWN_SHARE):
        share = shares[row, column]
        colour = "white" if share > DARK_SHARE else "#222222"
        ax.text(column + 0.5, row + 0.5, f"{share:.2f}", ha="center", va="center", fontsize=8.5, color=colour)
    ax.set_xticks(np.arange(len(factors)) + 0.5, factors, rotation=40, ha="right", rotation_mode="anchor")
    ax.set_yticks(np.arange(len(exerkines)) + 0.5, [label(one) for one in exerkines])
    ax.set_ylim(len(exerkines), 0)
    ax.tick_params(length=0)
    ax.grid(visible=False)
    name = str(outputs[0]["metric"].item())
    words = {
        "sobol": "share of the variance, ST",
        "morris": "mu* over the largest",
        "local": "share of the variance, by slopes",
    }
    ax.set_title(f"{METRICS.get(name, name)}: {words[found.method]}")
    return ax


@styled()
def screening(
    found: Sensitivity,
    exerkine: str,
    *,
    metric: str | None = None,
    site: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw Morris's plane: how far each factor moves an output, and how unevenly.

    Above the line, where sigma is mu*, a factor acts through others, or in a way far from straight.

    Parameters
    ----------
    found : Sensitivity
        By ``morris``.
    exerkine : str
    metric, site : str, optional
        The first that the design keeps when left out.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = new_axes(PLANE_IN) if ax is None else ax
    rows = _columns(found, exerkine, metric=metric, site=site, most=None)
    output = found.of(exerkine, metric=metric, site=site)
    unit = _unit(output)
    ax.errorbar(
        rows["mu_star"],
        rows["sigma"],
        xerr=rows["mu_star_conf"],
        yerr=rows["sigma_conf"],
        fmt="o",
        color=BLUE,
        markersize=5,
        elinewidth=0.8,
        ecolor="#9CC9E8",
    )
    reach = 1.1 * float((rows["mu_star"] + rows["mu_star_conf"]).max())
    ax.plot([0, reach], [0, reach], color=REST_COLOUR, linestyle=(0, (5, 3)), linewidth=0.9)
    ax.set(xlim=(0, reach), xlabel=f"mu*, {unit}", ylabel=f"sigma, {unit}")
    ax.set_ylim(0, 1.1 * float((rows["sigma"] + rows["sigma_conf"]).max()))
    _name(ax, rows)
    ax.set_title(heading(output))
    return ax


def _name(ax: Axes, rows: dict[str, np.ndarray]) -> None:
    """Write the names of the farthest points down the right side, with a line to each."""
    _, top = ax.get_ylim()
    first = np.argsort(rows["sigma"][:MOST_NAMES], kind="stable")
    heights = apart((rows["sigma"][first] / top).tolist(), NAME_GAP)
    for height, row in zip(heights, first.tolist(), strict=True):
        ax.annotate(
            str(rows["factor"][row]),
            (rows["mu_star"][row], rows["sigma"][row]),
            xytext=(1.02, height),
            textcoords="axes fraction",
            va="center",
            fontsize=9,
            arrowprops={"arrowstyle": "-", "color": "#BBBBBB", "linewidth": 0.7},
        )


def _columns(
    found: Sensitivity, exerkine: str, *, metric: str | None, site: str | None, most: int | None = MOST_BARS
) -> dict[str, np.ndarray]:
    """Return factors in order with their indices, without those that have none.

    Raises
    ------
    InputError
        When none has.
    """
    rows = found.ranked(exerkine, metric=metric, site=site).dropna()
    if not len(rows):
        reason = found.of(exerkine, metric=metric, site=site)["reason"].item()
        raise InputError(f"nothing to draw of {exerkine}: {reason}", fix="draw another one", field="exerkine")
    return {str(name): rows[name].to_numpy()[:most] for name in rows}


def _bars(ax: Axes, length: np.ndarray, half_width: np.ndarray, **look: Any) -> None:
    """Draw bars with their intervals, the first on top."""
    whiskers = {"elinewidth": 1.2, "ecolor": QUIET_COLOUR, "capsize": 2.5}
    ax.barh(np.arange(len(length)), length, xerr=half_width, height=0.7, error_kw=whiskers, **look)
    ax.set_xlim(0, 1.05 * float((length + half_width).max()))


def heading(output: Any) -> str:
    """Return what an output is called: molecule, site, metric."""
    name = f"{label(output['exerkine'].item())}, {str(output['site'].item()).replace('_', ' ')}"
    if "metric" not in output.coords:
        return name
    metric = str(output["metric"].item())
    return f"{name}: {METRICS.get(metric, metric)}"


def label(exerkine: str) -> str:
    """Return how a molecule is written."""
    from ..parameters import load_parameters

    return load_parameters().about.get(exerkine, {}).get("label", exerkine)


def _unit(output: Any) -> str:
    return unit_of(str(output["metric"].item()), str(output["unit"].item())) or "fold"
