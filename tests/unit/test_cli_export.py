"""`exerkine-sim export`: what is written, told and refused."""

import pytest

from exerkine_sim.cli import main


@pytest.fixture
def command(capsys, tmp_path, monkeypatch):
    """Run `export` in a folder with a plan: (exit code, standard output, standard error)."""
    (tmp_path / "plan.txt").write_text("Mon 07:00 run 30m 70% VO2max\n")
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as leaving:
            main(["export", *arguments])
        shown = capsys.readouterr()
        return int(str(leaving.value.code)), shown.out, shown.err

    return run


def test_plan_and_person_become_a_document(command, tmp_path):
    code, out, _ = command("plan.txt", "--sbml", "plan.xml", "--end-h", "24")
    assert (code, out.count("\n")) == (0, 1)
    assert out.startswith("wrote plan.xml: 146 states over 24 h")
    text = (tmp_path / "plan.xml").read_text(encoding="utf-8")
    assert text.startswith("<?xml")
    assert text.rstrip().endswith("</sbml>")
    assert text.count("<event ") == 2  # begin and end of the run


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["plan.txt"], "--sbml"),
        (["plan.txt", "--sbml", "."], "a folder"),
        (["plan.txt", "--sbml", "nowhere/plan.xml"], "no such folder"),
        (["plan.txt", "--sbml", "plan.txt"], "take the place"),
        (["other.txt", "--sbml", "plan.xml"], "no such file"),
        (["plan.txt", "--sbml", "plan.xml", "--end-h", "1"], "end_h"),
        (["plan.txt", "--sbml", "plan.xml", "--hold", "il7"], "il7"),
    ],
)
def test_what_cannot_be_written_is_refused_and_leaves_nothing(command, tmp_path, arguments, words):
    code, _, complaint = command(*arguments)
    assert code == 1
    assert words in complaint
    assert [one.name for one in tmp_path.iterdir()] == ["plan.txt"]
    assert (tmp_path / "plan.txt").read_text(encoding="utf-8").startswith("Mon")
