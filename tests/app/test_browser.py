"""What a visitor does and sees, in a browser; all in one file, so that one server and one browser serve."""

import tomllib
from io import BytesIO
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import urlopen

import matplotlib.image
import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe

import exerkine_sim as xk
from conftest import PHONE, TABS, teaching

INTENSITY = "Intensity, % VO2max"
HOSTILE = "<img src=x onerror='window.harmed = 1'><script>window.harmed = 1</script>"
IL6, LACTATE = 0, 3
LONGEST_WAY = 120
# The element that has the focus, through every shadow, by what a reader of screens would call it.
FOCUSED_JS = """() => {
  let one = document.activeElement
  while (one?.shadowRoot?.activeElement) one = one.shadowRoot.activeElement
  const look = getComputedStyle(one)
  return {
    name: one.getAttribute("aria-label") ?? one.labels?.[0]?.textContent ?? one.textContent,
    ringed: look.outlineStyle !== "none" && parseFloat(look.outlineWidth) > 0,
  }
}"""
# What of the page is wider than the window, but for what can be scrolled by itself.
TOO_WIDE_JS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Axe calls them serious or critical; the rest is advice.
GRAVE = {"serious", "critical"}
# Style sheets and media are not fetched again: that takes half of the time, and only sound and film need it.
QUICK = {"resultTypes": ["violations"], "preload": False}

# --- move, write, compare, ask why, take along -----------------------------------------------------------


def test_the_first_curves_are_those_of_the_plan_and_the_person(page):
    """As the package itself finds them: the peaks agree to what a coarser grid of times leaves of them."""
    solution = xk.simulate(
        xk.parse_schedule(page.plan().input_value()),
        xk.Subject(sex="female", age_y=30, body_mass_kg=65, height_m=1.7, vo2max=45),
    )
    for panel, name in ((IL6, "il6"), (LACTATE, "lactate")):
        there = solution.concentration(name).max().item()
        np.testing.assert_allclose(max(page.curve(panel)), there, rtol=0.02)
    assert all(len(page.curve(panel)) > 100 for panel in range(12))
    page.shot("desk")


def test_a_slider_writes_the_plan_and_moves_the_curves_and_back(page):
    panel = page.page.locator(".panel").first
    seen, drawn = panel.screenshot(), page.curve(IL6)
    handle = page.side().get_by_label(INTENSITY)
    handle.focus()
    with page.changes(IL6):
        handle.press("ArrowRight")
        page.reads("run 60m 71% VO2max")
    assert max(page.curve(IL6)) > max(drawn)
    assert panel.screenshot() != seen, "the picture changes with the numbers"
    with page.changes(IL6):
        handle.press("ArrowLeft")
    assert page.curve(IL6) == drawn


def test_a_session_is_written_and_a_mistake_is_shown_while_the_curves_stay(page):
    with page.changes(LACTATE):
        page.plan().fill("Tue 18:00 cycle 45m 85% VO2max")
    kept, problem = page.curve(LACTATE), page.side().locator("pre")
    page.plan().fill("Tue 18:00 cicle 45m 85% VO2max")
    problem.filter(has_text="line 1").wait_for()
    assert "did you mean 'cycle'" in problem.inner_text()
    assert page.curve(LACTATE) == kept
    page.shot("mistake")
    with page.changes(LACTATE):
        page.plan().fill("Tue 18:00 cycle 45m 60% VO2max")
    problem.wait_for(state="hidden")


def test_hostile_text_stays_text(page):
    """In a plan that cannot be read, and as the name of one that can, wherever either is shown."""
    page.plan().fill(HOSTILE)
    page.side().locator("pre").filter(has_text="<img src=x").wait_for()
    with page.changes(IL6):
        page.plan().fill(f'name "{HOSTILE}"\nday 2 09:00 run 50m 80% VO2max')
    # The plan names no weekday, so that what is of it is known by "day".
    for tab, told in (("Organ map", "#organs h3"), ("Why", "#why h3"), ("Table", "#table td")):
        page.turn_to(tab)
        page.page.locator(told).filter(has_text="day ").first.wait_for()
    page.turn_to("Export")
    assert page.page.locator("img[src=x]").count() == 0
    assert page.page.evaluate("window.harmed") is None


