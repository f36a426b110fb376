"""SPARC: released by working muscle once blood lactate has stood above a threshold for some minutes.

    d exposure / dt = (e / (half + e) - exposure) / exposure time,   e = [lactate - threshold]+
    release         = yield * active mass * exposure                      of each muscle region
    V dC/dt         = elimination * V * basal + release - elimination * V * C

Both are asked for, lactate and work: without the second, the lactate that follows a single sprint, higher
than that of half an hour at 60 % VO2max, would release more. Easy work stays below the threshold however
long it lasts. The answer to lactate saturates.
Sources: IntensityDurationSPARC (60 but not 40 % VO2peak, tie to lactate), Songsorn2017 (nothing after one
sprint), Aoi2013 (muscle, stretch), MyelomaSPARC (level in plasma).  Grade: low: directions are published, no
concentration after exercise was found.
Contested: Aoi2013 names stretch as the trigger, IntensityDurationSPARC lactate. Platelets hold SPARC, so
serum may stand above plasma. Active men have less at rest (SedentaryTimeSPARC), which is left out.
"""

from __future__ import annotations

from ..model import Builder, Parameters, hill, module


@module(
    "sparc",
    parameters={
        "basal": "ng/L",
        "elimination": "1/h",
        "lactate_threshold": "mmol/L",
        "lactate_half": "mmol/L",
        "exposure_time": "h",
        "muscle_yield": "ng/h/kg",
    },
)
def sparc(m: Builder, p: Parameters) -> None:
    """State the equations."""
    volume = m.subject("plasma_volume", "L")
    excess = m.signal("lactate.blood") - p.lactate_threshold
    exposure = m.lag("exposure", hill(excess, p.lactate_half), p.exposure_time)
    plasma = m.plasma(volume=volume, basal=p.basal)
    m.release("plasma", tissue="whole body", rate=p.elimination * volume * p.basal)
    for region in m.muscles:
        working = m.input(f"active_mass_{region}", "kg")
        rate = p.muscle_yield * working * exposure
        m.release("plasma", tissue=f"muscle {region}", trigger="lactate", rate=rate)
    m.clear("plasma", rate=p.elimination * volume * plasma)
