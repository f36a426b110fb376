"""Injection under the skin: a depot from which a molecule enters blood over hours.

    d amount / dt = bioavailability * dose - amount / absorption_time

and amount / absorption_time enters plasma. Only a molecule that a plan gives under the skin has a depot. One
pair of numbers serves every molecule: that of a protein of 17 kDa, slower than its own elimination, so that
the fall after the peak is that of the depot.
Sources: AnakinraWeight (bioavailability), AnakinraMonograph (time of the peak, terminal half-life).
Grade: medium for proteins of that size, low for others.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..model import Builder, Change, Parameters, module, with_pool


@module("injection", parameters={"bioavailability": "1", "absorption_time": "h"})
def injection(m: Builder, p: Parameters) -> None:
    """What share of a depot arrives, and how fast."""
    m.publish("share", p.bioavailability)
    m.publish("speed", 1 / p.absorption_time)


def inject(molecule: str) -> Change:
    """Return the change that gives a molecule a depot under the skin, filled by the input ``depot.<id>``."""

    def change(builders: Mapping[str, Builder]) -> None:
        """Add the depot, and what it releases into plasma."""
        m = with_pool(builders, molecule)
        flux_unit = m.pools["plasma"].flux_unit
        dose = m.signal("injection.share") * m.input(f"depot.{molecule}", flux_unit)
        speed = m.signal("injection.speed")
        unit = flux_unit.removesuffix("/h")
        amount = m.state("depot", unit=unit, rate=lambda amount: dose - speed * amount)
        m.release("plasma", tissue="skin", trigger="depot", rate=speed * amount)

    return change
