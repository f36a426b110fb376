"""What a bout asks of one person: oxygen, and of each muscle region intensity, power, tension and strain."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from .. import units
from ..errors import ScheduleError
from ..parameters import ParameterSet
from ..schedule import Bout
from ..subject import Subject

REGIONS = ("lower", "upper")


@dataclass(frozen=True, slots=True)
class Body:
    """A person with the numbers that turn bouts into inputs."""

    subject: Subject
    parameters: ParameterSet
    quantities: Mapping[str, float]

    def endure(self, bout: Bout) -> dict[str, float]:
        """Return the inputs of an endurance bout, added to those of rest.

        Where arms and trunk work less hard than the legs, their relative intensity and power density are
        the stated share of the legs'; the total power stays what the oxygen uptake allows.
        """
        mode, demand = bout.mode, self.demand(bout)
        mass = self.active_mass(f"modes.{mode}")
        share = {"lower": 1.0, "upper": self._upper_relative(mode)}
        power_w = max(0.0, demand - self.rest) * self._oxygen_power() * self._mode(mode, "efficiency", "1")
        if power_w == 0:
            return {}
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
        return inputs

    def lift(self, bout: Bout) -> dict[str, float]:
        """Return the inputs of a lifting set while it lasts, added to those of rest.

        The region with the larger active share moves the load; the other one steadies it, and bears it in
        proportion to its own active share.
        """
        load = self.load(bout)
        mass = self.active_mass(f"lifts.{bout.mode}")
        active = {region: self._lift(bout.mode, f"active_{region}") for region in REGIONS}
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
                strain=self._lift(bout.mode, "eccentric_share")
                * load
                * share[region]
                * self._stimulus("lift_strain"),
            )
        return inputs

    @property
    def rest(self) -> float:
        """Oxygen uptake at rest over VO2max."""
        return self.quantities["rest_demand"]

    def active_mass(self, prefix: str) -> dict[str, float]:
        """Return kilograms of active muscle by region."""
        return {
            region: self.parameters[f"{prefix}.active_{region}"].to("1") * self.quantities[f"muscle_{region}"]
            for region in REGIONS
        }

    def load(self, bout: Bout) -> float:
        """Return a set's load as a fraction of 1RM."""
        if bout.intensity.basis == "one_rm_percent":
            return bout.intensity.value / 100
        return bout.intensity.value / self.subject.one_rm(bout.mode)

    def demand(self, bout: Bout) -> float:
        """Return oxygen demand over VO2max, from whichever basis the intensity is given in."""
        value, basis, mode = bout.intensity.value, bout.intensity.basis, bout.mode
        if basis == "vo2max_percent":
            return self._of_peak(mode, value / 100)
        watts: dict[str, Callable[[], float]] = {
            "watt": lambda: value,
            "watt_per_kg": lambda: value * self.subject.body_mass_kg,
            "ftp_percent": lambda: value / 100 * self.subject.anchor("ftp_w"),
        }
        if basis not in watts or f"modes.{mode}.oxygen_per_watt" not in self.parameters:
            raise ScheduleError(
                f"{mode.replace('_', ' ')} at {bout.intensity}",
                expected="% VO2max for this mode",
                fix="give the intensity in % VO2max",
            )
        at_zero = self._mode(mode, "oxygen_rest", "mL/kg/min") * self.subject.body_mass_kg
        oxygen = at_zero + self._mode(mode, "oxygen_per_watt", "mL/min/W") * watts[basis]()
        return units.convert(oxygen, "mL/min", "L/h") / self.quantities["vo2max"]

    def _of_peak(self, mode: str, fraction: float) -> float:
        """Return oxygen demand for a fraction of the maximum: of the body, or of a limb with its own."""
        if f"modes.{mode}.peak_power" not in self.parameters:
            return fraction
        density = self._mode(mode, "peak_power", "W/kg") * fraction
        power_w = density * sum(self.active_mass(f"modes.{mode}").values())
        return self.rest + power_w / self._mode(mode, "efficiency", "1") / self._oxygen_power()

    def _relative(self, mode: str, demand: float, density: float) -> float:
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

    def _oxygen_power(self) -> float:
        """Return metabolic power at VO2max in W."""
        return self.quantities["vo2max"] * self.parameters["subject.oxygen_energy"].to("W*h/L")


def _regional(region: str, mass: float, **values: float) -> dict[str, float]:
    """Name one region's inputs; without active muscle the region rests."""
    working = {f"{name}_{region}": value for name, value in values.items()} if mass > 0 else {}
    return {f"active_mass_{region}": mass} | working
