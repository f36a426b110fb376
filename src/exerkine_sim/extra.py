"""Libraries that only some uses need, and how to get them."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from .errors import InputError


def needs(library: str, extra: str) -> Any:
    """Return a library that comes with an extra.

    Parameters
    ----------
    library : str
        As it is imported.
    extra : str
        Of this package.

    Raises
    ------
    InputError
        When it is not installed, with the command that installs it.

    Examples
    --------
    >>> needs("json", "analysis").loads("1")
    1
    """
    try:
        return import_module(library)
    except ImportError:
        raise InputError(
            f"{library.partition('.')[0]} is not installed",
            fix=f"pip install 'exerkine-sim[{extra}]'",
        ) from None
