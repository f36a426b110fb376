"""Which lift or mode an exercise of a log is; the user's own names are kept in one small file."""

from __future__ import annotations

import difflib
import json
import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import platformdirs

from ...errors import ScheduleError
from ...files import own_folder, read_toml, whole
from ...shipped import params_folder
from ..limits import titled
from .dated import Wishes
from .field import located

SKIP = "skip"
MAX_OWN_NAMES = 10_000
_SHOWN = 20
# Words about the tool, which a name may carry or not without another lift being meant. A dumbbell is not one
# of them: it changes what the logged weight is.
_TOOLS = frozenset({"barbell", "machine", "cable", "plate", "loaded", "smith", "lever", "ez", "bar"})
Words = tuple[str, ...]


class Exercise(NamedTuple):
    """What an exercise is: a lift or an endurance mode by its key, or nothing that can be simulated.

    `sides` is 2 where the logged weight is one of two.
    """

    key: str | None
    lifting: bool = True
    sides: int = 1


NOTHING = Exercise(None)


def identified(names: Iterable[str], wishes: Wishes) -> dict[str, Exercise]:
    """Return what each exercise is.

    Parameters
    ----------
    names : iterable of str
        As the log writes them.
    wishes : Wishes
        Its `lifts` come first; the lift ``"skip"`` leaves an exercise out.

    Raises
    ------
    ScheduleError
        One for all exercises that are not known, each with the known names nearest to it.

    Examples
    --------
    >>> identified(["Bench Press (Dumbbell)", "Pull-Ups"], Wishes())["Bench Press (Dumbbell)"]
    Exercise(key='bench_press', lifting=True, sides=2)
    """
    own = own_exercises(wishes)
    lifts = {words_of(name): Exercise(key) for name, key in wishes.modes.lift_names.items()}
    known = {**lifts, **_shipped()}
    bare = {_without_tools(words): exercise for words, exercise in known.items()} | known
    found: dict[str, Exercise] = {}
    unknown: list[str] = []
    for name in dict.fromkeys(names):
        words = words_of(name)
        exercise = own.get(words) or bare.get(words) or bare.get(_without_tools(words))
        if exercise is None:
            unknown.append(name)
        else:
            found[name] = exercise
    if unknown:
        raise _unknown(unknown, known)
    return found


def own_exercises(wishes: Wishes) -> dict[Words, Exercise]:
    """Return what the user says that exercises are, by the words of their names.

    Examples
    --------
    >>> own_exercises(Wishes(lifts={"Pin Squats": "squat"}))[words_of("pin_squat")]
    Exercise(key='squat', lifting=True, sides=1)
    """
    return {
        words_of(name): NOTHING if lift == SKIP else Exercise(wishes.modes.key(lift, lifting=True))
        for name, lift in wishes.lifts.items()
    }


def lift_names_file() -> Path | None:
    """Return where the user's own names of exercises are kept; None where nobody's home is known."""
    folder = own_folder(platformdirs.user_config_dir)
    return None if folder is None else folder / "lift-names.toml"


def load_lift_names(path: Path | None = None) -> dict[str, str]:
    """Return the user's own names: lift, or "skip", by the name an exercise has in a log.

    Without a file there are none.

    Parameters
    ----------
    path : Path, optional
        That of :func:`lift_names_file` by default.

    Raises
    ------
    ScheduleError
        For a file that holds anything else.
    """
    path = lift_names_file() if path is None else path
    if path is None or not os.path.isfile(path):  # neither is it where one may not look
        return {}
    with located(file=path):
        return _checked(read_toml(path, error=ScheduleError))


