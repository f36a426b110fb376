"""Mutation tests know the package as it is: its modules, its tests, and the lines that are explained."""

import fnmatch
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE, MUTATION = ROOT / "src" / "exerkine_sim", ROOT / "tests" / "mutation"
CONFIG = tomllib.loads((MUTATION / "mutation.toml").read_text())
SURVIVORS = tomllib.loads((MUTATION / "survivors.toml").read_text()).get("survivor", [])


def test_every_module_of_an_area_has_tests_that_are_there():
    for area in CONFIG["areas"].values():
        files = [path for pattern in area["files"] for path in PACKAGE.glob(pattern)]
        assert files
        for path in files:
            assert any(
                fnmatch.fnmatch(str(path.relative_to(PACKAGE)), one["of"]) for one in CONFIG["modules"]
            )
    named = [test for one in CONFIG["modules"] for test in one["tests"]] + CONFIG["tests"]["passed_over"]
    for test in named:
        path, *names = test.split()[0].split("::")
        text = (ROOT / path).read_text()
        assert all(f"def {name}(" in text or f"class {name}" in text for name in names), test


def test_every_survivor_that_is_explained_is_still_in_the_source():
    for one in SURVIVORS:
        lines = [" ".join(line.split()) for line in (PACKAGE / one["file"]).read_text().splitlines()]
        assert one["line"] in lines, one
        assert one["because"]
