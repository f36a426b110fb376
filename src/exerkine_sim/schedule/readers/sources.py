"""Which files there are to read: those named, all in folders, and the members of zip archives.

Everything comes from outside. Links and hidden files of a folder are left alone, archives are bounded before
anything is unpacked, and a member is unpacked under a name of ours: what an archive calls it is only shown.
"""

from __future__ import annotations

import os
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from ...errors import ScheduleError
from .content import DAMAGE, MAX_FILE_BYTES, PACKED
from .kinds import PLAN, SUFFIXES, Opened, kind_of, unknown_kind

ARCHIVE = ".zip"
MAX_FILES = 20_000
MAX_ARCHIVE_BYTES = 8_000_000_000
# Training files pack to a tenth, long XML to a thirtieth; a bomb packs to a thousandth.
MAX_RATIO = 200
MAX_DIRECTORY_BYTES = 16_000_000
_END_OF_ARCHIVE, _LONGEST_COMMENT = b"PK\x05\x06", 2**16
_LONG_END, _LONG_ENDS = b"PK\x06\x06", 56 + 20  # of an archive of 64 bits: its end, and where that lies
_LONGEST_END = _LONG_ENDS + 22 + _LONGEST_COMMENT


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read.

    Parameters
    ----------
    label : Path
        What the user calls it.
    opened : callable
        Opens its content.
    place : Path, optional
        Where it lies on disk; None within an archive.
    """

    label: Path
    opened: Opened
    place: Path | None = None

    @contextmanager
    def on_disk(self) -> Iterator[Path]:
        """Offer its content as a file."""
        if self.place is not None:
            _check_size(self.label, self.place.stat().st_size)
            yield self.place
            return
        packed = self.label.suffix.lower() == PACKED
        suffix = "".join(self.label.suffixes[-2:] if packed else self.label.suffixes[-1:])
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder) / f"workout{suffix}"
            place.write_bytes(_unpacked(self))
            yield place


@dataclass(frozen=True)
class Found:
    """What there is: files to read, files of no known kind, and what could not be opened."""

    sources: list[Source] = field(default_factory=list)
    unknown: list[Path] = field(default_factory=list)
    refused: list[ScheduleError] = field(default_factory=list)

    def add(self, label: Path, opened: Opened, *, place: Path | None, named: bool) -> None:
        """Add a file; one that somebody named must be of a known kind."""
        with self.spared():
            kind = kind_of(label, opened)
            if named and kind is None:
                raise unknown_kind(label)
            if named and kind is PLAN:
                raise ScheduleError(
                    "a plan with a time line of its own",
                    expected="it alone, or training files",
                    fix="give it to the command alone",
                    file=label,
                )
            if kind is None or kind is PLAN:
                self.unknown.append(label)
            else:
                self.sources.append(Source(label, opened, place))

    @contextmanager
    def spared(self) -> Iterator[None]:
        """Put aside what is refused within, so that the others are read."""
        try:
            yield
        except ScheduleError as error:
            self.refused.append(error)


def find(paths: Sequence[Path], stack: ExitStack) -> Found:
    """Return the files that are named, lie in folders or in archives; folders in order of name.

    Parameters
    ----------
    paths : sequence of Path
    stack : ExitStack
        Closes the archives.

    Raises
    ------
    ScheduleError
        For more files than anyone records in a life.
    """
    found, archives = Found(), _Archives(stack)
    for path in paths:
        named = not path.is_dir()
        for file in [path] if named else _files_below(path):
            if file.suffix.lower() == ARCHIVE:
                with found.spared():
                    for label, opened in _members(file, archives):
                        found.add(label, opened, place=None, named=False)
            else:
                with found.spared():
                    if named:
                        check_file(file)
                    found.add(file, partial(open, file, "rb"), place=file, named=named)
            if len(found.sources) + len(found.unknown) > MAX_FILES:
                raise ScheduleError(
                    f"more than {MAX_FILES} files", fix="import one folder at a time", file=path
                )
    return found


def check_file(file: Path) -> None:
    """Refuse a file that is of no known kind, or not there.

    Raises
    ------
    ScheduleError
    """
    if file.suffix.lower() not in (*SUFFIXES, PACKED, ARCHIVE):
        raise unknown_kind(file)
    if not file.is_file():
        raise ScheduleError("no such file", expected="a readable file", fix="check the path", file=file)


def _check_size(label: Path, size: int) -> None:
    if size > MAX_FILE_BYTES:
        raise ScheduleError(f"{size} bytes", expected=f"at most {MAX_FILE_BYTES} bytes", file=label)


def _files_below(folder: Path) -> Iterator[Path]:
    """Yield the files of a folder and of those within; hidden ones and links are passed over."""
    for place, folders, files in os.walk(folder, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        visible = (Path(place, name) for name in sorted(files) if not name.startswith("."))
        yield from (file for file in visible if file.is_file() and not file.is_symlink())


def _members(file: Path, archives: _Archives) -> Iterable[tuple[Path, Opened]]:
    """Return label and opener of each file in an archive, once the archive as a whole is within bounds."""
    archive = archives.opened(file)
    files = [one for one in archive.infolist() if not one.filename.endswith("/")]
    members = [one for one in files if not _is_hidden(one.filename)]
    total = sum(one.file_size for one in members)
    if len(members) > MAX_FILES or total > MAX_ARCHIVE_BYTES:
        raise ScheduleError(
            f"an archive of {len(members)} files and {total} bytes",
            expected=f"at most {MAX_FILES} files and {MAX_ARCHIVE_BYTES} bytes",
            fix="unpack it and import one folder at a time",
            file=file,
        )
    return [(file / _shown(one.filename), _opener(archives, one, file)) for one in members]


class _Archives:
    """The archive that was last asked for: one is open at a time, of however many there are."""

    def __init__(self, stack: ExitStack) -> None:
        self._last = stack.enter_context(ExitStack())
        self._open: tuple[Path, zipfile.ZipFile] | None = None

    def opened(self, file: Path) -> zipfile.ZipFile:
        """Return an archive, opened, once its table of contents is within bounds."""
        if self._open is None or self._open[0] != file:
            self._last.close()
            self._open = None
            check_archive(file)
            try:
                self._open = file, self._last.enter_context(zipfile.ZipFile(file))
            except DAMAGE as problem:
                raise ScheduleError(
                    f"no readable archive ({problem})"[:200], fix="make it anew", file=file
                ) from None
        return self._open[1]


def check_archive(file: Path) -> None:
    """Refuse an archive whose table of contents alone would fill the memory.

    Raises
    ------
    ScheduleError
    """
    try:
        with file.open("rb") as content:
            content.seek(-min(_LONGEST_END, file.stat().st_size), os.SEEK_END)
            end = content.read()
    except OSError as problem:
        raise ScheduleError(f"cannot be read ({problem.strerror})", file=file) from None
    at = end.rfind(_END_OF_ARCHIVE)
    size = int.from_bytes(end[at + 12 : at + 16] if at >= 0 else b"", "little")
    long = end[at - _LONG_ENDS : at] if at >= _LONG_ENDS else b""
    if long.startswith(_LONG_END):  # what counts where it is there
        size = max(size, int.from_bytes(long[40:48], "little"))
    if size > MAX_DIRECTORY_BYTES:
        raise ScheduleError(
            f"an archive whose table of contents has {size} bytes",
            expected=f"at most {MAX_DIRECTORY_BYTES}",
            fix="unpack it and import the folder",
            file=file,
        )


def _opener(archives: _Archives, member: zipfile.ZipInfo, file: Path) -> Opened:
    """Return what opens a member, and refuses one that would swell beyond reason."""

    def opened():
        label = file / _shown(member.filename)
        _check_size(label, member.file_size)
        if member.file_size > MAX_RATIO * max(member.compress_size, 1):
            raise ScheduleError(
                f"{member.compress_size} bytes that unpack to {member.file_size}",
                expected=f"at most {MAX_RATIO} times as many",
                fix="unpack it by hand if you trust it",
                file=label,
            )
        try:
            return archives.opened(file).open(member)
        except DAMAGE as problem:
            raise _damaged(label, problem) from None

    return opened


def _unpacked(source: Source) -> bytes:
    with source.opened() as content:
        try:
            return content.read(MAX_FILE_BYTES)
        except DAMAGE as problem:
            raise _damaged(source.label, problem) from None


def _damaged(label: Path, problem: Exception) -> ScheduleError:
    return ScheduleError(f"cannot be unpacked ({problem})"[:200], fix="make the archive anew", file=label)


def _is_hidden(name: str) -> bool:
    return any(part.startswith((".", "__MACOSX")) for part in _parts(name))


def _shown(name: str) -> str:
    """Return the name of a member as it is shown: never a path that leads out, nor letters that act."""
    return "".join(letter if letter.isprintable() else "?" for letter in "/".join(_parts(name)) or "?")[:300]


def _parts(name: str) -> list[str]:
    return [part for part in name.replace("\\", "/").split("/") if part not in ("", ".", "..")]
