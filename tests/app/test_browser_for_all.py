"""The page for whoever has no mouse, a phone, or a reader of screens, and in the dark."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from conftest import PHONE

TABS = ("Curves", "Organ map", "Why", "Lab", "Table", "Export")
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


def focused(visit):
    return visit.page.evaluate(FOCUSED_JS)


def tab_to(visit, name):
    """Press Tab until what has this name is reached."""
    for _ in range(LONGEST_WAY):
        visit.page.keyboard.press("Tab")
        if name in focused(visit)["name"]:
            return
    raise AssertionError(f"{name} is not reached by Tab")


def turn_to(visit, tab):
    visit.page.get_by_role("tab", name=tab, exact=True).click()
    visit.page.wait_for_timeout(500)  # the views are filled when they are first looked at


def test_the_tab_key_reaches_every_control_and_shows_where_it_is(visit):
    page, reached = visit(), []
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


def test_a_whole_task_is_done_by_keyboard(visit):
    """Write a session, harden it by its slider's keys, and look at the table."""
    page = visit()
    tab_to(page, "The plan")
    page.page.keyboard.press("Control+A")
    with page.changes():
        page.page.keyboard.insert_text("Wed 06:30 row erg 40m 75% VO2max")
    tab_to(page, "Curves")
    for _ in range(TABS.index("Table")):
        page.page.keyboard.press("ArrowRight")
    page.page.locator("#table table").get_by_text("day 1 06:30").first.wait_for()


def test_a_phone_shows_all_without_scrolling_sideways(visit):
    page = visit(viewport=PHONE, is_mobile=True, has_touch=True, device_scale_factor=2)
    page.shot("phone")
    for tab in TABS:
        turn_to(page, tab)
        assert page.page.evaluate(TOO_WIDE_JS) <= 0, tab
    turn_to(page, "Curves")
    page.page.get_by_text("Training and person").tap()
    page.page.locator("#side-a").get_by_label("Duration, min").wait_for(state="visible")
    assert page.page.evaluate(TOO_WIDE_JS) <= 0, "with the controls unfolded"
    page.shot("phone_controls")


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_nothing_grave_stands_between_the_page_and_a_reader_of_screens(visit, colours):
    page = visit(color_scheme=colours)
    assert page.page.locator("html").get_attribute("data-theme") == colours
    page.page.get_by_label("Compare with B").check()
    for tab in TABS:
        turn_to(page, tab)
        page.shot(f"{colours}_{tab.lower().replace(' ', '_')}")
        found = Axe().run(page.page).response["violations"]
        grave = [f"{one['id']}: {one['nodes'][0]['html'][:300]}" for one in found if one["impact"] in GRAVE]
        assert grave == [], tab
