"""Every block of code in README and docs does what it says: commands run, plans and TOML files are read.

Python blocks with prompts are doctests, which pytest runs by itself; here is the rest.
A comment directly above a block says what else it is:

    <!-- file: plan.txt -->      the commands of its page find it under that name
    <!-- output -->              what the command above it shows; ``...`` stands for lines left out
    <!-- not run: reason -->     it takes minutes or another machine; its commands are only parsed

Numbers of people, points and draws are cut down as :data:`AT_MOST` says.
"""

import re
import shlex
import shutil
import tomllib
from collections.abc import Iterable, Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pytest
import typer

from exerkine_sim import parse_schedule
from exerkine_sim.cli import COMMANDS, NAME, _app, main
from exerkine_sim.parameters import params_folder

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
OWN_FILES = {"plan.txt": "week.txt", "me.toml": "subject.toml", "samples.csv": "samples.csv"}
RECORDINGS = ("ride.fit", "ride.tcx", "run.gpx")

AT_MOST = {"--population": 3, "--people": 500, "--n": 8}
# What stands in for the numbers that a command takes where none is given.
BESIDES = {"compare": ["--population", "20"], "fit": ["--starts", "1"]}
# Figures take most of the time, and have tests of their own.
WITHOUT_FIGURE = ("run", "compare", "sensitivity", "sample", "cohort", "responders")
UNTIL_STOPPED = ("teach",)
MOST_NOT_RUN = 10

LANGUAGES = {"sh", "text", "toml", "python", "yaml", "bash", "html"}
FIRST_WORDS = (NAME, "make", "pip", "python", "echo")
BLOCK = re.compile(
    r"(?:^<!-- (?P<kind>file|not run|output)(?:: (?P<said>[^\n]*?))? -->\n+)?"
    r"^```(?P<language>[^\n]*)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
INLINE = re.compile(rf"`{NAME} ([^`]+)`")


@dataclass(frozen=True)
class CodeBlock:
    """A fenced block: where it is, its language, what the comment above it says, and its lines."""

    place: str
    language: str
    kind: str
    said: str
    text: str

    @property
    def is_run(self) -> bool:
        return self.language == "sh" and self.kind != "not run"

    def commands(self) -> list[list[str]]:
        """Return the words of each command; ``>`` is a word."""
        lines = self.text.replace("\\\n", " ").splitlines()
        return [words for line in lines if (words := shlex.split(line, comments=True))]


def blocks(page: Path) -> list[CodeBlock]:
    """Return the fenced blocks of a page but its doctests and the directives of the site."""
    text = page.read_text(encoding="utf-8")
    found = [one for one in BLOCK.finditer(text) if ">>> " not in one["text"] and one["language"][:1] != "{"]
    return [_block(page, text, one) for one in found]


def _block(page: Path, text: str, found: re.Match[str]) -> CodeBlock:
    begins = found["text"].split(maxsplit=1)[:1]
    language = found["language"] or ("sh" if begins and begins[0] in FIRST_WORDS else "")
    place = f"{page.name}:{text[: found.start('text')].count(chr(10))}"
    return CodeBlock(place, language, found["kind"] or "", found["said"] or "", found["text"])


EVERY = [block for page in PAGES for block in blocks(page)]


def each(chosen: Iterable[CodeBlock]) -> pytest.MarkDecorator:
    """Return the mark that gives a test each of these blocks."""
    return pytest.mark.parametrize("block", list(chosen), ids=lambda block: block.place)


@each(EVERY)
def test_each_block_says_what_it_is(block):
    assert block.language in LANGUAGES, "give the block a language: sh, text, toml, python, yaml"
    if block.language in ("python", "bash"):
        assert block.kind == "not run", "make it a doctest, or say why it is not run"
    if block.kind == "not run":
        assert len(block.said) > 10, "say why it is not run"


def test_few_blocks_are_not_run():
    assert sum(block.kind == "not run" for block in EVERY) <= MOST_NOT_RUN


@each(one for one in EVERY if one.language == "toml")
def test_toml_is_read(block):
    assert tomllib.loads(block.text)


@each(one for one in EVERY if one.kind == "file" and one.said.endswith(".txt"))
def test_plans_are_read(block):
    assert parse_schedule(block.text).sessions


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_are_understood(page):
    """Those in the text too, and those that are not run: command and options exist."""
    found = [words for block in blocks(page) if block.language == "sh" for words in block.commands()]
    found += [[NAME, *shlex.split(words)] for words in INLINE.findall(page.read_text(encoding="utf-8"))]
    for words in found:
        if words[0] == NAME:
            _check_options(_without_redirection(words)[0][1:])


def _check_options(words: list[str]) -> None:
    command = words[0]
    if command.startswith("-"):
        return
    assert command in COMMANDS, f"no command {command}"
    known = typer.main.get_command(_app([command])).commands[command]
    options = {option for one in known.params for option in (*one.opts, *one.secondary_opts)} | {"--help"}
    assert {word.partition("=")[0] for word in words if word.startswith("-")} <= options, words


@pytest.mark.parametrize(
    "page", [page for page in PAGES if any(one.is_run for one in blocks(page))], ids=lambda page: page.name
)
def test_commands_run(page, tmp_path, monkeypatch):
    """All of a page, one after another in one folder, with the files that the page shows."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "140")  # as wide as the widest table that a page shows
    _lay_out(blocks(page))
    shown = ""
    for block in blocks(page):
        if block.is_run:
            shown = "".join([_carry_out(words, block.place) for words in block.commands()])
        elif block.kind == "output":
            missing = set(block.text.splitlines()) - {"..."} - set(map(str.rstrip, shown.splitlines()))
            assert not missing, f"{block.place}: not shown any more"


def _lay_out(shown: list[CodeBlock]) -> None:
    """Lay out what a reader of the page has: the shipped examples, and a plan, a person, rides."""
    shutil.copytree(params_folder() / "examples", "params/examples")
    for name, example in OWN_FILES.items():
        shutil.copy(f"params/examples/{example}", name)
    Path("rides").mkdir()
    for name in RECORDINGS:
        shutil.copy(ROOT / "tests" / "data" / name, "rides")
    for block in shown:
        if block.kind == "file":
            Path(block.said).write_text(block.text, encoding="utf-8")


def _carry_out(words: list[str], place: str) -> str:
    """Run a command and return what it shows."""
    words, into = _without_redirection(words)
    if words[0] == "echo":
        Path(into).write_text(" ".join(words[1:]) + "\n", encoding="utf-8")
        return ""
    assert words[0] == NAME, f"{place}: only {NAME} and echo can be run here; mark the block as not run"
    if words[1] in UNTIL_STOPPED:
        return ""
    shown = StringIO()
    with redirect_stdout(shown), pytest.raises(SystemExit) as leaving:
        main(list(_cut_down(words[1:])))
    assert leaving.value.code == 0, f"{place}: {shlex.join(words)}"
    if into:
        Path(into).write_text(shown.getvalue(), encoding="utf-8")
    return shown.getvalue()


def _without_redirection(words: list[str]) -> tuple[list[str], str]:
    if ">" not in words:
        return words, ""
    at = words.index(">")
    return words[:at], words[at + 1]


def _cut_down(words: list[str]) -> Iterator[str]:
    """Yield the words of a command with no number above the largest that a test has time for."""
    before = ""
    for word in words:
        yield str(min(int(word), AT_MOST[before])) if before in AT_MOST else word
        before = word
    yield from BESIDES.get(words[0], [])
    yield from ["--no-plot"] * (words[0] in WITHOUT_FIGURE)
