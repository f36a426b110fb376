"""Which modes and lifts exist, and how people call them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ..errors import ScheduleError, nearest
from ..files import read_toml
from ..parameters import params_folder


@dataclass(frozen=True)
class Modes:
    """The modes a plan may name: endurance modes, given by duration, and lifts, given by repetitions.

    Parameters
    ----------
    endurance, lifts : frozenset of str
        Keys with underscores, as in files.

    Examples
    --------
    >>> modes = Modes(frozenset({"run", "row_erg"}), frozenset({"row", "bench_press"}))
    >>> modes.key("row", lifting=True), modes.key("row", lifting=False)
    ('row', 'row_erg')
    """

    endurance: frozenset[str]
    lifts: frozenset[str]

    def check(self, phrase: str) -> str:
        """Return a phrase in plain words, or refuse one that names no mode and no lift."""
        words = " ".join(phrase.lower().replace("_", " ").replace("-", " ").split())
        known = self._phrases(lifting=True) | self._phrases(lifting=False)
        if words not in known:
            raise ScheduleError(
                f"unknown mode or lift '{phrase[:60]}'", expected="a mode or lift", fix=nearest(words, known)
            )
        return words

    def key(self, phrase: str, *, lifting: bool) -> str:
        """Return the key for a phrase as people write it.

        Raises
        ------
        ScheduleError
            For an unknown phrase, and for a lift given by duration or a mode given by repetitions.
        """
        words, wanted = self.check(phrase), self._phrases(lifting=lifting)
        if words not in wanted:
            raise _wrong_kind(words, lifting=lifting)
        return wanted[words]

    def _phrases(self, *, lifting: bool) -> dict[str, str]:
        if lifting:
            return {spoken(key): key for key in self.lifts}
        # The "erg" of a machine goes without saying: minutes or repetitions tell one row from the other.
        short = {spoken(key).removesuffix(" erg"): key for key in self.endurance}
        return short | {spoken(key): key for key in self.endurance}


def spoken(key: str) -> str:
    """Return a key as people write it: `bench_press` is "bench press"."""
    return key.replace("_", " ")


def _wrong_kind(words: str, *, lifting: bool) -> ScheduleError:
    if lifting:
        return ScheduleError(
            f"'{words}' is no lift", expected="a duration", fix=f"write for example '{words} 10m 60% VO2max'"
        )
    return ScheduleError(
        f"'{words}' is a lift", expected="sets x repetitions", fix=f"write for example '{words} 5x5 80% 1RM rest 3m'"
    )


@cache
def known_modes() -> Modes:
    """Return the modes and lifts that `params/modes.toml` and `params/lifts.toml` describe."""
    folder = params_folder()
    return Modes(endurance=_table_names(folder / "modes.toml"), lifts=_table_names(folder / "lifts.toml"))


def _table_names(path: Path) -> frozenset[str]:
    content = read_toml(path, error=ScheduleError)
    return frozenset(key for key, table in content.items() if isinstance(table, dict) and key != "about")