def test_b_begins_as_a_and_then_goes_its_own_way(page):
    a = page.curve(IL6)
    with page.changes(IL6, "B"):
        page.page.get_by_label("Compare with B").check()
    assert page.curve(IL6) == page.curve(IL6, "B") == a
    with page.changes(IL6, "B"):
        page.plan("b").fill("Mon 07:00 run 60m 85% VO2max")
    assert page.curve(IL6) == a
    assert max(page.curve(IL6, "B")) > max(a)
    page.shot("compared")


def test_a_click_on_a_curve_tells_why_and_opens_a_parameter_s_source(page):
    page.page.locator(".panel").nth(LACTATE).click()
    page.page.locator("#tab-why[aria-selected=true]").wait_for()
    assert page.page.get_by_label("Molecule").input_value() == "lactate"
    page.page.locator("#why").get_by_role("heading", name="lactate").first.wait_for()
    row = page.page.locator("#why details", has=page.page.locator(".parameter")).first
    source = row.locator("dd").first
    assert not source.is_visible()
    row.locator("summary").click()
    source.wait_for(state="visible")
    assert any(year in source.inner_text() for year in map(str, range(1950, 2030)))
    page.page.locator(TABS["Why"]).first.wait_for()
    page.shot("why")


def test_figure_and_plan_are_taken_along(page):
    page.turn_to("Export")
    taken = {}
    for label in ("Figure of A (PNG)", "Plan of A (TOML)"):
        with page.page.expect_download() as waiting:
            page.page.get_by_text(label).click()
        taken[Path(waiting.value.suggested_filename).suffix] = Path(waiting.value.path()).read_bytes()
    assert taken[".png"].startswith(b"\x89PNG")
    height, width, _ = matplotlib.image.imread(BytesIO(taken[".png"])).shape
    assert min(height, width) > 400
    plan = xk.parse_schedule(page.plan().input_value())
    assert tomllib.loads(taken[".toml"].decode()) == tomllib.loads(plan.to_toml())


# --- alone, and nothing from elsewhere -------------------------------------------------------------------


def test_what_one_does_another_does_not_see(page, visit):
    other = visit().drawn()
    before, written = other.curve(), other.plan().input_value()
    with page.changes():
        page.plan().fill("Mon 07:00 run 30m 90% VO2max")
    assert other.curve() == before
    assert other.plan().input_value() == written
    with other.changes():  # and goes on by itself
        other.plan().fill("Mon 07:00 run 20m 60% VO2max")
    assert max(other.curve()) != max(page.curve())


def test_all_that_there_is_to_see_comes_from_the_server_itself(page):
    """Mathematics and fonts too; the browser of these tests could not find another machine."""
    for tab in TABS:
        page.turn_to(tab)
    assert any(url.endswith("/ws") or "/ws?" in url for url in page.requests)
    assert page.elsewhere() == []


def test_where_others_can_reach_it_only_the_token_opens_it(visit):
    with teaching("--host", "0.0.0.0") as told:
        parts = urlsplit(told)
        assert len(parts.query.removeprefix("token=")) >= 16
        here = f"http://127.0.0.1:{parts.port}"
        for locked in ("/enter?token=guessed", "/enter", "/"):
            with pytest.raises(HTTPError) as refusal:
                urlopen(here + locked)
            assert refusal.value.code == 403, locked
        page = visit(f"{here}{parts.path}?{parts.query}")  # there once its socket is let in too
        assert page.plan().input_value()
        assert "token" not in page.page.url, "it is not left where it can be read over a shoulder"
        page.page.close()  # before its server goes, from which it may be loading still


def test_of_this_machine_alone_no_token_is_asked(address):
    parts = urlsplit(address)
    assert (parts.hostname, parts.query) == ("127.0.0.1", "")
    assert urlopen(address).status == 200


