"""The three views without a browser: what they say follows the Solution, and text stays text."""

import re

import numpy as np
import pytest

import exerkine_sim as xk
from exerkine_sim.app.body import PLACES, place_of, traffic
from exerkine_sim.app.detail import Detail
from exerkine_sim.app.explained import pushes, told
from exerkine_sim.app.lab import Lab
from exerkine_sim.app.markup import joined, tag
from exerkine_sim.app.organs import OrganMap
from exerkine_sim.app.setting import Setting, simulated

PERSON = xk.Subject(sex="male", age_y=28, body_mass_kg=75, height_m=1.8, vo2max=55)


@pytest.fixture(scope="module")
def run():
    return simulated(Setting("Mon 08:00 run 90m 75% VO2max", PERSON))


@pytest.fixture(scope="module")
def drip():
    return simulated(Setting("Mon 08:00 infuse il6 25ug/h 3h", PERSON))


def row(found, exerkine, place, kind="release"):
    (at,) = (
        at
        for at, arrow in enumerate(found.arrows)
        if (arrow.exerkine, arrow.place, arrow.kind) == (exerkine, place, kind)
    )
    return found.width[at], found.told[at]


# --- The traffic of the organ map ---------------------------------------------------------------------


def test_an_arrow_is_as_wide_as_release_above_rest_against_the_most_of_all_organs(run):
    found, terms = traffic(run), run.fluxes("il6")
    legs = (terms["kind"].values == "release") & (terms["tissue"].values == "muscle lower")
    rise = terms.values[legs].sum(axis=0) - terms["at_rest"].values[legs].sum()
    width, share = row(found, "il6", "muscle lower")
    own = terms.isel(term=(terms["kind"] == "release").values)
    together = (own - own["at_rest"]).groupby("tissue").sum().clip(min=0).sum("tissue")
    # Sent as 32-bit numbers: seven digits.
    np.testing.assert_allclose(width, np.maximum(rise, 0) / together.values.max(), atol=1e-6)
    resting = terms["at_rest"].values[terms["kind"].values == "release"].sum()
    np.testing.assert_allclose(share, terms.values[legs].sum(axis=0) / resting, rtol=1e-6)


def test_listening_organs_take_what_the_effects_say(run):
    taken = xk.effects(run)["taken"].isel(member=0)
    (at,) = np.flatnonzero((taken["exerkine"].values == "il6") & (taken["site"].values == "plasma"))
    _, share = row(traffic(run), "il6", "adipose", "target")
    np.testing.assert_allclose(share, taken.values[:, at], rtol=1e-6)


def test_at_rest_nothing_moves():
    found = traffic(simulated(Setting("", PERSON)))
    assert not (found.width > 1e-6).any()


def test_a_drip_is_an_organ_of_its_own(run, drip):
    assert "infusion" in {arrow.place for arrow in traffic(drip).arrows}
    assert "infusion" not in {arrow.place for arrow in traffic(run).arrows}


def test_every_tissue_of_the_model_has_a_place():
    tissues = {term.tissue for term in xk.physiology.default_model().terms if term.kind == "release"}
    assert {place_of(tissue) for tissue in tissues} <= set(PLACES)


def test_the_map_sends_what_is_scrubbed_once(run):
    organs = OrganMap()
    organs.show(run)
    found = traffic(run)
    assert len(organs._moving.data["width"]) == found.width.size
    assert organs._slider.end == len(run.times_h) - 1
    # The moment shown first is one at which much happens: within the run or just after it.
    assert 8 < run.times_h[organs._slider.value] < 11
    assert not organs._arrows.syncable
    assert not organs._slider.syncable


# --- One molecule in detail ---------------------------------------------------------------------------


def text_of(detail: Detail) -> str:
    parts = (detail._head, detail._now, detail._numbers)
    return " ".join(part.object for part in parts) + detail._math.text


def test_detail_shows_every_number_with_its_source(run):
    detail = Detail()
    detail.show(run, "il6", 9.0)
    shown, known = text_of(detail), xk.dossier("il6")
    assert shown.count('<summary class="parameter">') == len(known.parameters)
    for one in known.parameters:
        if one.source.doi:
            assert f'href="https://doi.org/{one.source.doi}"' in shown
    assert shown.count('badge assumed"') == sum(one.basis == "assumed" for one in known.parameters)
    assert shown.count("$$") >= 2 * len(known.equations)


