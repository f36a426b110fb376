"""Lock file and oldest libraries are what `pyproject.toml` asks for, by hash and from nowhere in particular.

`make lock` writes both; `make matrix` runs the package with the oldest.
"""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = ("analysis", "app", "distributed", "exchange", "fit")
PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;]+)", re.MULTILINE)


def text_of(name: str) -> str:
    return (ROOT / "requirements" / name).read_text(encoding="utf-8")


def wanted(extras: tuple[str, ...]) -> Iterator[Requirement]:
    """Yield what the package and some extras need, extras that name other extras spelt out."""
    for text in [*PROJECT["dependencies"], *(line for one in extras for line in _extra(one))]:
        requirement = Requirement(text)
        if requirement.name == PROJECT["name"]:
            yield from wanted(tuple(sorted(requirement.extras)))
        else:
            yield requirement


def _extra(name: str) -> list[str]:
    return PROJECT["optional-dependencies"][name]


def pinned(name: str) -> dict[str, list[Version]]:
    versions: dict[str, list[Version]] = {}
    for pin in PIN.finditer(text_of(name)):
        versions.setdefault(canonicalize_name(pin["name"]), []).append(Version(pin["version"]))
    return versions


@pytest.mark.parametrize(("file", "extras"), [("dev.lock", ("dev",)), ("oldest.txt", EXTRAS)])
def test_every_requirement_is_pinned_to_a_version_that_will_do(file, extras):
    versions = pinned(file)
    for one in wanted(extras):
        held = versions.get(canonicalize_name(one.name))
        assert held, f"{one} is not in {file}: make lock"
        assert all(one.specifier.contains(version) for version in held), f"{one}: make lock"


def test_the_oldest_are_the_oldest_that_are_asked_for():
    """A lower bound that another library's forbids is none, and says too much."""
    versions = pinned("oldest.txt")
    for one in wanted(EXTRAS):
        bounds = [Version(part.version) for part in one.specifier if part.operator == ">="]
        (version,) = versions[canonicalize_name(one.name)]
        assert bounds, one
        assert version.release[:2] <= (*max(bounds).release, 0)[:2], one


def test_what_is_locked_has_hashes_and_no_place():
    text = text_of("dev.lock")
    assert len(re.findall(r"--hash=sha256:[0-9a-f]{64}", text)) >= len(PIN.findall(text)) > 50
    for file in ("dev.lock", "oldest.txt"):
        assert not re.search(r"://|file:|--(extra-)?index-url|--find-links|/\w+/", text_of(file))


def test_declared_versions_of_python_are_those_of_the_matrix():
    said = {one.rpartition(" ")[2] for one in PROJECT["classifiers"] if re.search(r":: 3\.\d+$", one)}
    run = set(
        re.findall(r'Cell\("python(3\.\d+)"', (ROOT / "tests" / "matrix.py").read_text(encoding="utf-8"))
    )
    assert said == run
    assert PROJECT["requires-python"] == f">={min(said, key=Version)}"
