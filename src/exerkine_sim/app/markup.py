"""HTML that text cannot break out of: every string is escaped on the way in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

import panel as pn

NEW_TAB = {"target": "_blank", "rel": "noopener noreferrer"}


@dataclass(frozen=True, slots=True)
class Markup:
    """Text that is HTML already."""

    html: str


Part = str | Markup


def tag(name: str, *parts: Part, **attributes: str) -> Markup:
    """Return an element.

    Parameters
    ----------
    name : str
    *parts : str or Markup
        What stands in it; text is escaped.
    **attributes : str
        ``class_`` for ``class``, other underscores as hyphens.

    Examples
    --------
    >>> tag("p", "a < b", tag("b", "!"), class_="note").html
    '<p class="note">a &lt; b<b>!</b></p>'
    """
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(value)}"' for key, value in attributes.items()
    )
    inside = "".join(part.html if isinstance(part, Markup) else escape(part) for part in parts)
    return Markup(f"<{name}{given}>{inside}</{name}>")


def joined(parts: Iterable[Part]) -> Markup:
    """Return parts one after the other.

    Examples
    --------
    >>> joined(["<", tag("b", "x")]).html
    '&lt;<b>x</b>'
    """
    return Markup("".join(part.html if isinstance(part, Markup) else escape(part) for part in parts))


def table(heads: Sequence[Part], rows: Iterable[Sequence[Part]], *, caption: str) -> Markup:
    """Return a table whose rows begin with their name; it scrolls by itself where the page is narrow."""
    head = tag("tr", *(tag("th", one, scope="col") for one in heads))
    body = (tag("tr", tag("th", row[0], scope="row"), *(tag("td", cell) for cell in row[1:])) for row in rows)
    whole = tag("table", tag("caption", caption), tag("thead", head), tag("tbody", *body))
    return tag("div", whole, class_="wide", tabindex="0", role="region", aria_label=caption)


def link(text: str, address: str) -> Markup:
    """Return a link that is followed on a click, and asks for nothing before."""
    return tag("a", text, href=address, **NEW_TAB)


def pane(*parts: Part, name: str) -> pn.pane.HTML:
    """Return a pane that shows parts in the look of the views.

    Parameters
    ----------
    *parts : str or Markup
    name : str
        Class by which it can be found on the page.
    """
    return pn.pane.HTML(
        joined(parts).html,
        stylesheets=[views_css()],
        css_classes=[name],
        sizing_mode="stretch_width",
        margin=0,
    )


def button(label: str, then: Callable[[], None], *, name: str, kind: str = "default") -> pn.widgets.Button:
    """Return a button, large enough for a thumb.

    Parameters
    ----------
    label : str
    then : callable
        What it does.
    name : str
        Class by which it can be found on the page.
    kind : str
        ``primary`` for the one that is meant to be pressed.
    """
    made = pn.widgets.Button(
        label=label, color=kind, css_classes=[name], min_height=44, stylesheets=[views_css()]
    )
    made.on_click(lambda _: then())
    return made


def views_css() -> str:
    """Return the style sheet of the views."""
    return Path(__file__).with_name("views.css").read_text(encoding="utf-8")
