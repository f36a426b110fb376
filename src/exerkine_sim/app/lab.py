"""The lab: guided experiments, asked before they are answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

import panel as pn

from ..errors import ExerkineError
from ..evidence.claims import GRADES
from .explained import published
from .lesson import Lesson, Outcome, Run, Side, load_lab, outcome
from .markup import Markup, Part, button, pane, table, tag, views_css
from .setting import Setting

Apply = Callable[[Setting, Setting | None, tuple[str, ...]], None]
LETTERS = "AB"


class Lab:
    """Guided experiments that set the page, and read it.

    Parameters
    ----------
    apply : callable
        Sets the controls of the page: to the one person, the other or None, and the molecules to show.
    lessons : sequence of Lesson, optional
        The shipped ones when left out.

    Attributes
    ----------
    view : panel.Column
        What to put on the page.
    """

    def __init__(self, apply: Apply, lessons: Sequence[Lesson] | None = None) -> None:
        self._apply = apply
        self._lessons = load_lab() if lessons is None else tuple(lessons)
        titles = {f"{number}. {one.title}": one for number, one in enumerate(self._lessons, 1)}
        wide = {"sizing_mode": "stretch_width", "stylesheets": [views_css()]}
        self._select = pn.widgets.Select(label="Experiment", options=titles, max_width=560, **wide)
        self._task, self._found = pane(name="lab-question"), pane(name="lab-answer")
        self._guess = pn.widgets.RadioBoxGroup(label="Your prediction", css_classes=["lab-choice"], **wide)
        self._start = button("Run it", self._first, name="lab-run", kind="primary")
        self._again = pn.FlexBox(css_classes=["lab-again"], sizing_mode="stretch_width")
        self._rest = pane(name="lab-background")
        self._select.param.watch(lambda _: self._open(), "value")
        self._guess.param.watch(lambda _: self._guessed(), "value")
        self.view = pn.Column(
            *(self._select, self._task, self._guess, self._start, self._found, self._again, self._rest),
            css_classes=["lab"],
            sizing_mode="stretch_width",
        )
        self._notes: list[Outcome] = []
        self._open()

    @property
    def lesson(self) -> Lesson:
        """The Lesson that is open."""
        return self._select.value

    def _open(self) -> None:
        """Show a Lesson as it is before anything is run."""
        self._notes = []
        lesson = self.lesson
        self._task.object = "".join(part.html for part in _question(lesson))
        self._guess.param.update(options=[choice.says for choice in lesson.choices], value=None)
        self._found.object = self._rest.object = ""
        self._again.objects = []
        self._guessed()

    def _guessed(self) -> None:
        """Let nothing be run before a prediction is made."""
        ready = self._guess.value is not None
        self._start.param.update(disabled=not ready, label="Run it" if ready else "Predict, then run it")

    def _first(self) -> None:
        self._run(self.lesson.runs[0])

    def _run(self, run: Run) -> None:
        """Set the page, simulate, and say what came of it."""
        a, *others = (side.setting for side in run.sides)
        try:
            self._apply(a, others[0] if others else None, self.lesson.exerkines)
            found = outcome(self.lesson, run)
        except ExerkineError as error:
            self._found.object = tag("pre", str(error), role="alert").html
            return
        self._notes = [one for one in self._notes if one.run is not run] + [found]
        self._found.object = "".join(part.html for part in _answer(found, self._guess.value, self._notes))
        self._rest.object = "".join(part.html for part in _background(self.lesson))
        self._again.objects = list(self._changes())

    def _changes(self) -> Iterator[pn.widgets.Button]:
        """Yield a button for each thing that may be changed."""
        for run in self.lesson.runs:
            name = run.label or "As it was at first"
            yield button(name, partial(self._run, run), name="lab-change")


def _question(lesson: Lesson) -> Iterator[Markup]:
    yield tag("h2", lesson.title)
    yield tag("p", lesson.question, class_="question")
    yield _sides(lesson.runs[0])
    yield tag("h3", "What do you expect?")
    yield tag("p", "Choose, run it, look at the curves, and come back here for the numbers.", class_="quiet")


def _sides(run: Run) -> Markup:
    """Return who does what, side by side."""
    return tag(
        "div",
        *(
            tag(
                "section",
                tag("h3", f"{letter}: {side.label}"),
                tag("p", side.setting.subject.describe().partition(";")[0], class_="quiet"),
                tag("pre", side.setting.plan.strip(), tabindex="0", aria_label=f"Plan {letter}"),
                class_=f"side {letter.lower()}",
            )
            for letter, side in zip(LETTERS, run.sides, strict=False)
        ),
        class_="sides",
    )


def _answer(found: Outcome, guess: str | None, notes: Sequence[Outcome]) -> Iterator[Markup]:
    """Yield what came out, beside what was expected."""
    held = [choice.says for choice, true in zip(found.lesson.choices, found.true, strict=True) if true]
    said = tag("p", "You expected: ", tag("em", guess or "nothing in particular"))
    came = tag("p", "In the model: ", tag("span", "; ".join(held) or "none of these", class_="mark"))
    same = " That is what you expected." if guess in held else ""
    yield tag("h3", f"What came out{': ' + found.run.label if found.run.label else ''}")
    yield _sides(found.run) if found.run.label else Markup("")
    yield tag("div", said, came, tag("p", found.answer + same), class_="verdict", role="status")
    yield _notebook(notes)
    yield tag("h3", "Change one thing and try again")
    yield tag("p", "Predict first: mark above what you expect now.", class_="quiet")


def _notebook(notes: Sequence[Outcome]) -> Markup:
    """Return every run of this lesson so far, one below the other."""
    heads: list[Part] = ["measured"]
    columns: dict[Side, tuple[str, ...]] = {}
    for one in notes:
        rows = [cells for _, cells in one.rows()]
        for at, side in enumerate(one.run.sides):
            if side not in columns:
                heads.append(f"{LETTERS[at]}: {side.label}")
                columns[side] = tuple(cells[at] for cells in rows)
    labels = [measure.label for measure in notes[0].lesson.measures]
    return table(
        heads, [list(row) for row in zip(labels, *columns.values(), strict=True)], caption="Your notebook"
    )


def _background(lesson: Lesson) -> Iterator[Markup]:
    """Yield what to look at, how the model comes to it, what trials say, and what it cannot say."""
    yield tag("h3", "What to look at")
    yield tag("p", lesson.look)
    yield tag("h3", "Why, in this model")
    yield tag("p", lesson.why)
    yield tag("h3", "What trials say")
    if lesson.claim is not None:
        grade = tag("span", GRADES[lesson.claim.grade], class_="badge")
        yield tag("p", "Said: ", tag("em", lesson.claim.statement), " ", grade)
        yield tag("p", lesson.claim.evidence)
        yield tag("p", f"In full: exerkine-sim claims --only {lesson.claim.id}", class_="quiet")
    yield tag("p", lesson.evidence) if lesson.evidence else Markup("")
    if lesson.records:
        yield tag("ul", *(tag("li", *published(record)) for record in lesson.records))
    yield tag("h3", "What it cannot say")
    yield tag("p", lesson.limits)
