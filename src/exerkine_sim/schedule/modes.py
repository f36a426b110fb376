"""Which modes and lifts exist, and how people call them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from ..errors import ScheduleError, nearest
from ..shipped import params_folder, shipped_tables


@dataclass(frozen=True)
class Modes:
    """The modes a plan may name: endurance modes, given by duration, and lifts, given by repetitions.

    Parameters
    ----------
    endurance, lifts : mapping of str to collection of str
        Key with underscores, as in files, to the other names that people use. An endurance mode and a
        lift may share a name: minutes or repetitions tell them apart.

    Examples
    --------
    >>> modes = Modes({"run": ["jog"], "row_erg": ["row"]}, {"row": []})
    >>> modes.key("row", lifting=True), modes.key("row", lifting=False)
    ('row', 'row_erg')
    """

    endurance: Mapping[str, Collection[str]]
    lifts: Mapping[str, Collection[str]]

    def check(self, phrase: str) -> str:
        """Return a phrase in plain words, or refuse one that names no mode and no lift."""
        words = in_words(phrase)
        known = {*self.lift_names, *self.endurance_names}
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
        words, wanted = self.check(phrase), self.lift_names if lifting else self.endurance_names
        if words not in wanted:
            raise _wrong_kind(words, lifting=lifting)
        return wanted[words]

    @cached_property
    def endurance_names(self) -> Mapping[str, str]:
        """Key of each endurance mode by every name that it has, in plain words."""
        return _names(self.endurance)

    @cached_property
    def lift_names(self) -> Mapping[str, str]:
        """Key of each lift by every name that it has, in plain words."""
        return _names(self.lifts)


def in_words(phrase: str) -> str:
    """Return a name in plain words, as it is looked up.

    Examples
    --------
    >>> in_words("Trail_Running")
    'trail running'
    """
    return " ".join(phrase.lower().replace("_", " ").replace("-", " ").split())


def spoken(key: str) -> str:
    """Return a key as people write it: `bench_press` is "bench press"."""
    return key.replace("_", " ")


def _names(modes: Mapping[str, Collection[str]]) -> dict[str, str]:
    """Return every name with its key; where two claim a name, a mode's own name wins."""
    names = {alias: key for key, aliases in modes.items() for alias in aliases}
    return names | {spoken(key): key for key in modes}


def _wrong_kind(words: str, *, lifting: bool) -> ScheduleError:
    if lifting:
        return ScheduleError(
            f"'{words}' is no lift", expected="a duration", fix=f"write for example '{words} 10m 60% VO2max'"
        )
    return ScheduleError(
        f"'{words}' is a lift",
        expected="sets x repetitions",
        fix=f"write for example '{words} 5x5 80% 1RM rest 3m'",
    )


@cache
def known_modes() -> Modes:
    """Return the modes and lifts that `params/modes.toml` and `params/lifts.toml` describe."""
    folder, content = params_folder(), shipped_tables()
    return Modes(
        endurance=_aliases(content[folder / "modes.toml"]), lifts=_aliases(content[folder / "lifts.toml"])
    )


def _aliases(content: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return each mode's aliases, from the [about] table within its own."""
    tables = {key: table for key, table in content.items() if isinstance(table, dict) and key != "about"}
    return {key: tuple(table.get("about", {}).get("aliases", ())) for key, table in tables.items()}
