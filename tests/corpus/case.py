"""Bad input as data: `<entry>.toml`, or `<entry>-<part>.toml`, holds what may be given to one entry point.

A file begins with what its cases change, in one of two forms:

    base = "..."                a whole and right text
    sample = "ride.fit"         a file of tests/data, params or its examples

Every ``[[case]]``, or line of ``cases``, says what it `is` and how it comes out, one of

    says = "..."                refused, with these words (or with all of a list of words)
    gives = "..."               read, and this is what it comes to

and what is changed, in this order:

    text = "..."                in place of the base
    replace = ["old", "new"]    in the text; "old" has to be there, and every one of them is replaced
    times = [["ab", 3], "c"]    appended: ababab, then c
    encode = "utf-16"           UTF-8 when left out
    hex = "ff d8"               bytes in place of the text
    put = [[4, "00ff"]]         bytes written over, at an offset; from the end where that is negative
    cut = 100                   only the first so many bytes; without the last ones where that is negative
    pack = "gz"                 gzipped
    pack = "zip"                an archive of members = [["name", "text"], ["name", 10]], ten zeros in one;
                                locked = true sets the flag of a password
    name = "a.txt"              what the file is called, where that matters
    kind = "fifo"               no file, but: absent, folder, fifo, device, loop (a link to itself)
    with = [["b.txt", "..."]]   files beside it

All else that a case names is for its entry point; see `entries.py`.
"""

from __future__ import annotations

import gzip
import io
import os
import tomllib
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
SAMPLES = (FOLDER.parent / "data", FOLDER.parents[1] / "params", FOLDER.parents[1] / "params" / "examples")


@dataclass(frozen=True)
class Case:
    """One input: whose it is, what it is and all that its file says of it."""

    entry: str
    about: Mapping[str, Any]

    def __str__(self) -> str:
        return f"{self.entry}: {self.about['is']}"

    @property
    def says(self) -> list[str]:
        """Words of the refusal; none where the input is to be read."""
        said = self.about.get("says", [])
        return [said] if isinstance(said, str) else said

    def text(self) -> str:
        """Return the text, for those who are not given a file."""
        text = self.about.get("text", self.about.get("base"))
        if text is None:
            text = "" if "sample" not in self.about else self._sample().decode()
        if "replace" in self.about:
            old, new = self.about["replace"]
            assert old in text, f"{self}: '{old}' is not there to be replaced"
            text = text.replace(old, new)
        pieces = (
            piece if isinstance(piece, str) else piece[0] * piece[1] for piece in self.about.get("times", ())
        )
        return text + "".join(pieces)

    def content(self) -> bytes:
        """Return the bytes of the file."""
        pack = self.about.get("pack")
        content = self._archive() if pack == "zip" else self._plain()
        for at, written in self.about.get("put", ()):
            at, piece = at % len(content), bytes.fromhex(written)
            content = content[:at] + piece + content[at + len(piece) :]
        content = content[: self.about.get("cut")]
        return gzip.compress(content) if pack == "gz" else content

    def placed(self, folder: Path, usual: str) -> Path:
        """Put the file into a folder and return where; `usual` is what it is called without a name."""
        place = folder / self.about.get("name", usual)
        for name, text in self.about.get("with", ()):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
        match self.about.get("kind", "file"):
            case "file":
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(self.content())
            case "folder":
                place.mkdir()
            case "fifo":
                os.mkfifo(place)
            case "loop":
                place.symlink_to(place)
            case "device":
                place.symlink_to("/dev/zero")
            case other:
                assert other == "absent", f"{self}: no kind '{other}'"
        return place

    def _plain(self) -> bytes:
        if "hex" in self.about:
            return bytes.fromhex(self.about["hex"])
        if not {"text", "base", "times", "replace"} & self.about.keys():
            return self._sample()
        return self.text().encode(self.about.get("encode", "utf-8"), "surrogatepass")

    def _sample(self) -> bytes:
        name = self.about["sample"]
        return next(folder / name for folder in SAMPLES if (folder / name).is_file()).read_bytes()

    def _archive(self) -> bytes:
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w") as archive, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a name that stands twice
            for name, held in self.about["members"]:
                one = zipfile.ZipInfo(name)
                one.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(one, held if isinstance(held, str) else bytes(held))
        packed = content.getvalue()
        return (
            packed.replace(b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01")
            if self.about.get("locked")
            else packed
        )


def cases() -> Iterator[Case]:
    """Yield every case of every file, in order of entry."""
    for file in sorted(FOLDER.glob("*.toml")):
        content = tomllib.loads(file.read_text(encoding="utf-8"))
        shared = {name: one for name, one in content.items() if name not in ("case", "cases")}
        for about in [*content.get("cases", ()), *content.get("case", ())]:
            yield Case(file.stem.partition("-")[0], shared | about)
