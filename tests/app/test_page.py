"""The page without a browser: what a change sends, and that nothing of one visitor is another's."""

import asyncio
import inspect
import threading

import numpy as np
import pytest
from bokeh.document import Document

from exerkine_sim.app.controls import usual_setting
from exerkine_sim.app.curves import MOST_POINTS, SLOTS, USUAL
from exerkine_sim.app.page import Page
from exerkine_sim.app.plan import EXAMPLES
from exerkine_sim.app.setting import Setting
from exerkine_sim.app.table import table_html


def visit() -> Page:
    warm = threading.Event()
    warm.set()
    return Page(Document(), warm)


@pytest.fixture(scope="module")
def shared() -> Page:
    return visit()


@pytest.fixture
def page(shared: Page) -> Page:
    """The same page for every test, as it was at first; a page takes half a second to make."""
    shared.apply(usual_setting(), None, USUAL)
    paint(shared)
    return shared


def paint(page: Page) -> None:
    """Do what the browser does once it has painted, and what the server has left for later."""
    while page.state.painted < page.state.sent or page._doc.session_callbacks:
        page.state.painted = page.state.sent
        for later in page._doc.session_callbacks:
            page._doc.callbacks.remove_session_callback(later)
            done = later.callback()
            if inspect.isawaitable(done):
                asyncio.run(done)


def curve(page: Page, side: str = "a", slot: int = 0) -> np.ndarray:
    rows = page.curves.axes.panels[slot]["curves"].get(side, (0, 0))
    return np.array(page.curves.sources[side].data["y"][slice(*rows)])


def test_a_slider_writes_the_plan_and_moves_the_curves(page):
    before = curve(page)
    page.controls["a"].quick["intensity_percent"].value = 85
    assert "85% VO2max" in page.controls["a"].plan.value
    assert curve(page).max() > 1.2 * before.max()
    paint(page)
    page.controls["a"].quick["intensity_percent"].value = 70


@pytest.mark.parametrize("name", ["An hour's run", "Three runs a week for 12 weeks"])
def test_curves_are_thinned_and_keep_every_peak_and_trough(page, name):
    page.apply(Setting(EXAMPLES[name], usual_setting().subject), None, USUAL)
    paint(page)
    for slot, exerkine in enumerate(USUAL):
        drawn, whole = curve(page, slot=slot), page._solutions[0].arrays["concentration"][0, :, :, :]
        whole = whole[:, page._solutions[0].exerkines.index(exerkine)]
        assert len(drawn) <= MOST_POINTS + 2
        sites = [place for place in range(whole.shape[1]) if np.isfinite(whole[:, place]).all()]
        ends = (np.nanmin(drawn), np.nanmax(drawn))
        # float32 has seven digits
        assert any(np.allclose(ends, (whole[:, one].min(), whole[:, one].max()), rtol=1e-6) for one in sites)


def test_only_data_change_never_models(page):
    models = {model.id for model in page._doc.models}
    page.controls["a"].quick["duration_min"].value = 90
    paint(page)
    assert {model.id for model in page._doc.models} == models


def test_while_the_browser_paints_the_newest_wins(page):
    sent = page.state.sent
    slider = page.controls["a"].quick["duration_min"]
    for minutes in (50, 80, 100, 120):
        slider.value = minutes
    assert page.state.sent == sent + 1  # the first; the others wait
    paint(page)
    assert page.state.sent == sent + 2  # the last of them, and no other
    assert page._settings[0].schedule.sessions[0].end_h == 9.0
    paint(page)


def test_a_plan_that_cannot_be_read_is_told_of_as_text_and_the_last_curves_stay(page):
    before, controls = curve(page), page.controls["a"]
    controls.plan.value_input = "Mon 07:00 rum 60m <b>70%</b>"
    assert "did you mean 'run'?" in controls.problem.text
    assert "^^^" in controls.problem.text
    assert controls.problem.visible
    assert curve(page) is not None
    np.testing.assert_array_equal(curve(page), before)
    controls.plan.value_input = usual_setting().plan
    assert not controls.problem.visible
    paint(page)


def test_an_impossible_person_is_told_of(page):
    page.controls["a"].person["age_y"].value = None
    assert "age_y" in page.controls["a"].problem.text
    page.controls["a"].person["age_y"].value = 30
    paint(page)


def test_b_begins_as_a_and_goes_again(page):
    page.pick.compare.active = True
    paint(page)
    np.testing.assert_array_equal(curve(page, "b"), curve(page, "a"))
    page.controls["b"].plan.value_input = "Mon 07:00 run 60m 50% VO2max"
    paint(page)
    assert curve(page, "b").max() < curve(page, "a").max()
    page.pick.compare.active = False
    paint(page)
    assert len(curve(page, "b")) == 0


def test_a_lesson_sets_everything(page):
    a, b = usual_setting(), Setting("Mon 08:00 fasted run 30m 60% VO2max", usual_setting().subject)
    page.apply(a, b, ("lactate", "il6"))
    paint(page)
    assert page.comparing
    assert page.curves.exerkines == ("il6", "lactate")
    assert [panel["title"].split()[0] for panel in page.curves.axes.panels] == ["IL-6", "lactate"]
    assert page.controls["b"].plan.value == b.plan


def test_people_make_a_band_around_the_curve(page):
    page.pick.people.active = True
    paint(page)
    panel, columns = page.curves.axes.panels[0], page.curves.bands["a"].data
    low, high = (columns[name][slice(*panel["bands"]["a"])] for name in ("low", "high"))
    assert low.max() < curve(page).max() < high.max() < panel["high"]
    page.pick.people.active = False
    paint(page)
    assert page.curves.axes.panels[0]["bands"] == {}


def test_curves_never_wait_for_a_band(page):
    page.pick.people.active = True
    page.controls["a"].quick["intensity_percent"].value = 80
    assert page.curves.axes.panels[0]["bands"] == {}
    sent = page.state.sent
    paint(page)
    assert page.state.sent > sent
    assert page.curves.axes.panels[0]["bands"]
    page.pick.people.active = False
    page.controls["a"].quick["intensity_percent"].value = 70
    paint(page)


def test_at_most_twelve_molecules_are_shown(page):
    page.pick.choice.active = list(range(31))
    paint(page)
    assert len(page.curves.exerkines) == SLOTS


def test_markup_in_a_plan_stays_text(page):
    plan = 'Mon 07:00 "<img src=x onerror=alert(1)>" run 60m 70% VO2max'
    page.apply(Setting(plan, usual_setting().subject), None, USUAL)
    text = table_html(page._solutions, USUAL)
    assert "<img" not in text
    assert "&lt;img" in text


def test_visitors_share_nothing(page):
    one, other = visit(), page
    one.controls["a"].plan.value_input = "Mon 07:00 run 20m 50% VO2max"
    paint(one)
    assert other.controls["a"].plan.value_input == usual_setting().plan
    assert curve(other).max() > curve(one).max()
    assert one._simulated is not other._simulated
