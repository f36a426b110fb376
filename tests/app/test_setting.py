"""What the page simulates: bounded, refused in words, and with no peak between its points."""

import numpy as np
import pytest

import exerkine_sim as xk
from exerkine_sim.app.controls import usual_setting
from exerkine_sim.app.plan import EXAMPLES, FOOD, SPREAD, Quick
from exerkine_sim.app.setting import MAX_PLAN_BYTES, Setting, simulated
from exerkine_sim.errors import InputError
from exerkine_sim.schedule import block_names

PERSON = usual_setting().subject


@pytest.mark.parametrize(
    "plan",
    [
        "Mon 07:00 run 60m 70% VO2max\n" + "# " * MAX_PLAN_BYTES,
        "Mon 07:00 run 60m 70% VO2max\nrepeat 16 weeks",
        "\n".join(f"Mon {hour:02d}:00 run 1m 50% VO2max" for hour in range(24)) + "\nrepeat 15 weeks",
        "Mon 07:00 run " + "9x(" * 4 + "1s 50% VO2max" + ")" * 4,
        "Mon 07:00 run 60m 70% FTP then more",
        "Mon 07:00 run __import__('os').system('true')",
        "\x00",
    ],
    ids=["bytes", "weeks", "sessions", "bouts", "words", "code", "null"],
)
def test_what_is_too_much_or_no_plan_is_refused_in_words(plan):
    with pytest.raises(InputError) as refusal:
        Setting(plan, PERSON)
    assert len(str(refusal.value)) < 2000


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_is_a_plan_of_the_page(name):
    assert Setting(EXAMPLES[name], PERSON).plan == EXAMPLES[name]


@pytest.mark.parametrize("name", block_names())
def test_every_shipped_block_fits_the_page(name):
    block = xk.load_block(name)
    assert Setting(block.describe(), PERSON).schedule.sessions == block.sessions


@pytest.mark.parametrize("food", FOOD)
@pytest.mark.parametrize("per_week", range(1, len(SPREAD) + 1))
def test_whatever_the_sliders_say_is_a_plan(food, per_week):
    setting = Setting(
        Quick(food=food, per_week=per_week, weeks=3, start_h=5, carbs_g_per_h=30).text(), PERSON
    )
    assert len(setting.schedule.sessions) == 3 * per_week


def test_settings_that_are_alike_are_one():
    assert usual_setting() == usual_setting()
    assert hash(usual_setting()) == hash(usual_setting())


def test_an_empty_plan_is_a_day_of_rest():
    solution = simulated(Setting("", PERSON))
    assert np.ptp(solution.fold("il6").values) == pytest.approx(0, abs=1e-6)  # solver tolerance