# --- no mouse, a phone, a reader of screens, the dark ----------------------------------------------------


def focused(page):
    return page.page.evaluate(FOCUSED_JS)


def tab_to(page, name):
    """Press Tab until what has this name is reached."""
    for _ in range(LONGEST_WAY):
        page.page.keyboard.press("Tab")
        if name in focused(page)["name"]:
            return
    raise AssertionError(f"{name} is not reached by Tab")


def test_the_tab_key_reaches_every_control_and_shows_where_it_is(page):
    reached = []
    for _ in range(LONGEST_WAY):
        page.page.keyboard.press("Tab")
        now = focused(page)
        reached.append(now["name"].strip())
        assert now["ringed"], f"nothing shows that {now['name'].strip()[:40]!r} has the focus"
        if "Which molecules" in reached[-1]:
            break
    wanted = [
        *("Skip to the curves", "Dark", "Begin with", "What", "Duration, min", "Intensity, % VO2max"),
        *("Start, hour of the day", "Sessions a week", "Weeks", "Eaten before", "Carbohydrate during, g/h"),
        *("The plan", "Sex", "Age, years", "Body mass, kg", "Height, m", "VO2max", "Endurance training"),
        *("Compare with B", "Curves", "How people differ", "Which molecules"),
    ]
    places = [next((n for n, name in enumerate(reached) if name.startswith(one)), None) for one in wanted]
    assert None not in places, wanted[places.index(None)]
    assert places == sorted(places), "in the order in which they are read"


def test_a_whole_task_is_done_by_keyboard(page):
    """Write a session, and look at the table."""
    tab_to(page, "The plan")
    page.page.keyboard.press("Control+A")
    with page.changes():
        page.page.keyboard.insert_text("Wed 06:30 row erg 40m 75% VO2max")
    tab_to(page, "Curves")
    for _ in range([*TABS].index("Table")):
        page.page.keyboard.press("ArrowRight")
    page.page.locator("#table table").get_by_text("day 1 06:30").first.wait_for()


def test_a_phone_shows_all_without_scrolling_sideways_in_the_colours_it_asks_for(visit):
    page = visit(
        viewport=PHONE, is_mobile=True, has_touch=True, device_scale_factor=2, color_scheme="dark"
    ).drawn()
    assert page.page.locator("html").get_attribute("data-theme") == "dark"
    page.shot("phone_dark")
    page.page.get_by_role("button", name="Dark").tap()
    assert page.page.locator("html").get_attribute("data-theme") == "light"
    page.shot("phone")
    for tab in TABS:
        page.turn_to(tab)
        assert page.page.evaluate(TOO_WIDE_JS) <= 0, tab
    page.turn_to("Curves")
    page.page.get_by_text("Training and person").tap()
    page.side().get_by_label("Duration, min").wait_for(state="visible")
    assert page.page.evaluate(TOO_WIDE_JS) <= 0, "with the controls unfolded"
    page.shot("phone_controls")


@pytest.mark.parametrize(("colours", "rules"), [("light", {}), ("dark", {"runOnly": ["color-contrast"]})])
def test_nothing_grave_stands_between_the_page_and_a_reader_of_screens(page, colours, rules):
    """All of the page with its curves, then each tab; in the dark, where only colours differ, those."""
    if colours == "dark":
        page.page.get_by_role("button", name="Dark").click()
    assert page.page.locator("html").get_attribute("data-theme") == colours
    with page.changes(IL6, "B"):
        page.page.get_by_label("Compare with B").check()
    for tab, shown in TABS.items():
        page.turn_to(tab)
        page.shot(f"{colours}_{tab.lower().replace(' ', '_')}")
        part = "html" if tab == "Curves" else shown.split()[0]
        found = Axe().run(page.page, part, QUICK | rules).response["violations"]
        grave = [f"{one['id']}: {one['nodes'][0]['html'][:300]}" for one in found if one["impact"] in GRAVE]
        assert grave == [], tab
