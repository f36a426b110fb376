"""What one session scores for one person."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..parameters import ParameterSet
from ..schedule import Bout, Session
from ..stimulus.body import Bodies
from ..stimulus.timeline import Effort
from ..subject import Subject

HIGHEST_RATING = 10.0
LIFTS, NO_FTP, NO_MAXIMUM = "a session that lifts", "no ftp_w", "no one-repetition maximum"
ENDURES = "a session that does not lift"
# A power of 4 of what is straight between knots: three points are exact up to the fifth.
NODES, WEIGHTS = np.polynomial.legendre.leggauss(3)
COLUMNS = (
    *("session", "start_h", "duration_h", "normalised_power_w", "intensity_factor", "tss", "trimp"),
    *("rating", "rating_basis", "session_rpe", "volume_kg", "volume_relative", "undefined"),
)


@dataclass(frozen=True, slots=True)
class Scorer:
    """Scores the sessions of one person."""

    subject: Subject
    parameters: ParameterSet
    bodies: Bodies

    def session(self, session: Session, rating: float | None) -> dict[str, Any]:
        """Return the row of a session."""
        first, last = session.bouts[0].start_min, session.bouts[-1].end_min
        row: dict[str, Any] = {"session": session.name or session.bouts[0].mode.replace("_", " ")}
        row |= {"start_h": session.start_h, "duration_h": (last - first) / 60}
        demand = self._demand(session.bouts)
        if any(bout.reps is not None for bout in session.bouts):
            row |= self._volume(session.bouts)
            why = {"tss": LIFTS, "trimp": LIFTS} | (
                {} if row["volume_kg"] >= 0 else {"volume_kg": NO_MAXIMUM}
            )
        else:
            row |= {**self._stress(session.bouts, demand), "trimp": self._trimp(session.bouts, demand)}
            why = {"volume": ENDURES} | ({} if row["tss"] >= 0 else {"tss": NO_FTP})
        estimate = self._rating(session.bouts, demand) if rating is None else rating
        row |= {"rating": estimate, "rating_basis": "estimated" if rating is None else "given"}
        row |= {"session_rpe": estimate * (last - first)}
        told = "; ".join(f"{name}: {reason}" for name, reason in why.items())
        return dict.fromkeys(COLUMNS, math.nan) | row | {"undefined": told}

    def _demand(self, bouts: Sequence[Bout]) -> np.ndarray:
        """Return oxygen demand over VO2max of each bout, shape (n_bouts,)."""
        efforts = [Effort(bout.mode, bout.intensity, lifting=bout.reps is not None) for bout in bouts]
        return (self.bodies.inputs(efforts)["demand"] + self.bodies.rest)[0]

    def _stress(self, bouts: Sequence[Bout], demand: np.ndarray) -> dict[str, float]:
        """Return normalised power, intensity factor and TSS; NaN without a threshold power."""
        watts = np.array([self._watts(bout, one) for bout, one in zip(bouts, demand.tolist(), strict=True)])
        power = _normalised(
            np.array([(bout.start_min, bout.end_min) for bout in bouts]),
            watts,
            window_min=self._number("smoothing", "min"),
            exponent=self._number("power_exponent", "1"),
        )
        factor = math.nan if self.subject.ftp_w is None else power / self.subject.ftp_w
        hours = (bouts[-1].end_min - bouts[0].start_min) / 60
        return {"normalised_power_w": power, "intensity_factor": factor, "tss": 100 * factor**2 * hours}

    def _watts(self, bout: Bout, demand: float) -> float:
        """Return the power of a bout, or that on a bicycle which asks for the same oxygen."""
        value, basis = bout.intensity.value, bout.intensity.basis
        if basis == "watt":
            return value
        if basis == "watt_per_kg":
            return value * self.subject.body_mass_kg
        if basis == "ftp_percent":
            return value / 100 * self.subject.anchor("ftp_w")
        per_kg = demand * self.subject.vo2max_ml_kg_min - self._cycle("oxygen_rest", "mL/kg/min")
        return max(0.0, per_kg * self.subject.body_mass_kg / self._cycle("oxygen_per_watt", "mL/min/W"))

    def _trimp(self, bouts: Sequence[Bout], demand: np.ndarray) -> float:
        rest = self.bodies.rest.item()
        share = np.clip((demand - rest) / (1 - rest), 0.0, 1.0)
        factor, steepness = (
            self._number(f"trimp.{self.subject.sex}.{name}", "1") for name in ("factor", "steepness")
        )
        minutes = np.array([bout.duration_min for bout in bouts])
        return float(np.sum(minutes * share * factor * np.exp(steepness * share)))

    def _rating(self, bouts: Sequence[Bout], demand: np.ndarray) -> float:
        """Return the session's rating as estimated: a mean, each bout for the time up to the next."""
        edges = np.array([*(bout.start_min for bout in bouts), bouts[-1].end_min])
        ratings = [
            self._lifting_rating(bout) if bout.reps is not None else self._endurance_rating(one)
            for bout, one in zip(bouts, demand.tolist(), strict=True)
        ]
        return float(np.average(ratings, weights=np.diff(edges)))

    def _endurance_rating(self, demand: float) -> float:
        efforts = [f"rating.{name}" for name in ("easy", "moderate", "hard")]
        shares = [0.0, *(self._number(f"{name}.share", "1") for name in efforts), 1.0]
        ratings = [0.0, *(self._number(f"{name}.rating", "1") for name in efforts), HIGHEST_RATING]
        return float(np.interp(demand, shares, ratings))

    def _lifting_rating(self, bout: Bout) -> float:
        (light, low), (heavy, high) = (
            [self._number(f"lifting_rating.{effort}.{name}", "1") for name in ("share", "rating")]
            for effort in ("light", "heavy")
        )
        slope = (high - low) / (heavy - light)
        return float(np.clip(low + slope * (self._load(bout) - light), 0.0, HIGHEST_RATING))

    def _volume(self, bouts: Sequence[Bout]) -> dict[str, float]:
        """Return the volume load in kg, NaN where a maximum is not known, and in units of 1RM."""
        lifts = [(bout, bout.reps) for bout in bouts if bout.reps is not None]
        return {
            "volume_kg": sum(reps * self._kg(bout) for bout, reps in lifts),
            "volume_relative": sum(reps * self._load(bout) for bout, reps in lifts),
        }

    def _load(self, bout: Bout) -> float:
        """Return the load of a set as a share of 1RM."""
        values = np.array([bout.intensity.value])
        return float(np.ravel(self.bodies.load(bout.mode, values, basis=bout.intensity.basis))[0])

    def _kg(self, bout: Bout) -> float:
        if bout.intensity.basis == "kg":
            return bout.intensity.value
        return self._load(bout) * self.subject.one_rm_kg.get(bout.mode, math.nan)

    def _number(self, name: str, unit: str) -> float:
        return self.parameters[f"training_load.{name}"].to(unit)

    def _cycle(self, name: str, unit: str) -> float:
        return self.parameters[f"modes.cycle.{name}"].to(unit)


