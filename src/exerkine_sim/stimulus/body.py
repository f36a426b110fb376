"""What an effort asks of people: oxygen, and of each muscle region intensity, power, tension and strain.

In every array people run down and intensities across, shape (n_people, n_intensities); what is the same for
all people or for all intensities has one row or one column.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..parameters import ParameterSet
from ..subject import Subject
from ..subject.people import People
from .demand import oxygen_demand
from .repetition import load_from_failure
from .timeline import Effort

REGIONS = ("lower", "upper")
Arrays = Mapping[str, np.ndarray]


@dataclass(frozen=True, slots=True)
class Bodies:
    """People with the numbers that turn efforts into inputs.

    Parameters
    ----------
    people : People
    parameters : ParameterSet
        ``modes``, ``lifts``, ``subject`` and ``stimulus`` are used.
    quantities : mapping of str to ndarray, shape (n_people, 1)
        What :meth:`People.physiology` says of them.
    """

    people: People
    parameters: ParameterSet
    quantities: Arrays

    @classmethod
    def of(cls, people: People, parameters: ParameterSet) -> Bodies:
        """Give people their quantities, as columns."""
        quantities = people.physiology(parameters)
        return cls(people, parameters, {name: value[:, None] for name, value in quantities.items()})

    def inputs(self, efforts: Sequence[Effort]) -> Arrays:
        """Return what each effort adds to the inputs of rest, each of shape (n_people, n_efforts)."""
        alike: dict[tuple[str, str, bool], list[int]] = {}
        for index, effort in enumerate(efforts):
            alike.setdefault((effort.mode, effort.intensity.basis, effort.lifting), []).append(index)
        inputs: dict[str, np.ndarray] = {}
        for (mode, basis, lifting), indices in alike.items():
            values = np.array([efforts[index].intensity.value for index in indices])
            grade = np.array([efforts[index].intensity.grade_percent for index in indices])
            reps = np.array([efforts[index].reps for index in indices])
            added = (
                self.lift(mode, values, basis=basis, reps=reps)
                if lifting
                else self.endure(mode, values, basis=basis, grade_percent=grade)
            )
            for name, value in added.items():
                whole = inputs.setdefault(name, np.zeros((len(self.people.subjects), len(efforts))))
                whole[:, indices] = value
        return inputs

    def endure(
        self, mode: str, values: np.ndarray, *, basis: str, grade_percent: np.ndarray | float = 0.0
    ) -> Arrays:
        """Return the inputs of endurance bouts, added to those of rest.

        Where arms and trunk work less hard than the legs, their relative intensity and power density are
        the stated share of the legs'; the total power stays what the oxygen uptake allows. A bout that asks
        for no more oxygen than rest is rest.
        """
        demand = self.demand(mode, values, basis=basis, grade_percent=grade_percent)
        mass = self.active_mass(f"modes.{mode}")
        share = {"lower": 1.0, "upper": self._upper_relative(mode)}
        above_rest = np.maximum(0.0, demand - self.rest)
        power_w = above_rest * self._oxygen_power() * self._mode(mode, "efficiency", "1")
        density = power_w / sum(mass[region] * share[region] for region in REGIONS)
        relative = self._relative(mode, demand, density)
        eccentric = self._mode(mode, "eccentric_share", "1")
        inputs = {"demand": demand - self.rest}
        for region in REGIONS:
            inputs |= _regional(
                region,
                mass[region],
                relative=relative * share[region],
                power_density=density * share[region],
                strain=eccentric * relative * share[region],
            )
        return {name: np.where(power_w > 0, value, 0.0) for name, value in inputs.items()}

    def lift(
        self, lift: str, values: np.ndarray, *, basis: str, reps: np.ndarray | int | None = None
    ) -> Arrays:
        """Return the inputs of lifting sets while they last, added to those of rest.

        The region with the larger active share moves the load; the other one steadies it, and bears it in
        proportion to its own active share.
        """
        load = self.load(lift, values, basis=basis, reps=reps)
        mass = self.active_mass(f"lifts.{lift}")
        active = {region: self._lift(lift, f"active_{region}") for region in REGIONS}
        share = {region: active[region] / max(active.values()) for region in REGIONS}
        reference = sum(self.active_mass("modes.cycle").values())
        power_w = (1 - self.rest) * self._oxygen_power() * self._mode("cycle", "efficiency", "1")
        relative = self._stimulus("lift_relative") * load
        working = sum(mass[region] * share[region] for region in REGIONS)
        inputs = {"demand": (1 - self.rest) * relative * working / reference}
        for region in REGIONS:
            inputs |= _regional(
                region,
                mass[region],
                relative=relative * share[region],
                power_density=relative * share[region] * power_w / reference,
                tension=load * share[region],
                strain=self._lift(lift, "eccentric_share")
                * load
                * share[region]
                * self._stimulus("lift_strain"),
            )
        return inputs

    @property
    def rest(self) -> np.ndarray:
        """Oxygen uptake at rest over VO2max."""
        return self.quantities["rest_demand"]

    def active_mass(self, prefix: str) -> Arrays:
        """Return kilograms of active muscle by region."""
        return {
            region: self.parameters[f"{prefix}.active_{region}"].to("1") * self.quantities[f"muscle_{region}"]
            for region in REGIONS
        }

    def load(
        self, lift: str, values: np.ndarray, *, basis: str, reps: np.ndarray | int | None = None
    ) -> np.ndarray:
        """Return sets' loads as fractions of 1RM; `reps` counts where the basis counts from failure."""
        if basis == "one_rm_percent":
            return values / 100
        if basis == "kg":
            return values / self.asked(lambda person: person.one_rm(lift))
        return load_from_failure(self, lift, values, basis=basis, reps=reps)

    def demand(
        self, mode: str, values: np.ndarray, *, basis: str, grade_percent: np.ndarray | float = 0.0
    ) -> np.ndarray:
        """Return oxygen demand over VO2max, from whichever basis the intensity is given in."""
        if basis == "vo2max_percent":
            return self._of_peak(mode, values / 100)
        return oxygen_demand(self, mode, values, basis=basis, grade_percent=grade_percent)

    def asked(self, answer: Callable[[Subject], float]) -> np.ndarray:
        """Return what each person answers, as a column."""
        return np.array([answer(person) for person in self.people.subjects]).reshape(-1, 1)

    def _of_peak(self, mode: str, fraction: np.ndarray) -> np.ndarray:
        """Return oxygen demand for a fraction of the maximum: of the body, or of a limb with its own."""
        if f"modes.{mode}.peak_power" not in self.parameters:
            return fraction
        density = self._mode(mode, "peak_power", "W/kg") * fraction
        power_w = density * sum(self.active_mass(f"modes.{mode}").values())
        return self.rest + power_w / self._mode(mode, "efficiency", "1") / self._oxygen_power()

    def _relative(self, mode: str, demand: np.ndarray, density: np.ndarray) -> np.ndarray:
        """Return intensity relative to the active muscle's own maximum."""
        if f"modes.{mode}.peak_power" in self.parameters:
            return density / self._mode(mode, "peak_power", "W/kg")
        if f"modes.{mode}.peak_oxygen" in self.parameters:
            return demand / self._mode(mode, "peak_oxygen", "1")
        return demand

    def _upper_relative(self, mode: str) -> float:
        given = f"modes.{mode}.upper_relative" in self.parameters
        return self._mode(mode, "upper_relative", "1") if given else 1.0

    def _stimulus(self, key: str) -> float:
        return self.parameters[f"stimulus.{key}"].to("1")

    def _lift(self, lift: str, key: str) -> float:
        return self.parameters[f"lifts.{lift}.{key}"].to("1")

    def _mode(self, mode: str, key: str, unit: str) -> float:
        return self.parameters[f"modes.{mode}.{key}"].to(unit)

    def _oxygen_power(self) -> np.ndarray:
        """Return metabolic power at VO2max in W."""
        return self.quantities["vo2max"] * self.parameters["subject.oxygen_energy"].to("W*h/L")


def _regional(region: str, mass: np.ndarray, **values: np.ndarray) -> dict[str, np.ndarray]:
    """Name one region's inputs; without active muscle the region rests."""
    working = {f"{name}_{region}": np.where(mass > 0, value, 0.0) for name, value in values.items()}
    return {f"active_mass_{region}": mass} | working
