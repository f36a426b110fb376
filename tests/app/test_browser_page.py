"""What a visitor does on the page: move, write, compare, ask why, take along."""

import tomllib
from io import BytesIO
from pathlib import Path

import matplotlib.image
import numpy as np

import exerkine_sim as xk

PLAN = "The plan: change it as you like"
INTENSITY = "Intensity, % VO2max"
HOSTILE = "<img src=x onerror='window.harmed = 1'><script>window.harmed = 1</script>"
IL6, LACTATE = 0, 3


def side(visit, letter="a"):
    """The controls of A or B."""
    return visit.page.locator(f"#side-{letter}")


def write(visit, text, letter="a"):
    """Put a text into the plan box at once, as by pasting."""
    side(visit, letter).get_by_label(PLAN).fill(text)


def turn_to(visit, tab):
    visit.page.get_by_role("tab", name=tab, exact=True).click()


def test_the_first_curves_are_those_of_the_plan_and_the_person(visit):
    """As the package itself finds them: the peaks agree to what a coarser grid of times leaves of them."""
    page = visit()
    solution = xk.simulate(
        xk.parse_schedule(side(page).get_by_label(PLAN).input_value()),
        xk.Subject(sex="female", age_y=30, body_mass_kg=65, height_m=1.7, vo2max=45),
    )
    for panel, name in ((IL6, "il6"), (LACTATE, "lactate")):
        there = solution.concentration(name).max().item()
        np.testing.assert_allclose(max(page.curve(panel)), there, rtol=0.02)
    assert all(len(page.curve(panel)) > 100 for panel in range(12))
    page.shot("desk")


def test_a_slider_writes_the_plan_and_moves_the_curves(visit):
    page = visit()
    panel = page.page.locator(".panel").first
    seen, peak = panel.screenshot(), max(page.curve(IL6))
    handle = side(page).get_by_label(INTENSITY)
    handle.focus()
    with page.changes(IL6):
        handle.press("ArrowRight")
    assert "run 60m 71% VO2max" in side(page).get_by_label(PLAN).input_value()
    assert max(page.curve(IL6)) > peak
    assert panel.screenshot() != seen, "the picture changes with the numbers"


def test_a_session_is_written_and_a_mistake_is_shown_while_the_curves_stay(visit):
    page = visit()
    with page.changes(LACTATE):
        write(page, "Tue 18:00 cycle 45m 85% VO2max")
    kept, problem = page.curve(LACTATE), side(page).locator("pre")
    write(page, "Tue 18:00 cicle 45m 85% VO2max")
    problem.filter(has_text="line 1").wait_for()
    assert "did you mean 'cycle'" in problem.inner_text()
    assert page.curve(LACTATE) == kept
    page.shot("mistake")
    with page.changes(LACTATE):
        write(page, "Tue 18:00 cycle 45m 60% VO2max")
    problem.wait_for(state="hidden")


def test_hostile_text_stays_text(visit):
    """In a plan that cannot be read, and as the name of one that can, wherever either is shown."""
    page = visit()
    write(page, HOSTILE)
    problem = side(page).locator("pre")
    problem.filter(has_text="<img src=x").wait_for()
    with page.changes(IL6):
        write(page, f'name "{HOSTILE}"\nday 2 09:00 run 50m 80% VO2max')
    for tab in ("Organ map", "Why", "Table", "Export"):
        turn_to(page, tab)
        page.page.wait_for_timeout(300)
    assert page.page.locator("img[src=x]").count() == 0
    assert page.page.evaluate("window.harmed") is None


def test_b_begins_as_a_and_then_goes_its_own_way(visit):
    page = visit()
    page.page.get_by_label("Compare with B").check()
    page.page.wait_for_function("document.documentElement.dataset.painted > 1")
    a = page.curve(IL6)
    assert page.curve(IL6, "B") == a
    with page.changes(IL6, "B"):
        write(page, "Mon 07:00 run 60m 85% VO2max", "b")
    assert page.curve(IL6) == a
    assert max(page.curve(IL6, "B")) > max(a)
    page.shot("compared")


def test_a_click_on_a_curve_tells_why_and_opens_a_parameter_s_source(visit):
    page = visit()
    page.page.locator(".panel").nth(LACTATE).click()
    page.page.locator("#tab-why[aria-selected=true]").wait_for()
    assert page.page.get_by_label("Molecule").input_value() == "lactate"
    row = page.page.locator("#why details", has=page.page.locator(".parameter")).first
    source = row.locator("dd").first
    assert not source.is_visible()
    row.locator("summary").click()
    source.wait_for(state="visible")
    assert any(year in source.inner_text() for year in map(str, range(1950, 2030)))
    page.page.locator("#why mjx-container").first.wait_for()  # drawn, by what comes with this view
    page.shot("why")


def test_figure_and_plan_are_taken_along(visit):
    page = visit()
    turn_to(page, "Export")
    taken = {}
    for label in ("Figure of A (PNG)", "Plan of A (TOML)"):
        with page.page.expect_download() as waiting:
            page.page.get_by_text(label).click()
        taken[Path(waiting.value.suggested_filename).suffix] = Path(waiting.value.path()).read_bytes()
    assert taken[".png"].startswith(b"\x89PNG")
    height, width, _ = matplotlib.image.imread(BytesIO(taken[".png"])).shape
    assert min(height, width) > 400
    plan = xk.parse_schedule(side(page).get_by_label(PLAN).input_value())
    assert tomllib.loads(taken[".toml"].decode()) == tomllib.loads(plan.to_toml())
