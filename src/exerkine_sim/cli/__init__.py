"""The command line: reads files, calls the public interface and shows what comes back; it holds no formula.

Exit codes: 0, 1 when the input is refused, 2 when some members failed, 130 when interrupted.
"""

from __future__ import annotations

import gc
import io
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from keyword import iskeyword
from typing import Annotated, NoReturn

import typer

from ..errors import ExerkineError
from .terminal import complain

NAME = "exerkine-sim"
DEBUG = "--debug"
REFUSED, INTERRUPTED = 1, 130

COLLECT_AFTER = 100_000  # objects; a command makes little that does not live as long as itself

# A module each, with a function of that name; one that Python keeps for itself ends in "_".
COMMANDS = (
    *("run", "rerun", "figure", "compare", "import", "blocks", "measure", "sweep", "sensitivity"),
    *("sample", "cohort", "responders"),
    *("validate", "vpc", "claims", "calibrate", "fit", "model", "explain", "export", "petab", "teach"),
)


def _show_version(wanted: bool) -> None:
    if wanted:
        from .. import __version__

        typer.echo(f"{NAME} {__version__}")
        raise typer.Exit


def _every_command(
    context: typer.Context,
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and stop."),
    ] = False,
    _debug: Annotated[
        bool, typer.Option(DEBUG, help="Show the traceback of an error; may stand anywhere.")
    ] = False,
) -> None:
    """A training plan and a person in, the time course of every exerkine out.

    \b
    Example:
      exerkine-sim run plan.txt --subject me.toml --out result
    """
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run one command and leave with its exit code.

    Parameters
    ----------
    arguments : sequence of str, optional
        Those of the process when left out.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(
                errors="replace"
            )  # a terminal that lacks a letter shows "?" instead of failing
    if arguments is None:
        gc.set_threshold(COLLECT_AFTER)
    words = list(sys.argv[1:] if arguments is None else arguments)
    # Taken out here, because an error may come before the command line is understood.
    sys.exit(_exit_code([word for word in words if word != DEBUG], debug=DEBUG in words))


def _exit_code(words: list[str], *, debug: bool) -> int:
    try:
        code = typer.main.get_command(_app(words)).main(words, prog_name=NAME, standalone_mode=False) or 0
    except (KeyboardInterrupt, typer.Abort):
        code = INTERRUPTED
    except Exception as problem:
        if debug:
            traceback.print_exception(problem)
        complain(_message(problem))
        code = REFUSED
    if code == INTERRUPTED:
        complain("interrupted")
    return code


def _app(words: list[str]) -> typer.Typer:
    """Return the command line with the one command that is asked for, or with all where none is."""
    app = typer.Typer(
        name=NAME,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["--help", "-h"]},
    )
    app.callback(invoke_without_command=True)(_every_command)
    for name in set(words[:1]).intersection(COMMANDS) or COMMANDS:
        own = f"{name}_" if iskeyword(name) else name
        app.command(name)(getattr(import_module(f".{own}", __package__), own))
    return app


def _message(problem: Exception) -> str:
    """Return what to tell the user, by who is to blame: the input, the system, this program."""
    if isinstance(problem, ExerkineError):
        return str(problem)
    if isinstance(problem, OSError):
        place = f"{problem.filename}: " if problem.filename else ""
        return f"{place}{problem.strerror or problem}\n  fix: check path, permissions and space"
    if isinstance(problem, MemoryError):
        return f"not enough memory\n  fix: take fewer people or a shorter plan, or see {NAME} measure"
    usage = getattr(problem, "format_message", None)  # what typer raises for words it does not understand
    if usage is not None:
        return f"{usage()}\n  fix: see {NAME} --help, or --help after a command"
    text = f"{type(problem).__name__}: {problem}"
    return f"unexpected {text}\n  fix: run it again with {DEBUG} and report the traceback"
