"""The notebooks as they lie in the repository: stripped, complete, in one form, and findable.

That they run is for `make notebooks`.
"""

import ast
import json
import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
INDEX = (FOLDER / "README.md").read_text(encoding="utf-8")
OUTSIDE = re.compile(r"(?<![\w.])(/(home|tmp|usr|root|work|Users)/|[A-Z]:\\\\)")

each = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def cells_of(path: Path, kind: str) -> list[str]:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == kind]


def test_there_is_one_for_each_audience_and_every_claim_is_in_one():
    from exerkine_sim.evidence.claims import shipped_claims

    code = "\n".join(text for path in NOTEBOOKS for text in cells_of(path, "code"))
    assert {path.stem.partition("-")[2] for path in NOTEBOOKS} >= {
        "quick-start",
        "coach",
        "lecturer",
        "modeller",
    }
    assert [claim.id for claim in shipped_claims() if f'ruling("{claim.id}")' not in code] == []


@each
def test_it_is_stripped_and_in_the_one_form(path):
    text = path.read_text(encoding="utf-8")
    content = json.loads(text)
    assert (content["nbformat"], content["nbformat_minor"]) == (4, 5)
    assert content["metadata"]["kernelspec"]["name"] == "python3"
    assert text == json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    code = [cell for cell in content["cells"] if cell["cell_type"] == "code"]
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)


@each
def test_every_cell_has_an_id_of_its_own_and_no_metadata(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    ids = [cell["id"] for cell in cells]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-zA-Z0-9-_]{1,64}", one) for one in ids)
    assert [cell["metadata"] for cell in cells if cell["metadata"]] == []


@each
def test_it_begins_with_its_title_and_ends_with_something_to_try(path):
    prose = cells_of(path, "markdown")
    assert prose[0].startswith("# ")
    assert "## Try this\n" in prose[-1]
    assert sum(text.startswith("# ") for text in prose) == 1


@each
def test_it_draws_a_figure_and_names_its_grades(path):
    assert "xk.plot." in "\n".join(cells_of(path, "code"))
    assert re.search(r"grade|evidence|assumed", "\n".join(cells_of(path, "markdown")), re.IGNORECASE)


@each
def test_it_names_no_place_of_one_machine_and_asks_nothing_of_the_network(path):
    text = "\n".join((*cells_of(path, "code"), *cells_of(path, "markdown")))
    assert not OUTSIDE.search(text)
    code = "\n".join(cells_of(path, "code"))
    assert not re.search(r"urllib|requests|https?://|^!|^%pip|\bsubprocess\b", code, re.MULTILINE)


@each
def test_it_uses_public_names_only(path):
    """A cell of a notebook is read by people who will copy it."""
    code = "\n".join(re.sub(r"^%.*$", "", text, flags=re.MULTILINE) for text in cells_of(path, "code"))
    tree = ast.parse(code)
    names = [node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    modules = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    imported = [one.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for one in node.names]
    assert [one for one in (*names, *imported) if one.startswith("_")] == []
    assert [one for one in modules if any(part.startswith("_") for part in one.split("."))] == []


@each
def test_links_lead_to_files_that_are_there(path):
    links = re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", "\n".join(cells_of(path, "markdown")))
    local = [link for link in links if "://" not in link]
    assert [link for link in local if not (FOLDER / link).is_file()] == []


@each
def test_the_index_says_for_whom_it_is(path):
    assert f"]({path.name})" in INDEX


def test_every_data_file_is_named_with_its_licence():
    files = [path.name for path in sorted((FOLDER / "data").iterdir()) if path.is_file()]
    rows = {
        name: next((line for line in INDEX.splitlines() if f"`data/{name}`" in line), "") for name in files
    }
    assert files
    assert [name for name, row in rows.items() if "MIT" not in row] == []
