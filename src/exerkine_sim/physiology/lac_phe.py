"""Lac-Phe: lactate joined to phenylalanine by the enzyme CNDP2, in step with blood lactate.

    formation = elimination * V * basal * (1 + half / rest) * L / (half + L) * (1 + meal gain * absorption)
    V dC/dt   = formation - elimination * V * C

with L, blood lactate, and rest, its own resting level. Formation saturates in lactate:
exhausting work raises Lac-Phe three-fold, lactate far more. There is no delay besides the loss, which is
slow enough to keep Lac-Phe up for half an hour while lactate falls. The enzyme sits in immune and epithelial
cells, those of the gut among them. Phenylalanine is held at its resting level; a meal brings more of it, and
lactate from the gut wall, both through what the gut absorbs. Whole blood, which the shift of plasma water
hardly moves. Women stand higher than men.
Sources: Bauhaus2025 (level, size, fall), Jansen2015 (enzyme, substrates), Li2022 (end of the rise; animals),
Hoene2023 (unchanged by training: here too, at the same share of VO2max), Scott2024 (meals).
Grade: low, the human numbers come from one study.
Misses: it should be highest at exhaustion and is some minutes later here, as simulated lactate is.
Contested: the tie to lactate is close (Li2022) or absent between people (Bauhaus2025); back at rest within
the hour in animals, said to be up for hours after sprints. Metformin is left out.
"""

from __future__ import annotations

from ..model import Builder, Parameters, hill, module


@module(
    "lac_phe",
    parameters={
        "basal": "nmol/L",
        "female_factor": "1",
        "elimination": "1/h",
        "volume_per_kg": "L/kg",
        "lactate_half": "mmol/L",
        "meal_gain": "h/g",
    },
)
def lac_phe(m: Builder, p: Parameters) -> None:
    """State the equations."""
    basal = p.basal * (1 + m.subject("female", "1") * (p.female_factor - 1))
    volume = p.volume_per_kg * m.subject("body_mass", "kg")
    blood = m.pool(
        "blood", volume=volume, basal=basal, unit="nmol/L", flux_unit="nmol/h", site="blood", infusible=True
    )
    lactate, rest = m.signal("lactate.blood"), m.signal("lactate.rest")
    substrate = (1 + p.lactate_half / rest) * hill(lactate, p.lactate_half)
    formation = p.elimination * volume * basal * substrate
    meal = p.meal_gain * m.signal("glucose.absorption")
    m.release("blood", tissue="immune and epithelial cells", trigger="lactate", rate=formation)
    m.release("blood", tissue="gut", trigger="meal", rate=formation * meal)
    m.clear("blood", rate=p.elimination * volume * blood)