def save_lift_names(names: Mapping[str, str], path: Path | None = None) -> Path:
    """Add names to the user's own and return the file, which is written whole or not at all.

    Parameters
    ----------
    names : mapping of str to str
        Lift, or "skip", by the name an exercise has in a log.
    path : Path, optional
        That of :func:`lift_names_file` by default.

    Raises
    ------
    ScheduleError
        For a name or lift that cannot be kept.

    Examples
    --------
    >>> import tempfile
    >>> place = Path(tempfile.mkdtemp()) / "lift-names.toml"
    >>> load_lift_names(save_lift_names({"Jefferson Squat": "squat"}, place))
    {'Jefferson Squat': 'squat'}
    """
    path = lift_names_file() if path is None else path
    if path is None:
        raise ScheduleError(
            "no home folder to keep names in", fix="set HOME, or XDG_CONFIG_HOME, to a folder"
        )
    together = _checked(load_lift_names(path) | dict(names))
    lines = (f"{_quoted(name)} = {_quoted(lift)}\n" for name, lift in sorted(together.items()))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole(path) as partial:
            partial.write_text("".join(lines), encoding="utf-8")
    except OSError as problem:
        raise ScheduleError(
            f"cannot be written ({problem.strerror})", fix="check the folder", file=path
        ) from None
    return path


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _checked(names: Mapping[str, Any]) -> dict[str, str]:
    if len(names) > MAX_OWN_NAMES:
        raise ScheduleError(f"{len(names)} names", expected=f"at most {MAX_OWN_NAMES}")
    for name, lift in names.items():
        titled(name, "name of an exercise")
        if not isinstance(lift, str):
            raise ScheduleError(f"{str(lift)[:40]!r}", expected="a lift, or 'skip'", field=name)
        titled(lift, name)
    return dict(names)


@cache
def _shipped() -> Mapping[Words, Exercise]:
    content = read_toml(params_folder() / "exercise_names.toml", error=ScheduleError)
    tables: dict[str, Mapping[str, Collection[str]]] = {
        one: content[one] for one in ("lifts", "pairs", "modes")
    }
    names = dict.fromkeys(map(words_of, content["none"]["names"]), NOTHING)
    names |= dict(_of_table(tables["modes"], lifting=False))
    names |= dict(_of_table(tables["pairs"], sides=2))
    return MappingProxyType(names | dict(_of_table(tables["lifts"])))


def _of_table(
    table: Mapping[str, Collection[str]], *, lifting: bool = True, sides: int = 1
) -> Iterator[tuple[Words, Exercise]]:
    for key, names in table.items():
        for name in names:
            yield words_of(name), Exercise(key, lifting, sides)


def words_of(name: str) -> Words:
    """Return the words of a name in one form: lower case, singular, in order of the alphabet."""
    plain = "".join(letter if letter.isalnum() else " " for letter in name.lower())
    return tuple(sorted(word if word.endswith("ss") else word.removesuffix("s") for word in plain.split()))


def _without_tools(words: Words) -> Words:
    return tuple(word for word in words if word not in _TOOLS) or words


def _unknown(unknown: list[str], known: Mapping[Words, Exercise]) -> ScheduleError:
    phrases = {" ".join(words): exercise for words, exercise in known.items()}
    lines = [f"\n    '{name[:60]}'{_near(name, phrases)}" for name in unknown[:_SHOWN]]
    more = f"\n    and {len(unknown) - _SHOWN} more" if len(unknown) > _SHOWN else ""
    return ScheduleError(
        f"{len(unknown)} unknown exercise(s):{''.join(lines)}{more}",
        expected="names of exercises that params/exercise_names.toml or your lift-names.toml knows",
        fix=f'say once what each is: --map "{unknown[0][:60]}=squat", or =skip to leave it out',
    )


def _near(name: str, known: Mapping[str, Exercise]) -> str:
    """Name the lifts whose names are nearest to the whole of a name, or else to one of its words."""
    words = [word[:_SHOWN] for word in words_of(name)[:12]]
    close = [
        phrase
        for text in (" ".join(words), *words)
        for phrase in difflib.get_close_matches(text, known, n=2, cutoff=0.7)
    ]
    lifts = dict.fromkeys(known[phrase].key for phrase in close)
    named = [lift for lift in lifts if lift is not None][:3]
    return f" (nearest: {', '.join(named)})" if named else ""
