"""A calibration as a file: what is free, which trials speak, and the seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from ..errors import InputError, StudyError
from ..evidence import Study, find_study, studies
from ..files import read_toml, validated

Name = Annotated[str, Field(min_length=1, max_length=80)]
Positive = Annotated[float, Field(strict=True, gt=0, allow_inf_nan=False)]


class Recipe(BaseModel):
    """What a calibration is made of; the table of `params/calibration/*.toml`.

    Parameters
    ----------
    title : str
    free : tuple of str
        Parameters of the equations, or patterns such as ``il6.*``.
    published : mapping of str to float
        Values to be pulled towards, in the parameters' units; the parameters' own where nothing is said.
    trials : tuple of str
        Keys of Studies marked for fitting; all of them when left out.
    error_ln : float, optional
        Standard deviation of ln predicted / observed of one Study's molecule that is to be expected;
        ``uncertainty.trial_error`` when left out.
    starts : int
        Searches: the first from the priors, the others from values drawn from them.
    seed : int
        Of those draws.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    title: Annotated[str, Field(max_length=200)] = ""
    free: Annotated[tuple[Name, ...], Field(min_length=1, max_length=200)]
    published: Mapping[Name, Positive] = {}
    trials: Annotated[tuple[Name, ...], Field(max_length=1000)] = ()
    error_ln: Annotated[float, Field(strict=True, gt=0, le=3)] | None = None
    starts: Annotated[int, Field(strict=True, ge=1, le=100)] = 1
    seed: Annotated[int, Field(strict=True, ge=0, lt=2**63)] = 0

    def studies(self) -> Sequence[Study]:
        """Return the Studies that are fitted to.

        Raises
        ------
        StudyError
            For an unknown one, or one that is kept for checking.
        """
        if self.trials:
            return only_for_fitting([find_study(key) for key in self.trials])
        return [study for study in studies() if study.use == "fit"]


def load_recipe(path: str | Path) -> Recipe:
    """Read a recipe, or raise InputError naming file and field."""
    return validated(Recipe, read_toml(path, error=InputError), error=InputError, file=path)


def only_for_fitting(chosen: Sequence[Study]) -> Sequence[Study]:
    """Return the Studies as they are, or raise StudyError when one is kept for checking."""
    for study in chosen:
        if study.use != "fit":
            raise StudyError(
                f"'{study.key}' is kept for checking",
                expected="studies with use = 'fit'",
                fix="leave it out: what is fitted to can no longer be a check",
                field="trials",
            )
    return chosen