def _normalised(edges: np.ndarray, watts: np.ndarray, *, window_min: float, exponent: float) -> float:
    """Return normalised power, exactly, of power that is constant in bouts and 0 between them.

    Parameters
    ----------
    edges : ndarray, shape (n_bouts, 2)
        Start and end of each bout in minutes.
    watts : ndarray, shape (n_bouts,)
    window_min : float
        Of the moving mean, which begins when it first is full; a shorter session is one window.
    exponent : float
    """
    times = edges.ravel()
    steps = np.zeros(len(times))
    steps[1::2] = watts * np.diff(edges)[:, 0]
    work = np.cumsum(steps)
    window = min(window_min, times[-1] - times[0])
    knots = np.union1d(times, times + window)
    knots = np.append(knots[(knots >= times[0] + window) & (knots < times[-1])], times[-1])
    middle, half = (knots[1:] + knots[:-1]) / 2, np.diff(knots) / 2
    at = middle[:, None] + half[:, None] * NODES
    if at.size == 0:
        return float(work[-1] / window)
    mean = (np.interp(at, times, work) - np.interp(at - window, times, work)) / window
    total = np.sum((np.maximum(mean, 0.0) ** exponent) @ WEIGHTS * half)
    return float((total / (knots[-1] - knots[0])) ** (1 / exponent))
