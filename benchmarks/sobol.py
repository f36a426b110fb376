"""Sobol' indices of the whole model: ``python -m benchmarks.sobol``.

An hour's run of one person, one day, area and peak of every molecule in blood. Fourteen parameters: of all
parameters of the equations that have a published spread, those that count most in a Morris screening. What
counts is the mean over all outputs of a parameter's share of the output's mu*. They vary as their published
spreads say. Prints speed, memory along the way, coverage, convergence, and what each molecule depends on.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

import exerkine_sim as xk
from exerkine_sim.sweeps import Factor, Outputs, Published, Sampling
from exerkine_sim.uncertainty import priors_of

from .case import RUN
from .speed.subject import PERSON

BASE_POINTS, TRAJECTORIES, N_CHOSEN, SEED = 18_750, 20, 14, 1
END_H = 24.0
TOLD = 10  # how often memory is told
SHOWN = 3  # factors of each molecule
# Of the figures: whose peak, and whose concentration is looked at when.
DRAWN, HOURLY, HOURLY_POINTS = "bdnf", "il6", 1024
HOURS = tuple(np.arange(6.0, 24.01, 0.25).tolist())


def design(
    names: Sequence[str], *, times_h: Sequence[float] = (), exerkines: Sequence[str] = ()
) -> xk.Design:
    """Return the run with some parameters as uncertain as they are published to be."""
    parameters = xk.load_parameters()
    beliefs, _ = priors_of(names, parameters)
    kept = {"exerkines": tuple(exerkines), "times_h": tuple(times_h), "end_h": END_H}
    return xk.Design(
        xk.parse_schedule(f"Mon 07:00 {RUN}"),
        PERSON,
        factors=[Factor(name, Published(one), parameters[name].unit) for name, one in beliefs.items()],
        sampling=Sampling("sobol", n=1),
        outputs=Outputs(metrics=("auc", "c_max"), **kept),
        title="An hour's run",
    )


def candidates() -> list[str]:
    """Return the parameters of the equations that have a published spread."""
    beliefs, _ = priors_of(xk.physiology.default_model().parameters, xk.load_parameters())
    return list(beliefs)


def chosen(screened: xk.Sensitivity, n: int = N_CHOSEN) -> list[str]:
    """Return the factors with the largest share of mu*, averaged over all outputs."""
    size = screened.dataset["mu_star"].stack(every=("metric", "window", "output"))
    share = (size / size.sum("factor")).mean("every", skipna=True)
    order = np.argsort(-share.to_numpy(), kind="stable")
    return share["factor"].to_numpy()[order[:n]].tolist()


def watched() -> Callable[[int, int], None]:
    """Return what tells speed and peak memory at every tenth of the members."""
    start, told = time.perf_counter(), set()

    def report(done: int, total: int) -> None:
        tenth = TOLD * done // total
        if tenth not in told:
            told.add(tenth)
            seconds = time.perf_counter() - start
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            speed = f"{done / seconds:7,.0f} a second  peak {memory:5.0f} MB"
            print(f"{done:>9,} of {total:,} members  {seconds / 60:6.2f} min  {speed}", flush=True)

    return report


def show(found: xk.Sensitivity) -> None:
    """Print what each molecule depends on, and how sure that is."""
    for metric in found.dataset["metric"].values.tolist():
        print(f"\n{metric}: ST (S1) of the {SHOWN} that count most")
        for exerkine in dict.fromkeys(found.dataset["exerkine"].values.tolist()):
            reason = found.of(exerkine, metric=metric)["reason"].item()
            rows = found.ranked(exerkine, metric=metric).head(SHOWN).itertuples()
            words = "  ".join(f"{one.factor} {one.ST:.2f}±{one.ST_conf:.2f} ({one.S1:.2f})" for one in rows)
            print(f"  {exerkine:12} {reason or words}")
    print()
    for words in found.remarks():
        print(words)


def main() -> None:
    """Screen, choose, study, and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--n", type=int, default=BASE_POINTS, help="base points; 16 members each")
    parser.add_argument("--out", type=Path, help="folder for the sweep and the indices; resumed if begun")
    parser.add_argument("--figures", type=Path, help="folder to draw into")
    options = parser.parse_args()
    names = candidates()
    start = time.perf_counter()
    screened = xk.sensitivity(design(names), method="morris", n=TRAJECTORIES, seed=SEED)
    picked = chosen(screened)
    print(
        f"{len(names)} parameters screened in {time.perf_counter() - start:.0f} s; the {len(picked)} taken:"
    )
    print("  " + ", ".join(picked))
    for words in screened.remarks():
        print("  " + words)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) if options.out is None else options.out
        folder.mkdir(parents=True, exist_ok=True)
        start, members = time.perf_counter(), options.n * (len(picked) + 2)
        found = xk.sensitivity(
            design(picked),
            n=options.n,
            seed=SEED,
            out=folder / "sweep.zarr",
            resume=True,
            progress=watched(),
        )
        seconds = time.perf_counter() - start
        found.save(folder / "sobol.nc")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{members:,} members and their indices in {seconds / 60:.1f} min, peak {memory:.0f} MB")
    show(found)
    if options.figures is not None:
        draw(picked, screened, found, options.figures)


def draw(picked: Sequence[str], screened: xk.Sensitivity, found: xk.Sensitivity, folder: Path) -> None:
    """Draw a figure of each kind."""
    folder.mkdir(parents=True, exist_ok=True)
    slopes = xk.sensitivity(design(picked), method="local")
    hourly = xk.sensitivity(design(picked, times_h=HOURS, exerkines=[HOURLY]), n=HOURLY_POINTS, seed=SEED)
    figures = {
        "tornado": xk.plot.tornado(found, DRAWN, metric="c_max"),
        "tornado-local": xk.plot.tornado(slopes, DRAWN, metric="c_max"),
        "factors": xk.plot.factor_map(found, metric="c_max"),
        "funnel": xk.plot.funnel(found, DRAWN, metric="c_max"),
        "hours": xk.plot.indices_over_time(hourly, HOURLY),
        "screening": xk.plot.screening(screened, DRAWN, metric="c_max"),
    }
    for name, ax in figures.items():
        xk.plot.save(ax.figure, folder / f"sensitivity-{name}.png")


if __name__ == "__main__":
    main()
