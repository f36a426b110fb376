"""exerkine-sim: a training plan and a person in, the time course of every exerkine out.

>>> import exerkine_sim as xk
>>> schedule = xk.parse_schedule("Mon 07:00 run 60m 70% VO2max")
>>> subject = xk.Subject(sex="female", age_y=30, body_mass_kg=62, height_m=1.68, vo2max_ml_kg_min=45)
>>> solution = xk.simulate(schedule, subject)
>>> solution.concentration("il6", site="plasma").dims
('member', 'time')
"""

import lazy_loader

__version__ = "0.1.0"

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submodules=["errors", "model", "physiology", "plot"],
    submod_attrs={
        "assay": ["observed"],
        "citation": ["cite"],
        "comparison": ["Comparison", "compare"],
        "dossier": ["Dossier", "dossier"],
        "effects": ["effects"],
        "fitting": ["Fit", "fit", "load_fit"],
        "evidence": ["Study", "load_study", "validate"],
        "indices": ["Sensitivity", "sensitivity"],
        "measures": ["measure"],
        "parameters": ["Parameter", "ParameterSet", "Source", "load_parameters"],
        "rerun": ["Rerun", "rerun"],
        "responders": ["Responders", "responders"],
        "sampling": ["SamplingDesign", "sampling_times"],
        "schedule": [
            "Bout",
            "Infusion",
            "Intensity",
            "Meal",
            "Schedule",
            "Session",
            "load_block",
            "load_schedule",
            "parse_intensity",
            "parse_schedule",
            "transform",
        ],
        "sensitivities": ["sensitivities"],
        "simulate": ["simulate"],
        "solution": ["Solution"],
        "stored": ["load_solution"],
        "subject": ["Cohort", "Population", "Subject", "load_cohort", "load_subject"],
        "sweeps": ["Design", "Sweep", "load_design", "open_sweep", "sweep"],
        "training_load": ["TrainingLoad", "training_scores"],
    },
)
