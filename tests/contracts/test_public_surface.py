"""The public names, listed once; each is documented and none leaks in."""

import inspect

import exerkine_sim as xk

PUBLIC = {
    *("Bout", "Session", "Meal", "Infusion", "Intensity", "Schedule", "load_schedule", "parse_schedule"),
    *("parse_intensity", "load_block", "transform"),
    *("Cohort", "Population", "Subject", "load_cohort", "load_subject"),
    *("Rerun", "rerun"),
    *("Responders", "responders"),
    *("Parameter", "ParameterSet", "Source", "load_parameters", "cite", "effects"),
    *("Dossier", "dossier"),
    *("simulate", "measure", "observed", "sensitivities", "Solution", "load_solution"),
    *("Comparison", "compare", "TrainingLoad", "training_scores"),
    *("Design", "load_design", "Sweep", "open_sweep", "sweep"),
    *("Sensitivity", "sensitivity"),
    *("Study", "load_study", "validate"),
    *("SamplingDesign", "sampling_times"),
    *("Fit", "fit", "load_fit"),
    *("errors", "model", "physiology", "plot"),
}


def test_the_public_names_are_these():
    assert set(xk.__all__) == PUBLIC
    assert set(dir(xk)) >= PUBLIC


def test_every_public_name_can_be_had_and_is_documented():
    for name in sorted(PUBLIC):
        assert len(inspect.getdoc(getattr(xk, name)) or "") > 20, name


def test_public_functions_show_an_example():
    functions = [getattr(xk, name) for name in sorted(PUBLIC) if inspect.isfunction(getattr(xk, name))]
    without = [one.__name__ for one in functions if ">>>" not in (inspect.getdoc(one) or "")]
    assert without == []
