"""What was made once is not changed: every dataclass is frozen, but for the few that gather as they go."""

import dataclasses
import importlib
import inspect
import pkgutil

import exerkine_sim

GATHERING = {"Builder", "Messages", "Track"}
ON_TOP = {"app", "cli"}  # which take long to import


def dataclasses_of_the_package():
    for one in pkgutil.walk_packages(exerkine_sim.__path__, "exerkine_sim."):
        if not ON_TOP & {*one.name.split(".")} and not one.name.endswith("__main__"):
            members = inspect.getmembers(importlib.import_module(one.name), dataclasses.is_dataclass)
            yield from (found for _, found in members if getattr(found, "__module__", "") == one.name)


def test_dataclasses_are_frozen():
    changing = {one.__name__ for one in dataclasses_of_the_package() if not one.__dataclass_params__.frozen}
    assert changing == GATHERING
