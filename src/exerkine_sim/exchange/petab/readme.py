"""What a person should know who gets a PEtab problem: what is in it, and what is not."""

from __future__ import annotations

from ...calibration import Problem

TEXT = """\
# {title}

A PEtab problem, version 1. Trials: {trials}, observations: {samples}, estimated parameters: {free}.
Read `problem.yaml` with any program that knows the format. Time is in hours from the midnight before a trial,
every number in the unit of the model, which `parameterName` gives.

- `model.xml`: the equations that these observations depend on. Inputs are steps: `start_n` is the hour of the
  n-th change, `level_n__...` an input from then on. The event `change_n` only makes integrators stop there.
- `conditions.tsv`: person and plan of each trial, and the same person at rest (`..._rest`), from whose steady
  state the trial starts. A start of 1e9 h never comes.
- `observables.tsv`, `measurements.tsv`: what was seen. A change is read against `reference__...`, which the
  event `time_zero` notes. Noise is normal in the natural logarithm; its width is {error:g}, times the root of
  how often the trial sampled the molecule, so that each molecule of a trial counts once.
- `parameters.tsv`: every number with a known spread behind these observations, with its prior and bounds.
  `estimate` is 1 for what is free. To free another, set its 0 to 1, and copy its initialization prior, which
  is what is believed of it, to the objective prior.

Least squares here and the PEtab objective (negative log posterior) have the same minimum:
objective = half the sum of squares + {constant!r}

## Not carried

- Published spreads of observations: the fit does not use them either.
- Source, grade and assumptions of each number: see the parameter files and the studies.
- Inputs are numbers: what they follow from (modes, lifts, the metabolic equations) cannot be estimated.
- Release by the hour of the day: the model here is of the daily mean.
- The search: starts, seed, tolerances.
{left_out}
## Trials

{studies}
"""


def readme_of(problem: Problem, *, title: str, constant: float) -> str:
    """Return the page that goes with a problem; its objective is half our sum of squares and `constant`."""
    targets = problem.targets
    left_out = [f"- Observations left out, {why}: {count}." for why, count in targets.left_out.items()]
    studies = [
        f"- {study.key}: {study.title}" + (f" (doi:{study.doi})" if study.doi else "")
        for study in targets.studies
    ]
    return TEXT.format(
        title=title,
        samples=len(targets.items),
        trials=len(targets.studies),
        free=len(problem.priors),
        error=problem.error_ln,
        constant=constant,
        left_out="\n".join([*left_out, ""]),
        studies="\n".join(studies),
    )
