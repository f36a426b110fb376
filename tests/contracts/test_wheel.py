"""The wheel, made of the sdist as it is released, holds all of the package and works from there."""

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    return next(out.glob("*.whl"))


def files_in(folder: Path, place: Path) -> set[str]:
    """Return the files of a folder, by their paths from `place`, but for what running it leaves there."""
    names = [one.relative_to(place) for one in folder.rglob("*") if one.is_file()]
    return {
        str(name) for name in names if not any(part.startswith((".", "__pycache__")) for part in name.parts)
    }


def test_the_wheel_of_the_sdist_holds_the_package_and_the_parameters_and_nothing_else(wheel):
    inside = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    params = {f"exerkine_sim/{name}" for name in files_in(ROOT / "params", ROOT)}
    assert inside == files_in(ROOT / "src" / "exerkine_sim", ROOT / "src") | params


def test_the_sdist_carries_what_its_tests_need(wheel):
    (sdist,) = wheel.parent.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        inside = {name.partition("/")[2] for name in archive.getnames()}
    wanted = {*files_in(ROOT / "tests", ROOT), *files_in(ROOT / "requirements", ROOT), "Makefile", ".ci/run"}
    assert wanted <= inside


def test_the_unpacked_wheel_reads_its_own_parameters(wheel, tmp_path):
    """Run outside the checkout, with nothing but the wheel's content on the path for this package."""
    zipfile.ZipFile(wheel).extractall(tmp_path)
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import exerkine_sim.parameters as p;"
        "print(p.params_folder()); print(len(p.load_parameters()))"
    )
    command = [sys.executable, "-I", "-c", code]
    folder, number = subprocess.run(
        command, check=True, capture_output=True, text=True, cwd=tmp_path
    ).stdout.split()
    assert folder == str(tmp_path / "exerkine_sim" / "params")
    assert int(number) > 100