def test_what_pushes_it_now_is_what_explain_finds(run):
    found = run.explain("il6", at_h=9.0)
    shown = joined(pushes(found, "Mon 09:00", "IL-6")).html
    largest = max(found.terms.to_dict(orient="records"), key=lambda term: term["rate"])
    assert "width:100.0%" in shown
    assert f"{largest['rate']:.0f} ng/h" in shown
    release, loss = (
        found.terms.loc[found.terms["kind"] == kind, "rate"].sum() for kind in ("release", "loss")
    )
    assert ("it rises" in shown) == (release > 1.05 * loss)


def test_another_moment_changes_the_now_part_alone(run):
    detail = Detail()
    detail.show(run, "il6", 9.0)
    before = (detail._numbers.object, detail._balance._source.data, detail._now.object)
    detail.show(run, "il6", 20.0)
    assert detail._numbers.object is before[0]
    assert detail._balance._source.data is before[1]
    assert detail._now.object != before[2]


def test_a_driver_has_equations_and_no_flows(run):
    detail = Detail()
    detail.show(run, "glycogen", 9.0)
    assert "frac" in detail._math.text
    assert not detail._flows.visible
    detail.show(run, "il6", 9.0)
    assert detail._flows.visible


def test_an_unknown_molecule_is_told_with_the_nearest(run):
    detail = Detail()
    detail.show(run, "il66", 9.0)
    assert "did you mean" in detail._head.object


def test_the_balance_stacks_to_release_and_loss(run):
    detail = Detail()
    detail.show(run, "il6", 9.0)
    terms = run.fluxes("il6")
    tops = [np.asarray(edge)[: len(run.times_h)] for edge in detail._balance._source.data["ys"]]
    up = terms.values[terms["kind"].values == "release"].sum(axis=0)
    down = terms.values[terms["kind"].values == "loss"].sum(axis=0)
    np.testing.assert_allclose(np.max(tops, axis=0), up, rtol=1e-12)
    np.testing.assert_allclose(np.min(tops, axis=0), -down, rtol=1e-12)


def test_the_grade_stands_in_words():
    assert "evidence: high" in joined(told(xk.dossier("il6"))).html


# --- The lab ------------------------------------------------------------------------------------------


def test_nothing_runs_before_a_prediction_and_the_page_is_set():
    asked = []
    lab = Lab(lambda a, b, exerkines: asked.append((a, b, exerkines)))
    assert lab._start.disabled
    assert not asked
    lab._guess.value = lab.lesson.choices[0].says
    assert not lab._start.disabled
    lab._first()
    ((a, b, exerkines),) = asked
    run = lab.lesson.runs[0]
    assert (a, b) == tuple(side.setting for side in run.sides)
    assert exerkines == lab.lesson.exerkines
    assert lab.lesson.choices[0].says in lab._found.object


def test_a_change_adds_to_the_notebook():
    lab = Lab(lambda *_: None)
    lab._run(lab.lesson.runs[0])
    before = lab._found.object.count("<td>")
    lab._run(lab.lesson.runs[1])
    assert lab._found.object.count("<td>") > before
    assert lab.lesson.runs[1].label in lab._found.object


def test_each_visitor_has_a_lab_of_their_own():
    one, other = (Lab(lambda *_: None) for _ in range(2))
    one._run(one.lesson.runs[0])
    assert not other._found.object
    assert one.view is not other.view


# --- Text stays text ----------------------------------------------------------------------------------

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&"


def test_markup_escapes_text_and_attributes():
    html = tag("p", HOSTILE, title=HOSTILE).html
    assert html.count("<") == 2
    assert not re.search(r'title="[^"]*[<>]', html)


def test_a_plan_that_is_html_stays_text(tmp_path):
    from exerkine_sim.app.lesson import load_lab
    from exerkine_sim.parameters import params_folder

    text = (params_folder() / "lab.toml").read_text()
    harmful = text.replace('title = "The same work, harder or easier"', "title = '''<b onclick=x>title'''")
    harmful = harmful.replace(
        'plan = "Mon 08:00 cycle 90m 50% VO2max"',
        "plan = '''\n# <script>x</script>\nMon 08:00 cycle 90m 50% VO2max'''",
        1,
    )
    (tmp_path / "lab.toml").write_text(harmful)
    lab = Lab(lambda *_: None, load_lab(tmp_path / "lab.toml"))
    assert "&lt;script&gt;" in lab._task.object
    assert "<script>" not in lab._task.object
    assert "<b onclick" not in lab._task.object
