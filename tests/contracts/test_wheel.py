"""The wheel carries the parameters, and works from there."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    return next(out.glob("*.whl"))


def test_every_parameter_file_is_in_the_wheel(wheel):
    inside = set(zipfile.ZipFile(wheel).namelist())
    shipped = {f"exerkine_sim/{p.relative_to(ROOT)}" for p in (ROOT / "params").rglob("*") if p.is_file()}
    assert shipped <= inside
    assert len(shipped) > 20


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
