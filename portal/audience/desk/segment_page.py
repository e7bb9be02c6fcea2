"""The page on which a segment is built: from what is kept or from what was typed, and what its buttons do to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from portal.audience.actions import segments as actions
from portal.audience.files.segments import Segment, known_values, parse_segment
from portal.audience.files.segments_each import Each
from portal.audience.forms.segments import Builder
from portal.audience.forms.segments_words import WordsForm
from portal.audience.queries import Rule
from portal.audience.queries.building import same
from portal.config import settings
from portal.content import ContentError, tidy


@dataclass
class Page:
    """What is on it. `kept`: the segment as it is kept, None for a new one. `builder`: None where it is written as
    text. `mistakes`: of the text, with their lines. `removed`: a line was taken away just now."""

    kept: Each | None
    form: WordsForm
    builder: Builder | None
    mistakes: list[str] = field(default_factory=list)
    removed: bool = False

    @classmethod
    def of(cls, kept: Each | None, text: str = "", name: str = "") -> "Page":
        """From words that are kept; from nothing without them. `name`: to call it otherwise."""
        segment, mistakes = read(text) if text else (None, [])
        builder = Builder.of(segment.rule) if segment else None if text else Builder([])
        data: dict[str, Any] = {"text": text, "base": str(kept.version_id or "") if kept else ""}
        data["way"] = "text" if builder is None else "lines"
        if segment:
            data |= {"name": name or segment.name, "about": segment.about}
        return cls(kept, WordsForm(formdata=None, data=data), builder, mistakes)

    @classmethod
    def typed(cls, kept: Each | None, form: Any) -> "Page":
        """From what a form sent (a MultiDict)."""
        words = WordsForm(formdata=form)
        return cls(kept, words, None if words.as_text else Builder.read(form))

    @property
    def rule(self) -> Rule | None:
        """What is selected by what can be used of it; None if nothing can. Says what to mend."""
        if self.builder is not None:
            return self.builder.rule()
        segment, self.mistakes = read(str(self.form.text.data or ""))
        return segment.rule if segment else None

    @property
    def unfinished(self) -> int:
        """How many lines do not count yet."""
        return self.builder.unfinished if self.builder is not None else 0

    @property
    def lineable(self) -> bool:
        """Whether lines could say what is written as text."""
        segment, _ = read(str(self.form.text.data or ""))
        return segment is not None and Builder.of(segment.rule) is not None

    @property
    def notes(self) -> bool:
        """Whether the text has notes of its author's, which lines cannot keep."""
        text = self.kept.text if self.kept else ""
        return self.builder is not None and any(line.lstrip().startswith("#") for line in text.splitlines())

    def act(self, do: str) -> None:
        """What a button asks for: `add:interest`, `or:0:interest`, `remove:0.1`, `text`, `lines`; else nothing."""
        what, _, rest = do.partition(":")
        if self.builder is None:
            if what == "lines":
                self._as_lines()
            return
        self.builder.settle()
        if what == "add":
            self.builder.add(rest)
        elif what == "or":
            block, _, name = rest.partition(":")
            self.builder.add(name, int(block) if block.isdecimal() and len(block) < 4 else None)
        elif what == "remove":
            self.builder.remove(rest)
            self.removed = True
        elif what == "text":
            self._as_text()

    def source(self) -> str | None:
        """The text to keep; None if there is something to mend, and then the page says what."""
        valid = self.form.validate()
        if self.builder is None:
            text = tidy(str(self.form.text.data or "")).strip("\n") + "\n"
            _, self.mistakes = read(text, strictly=True)
            return text if valid and not self.mistakes else None
        self.builder.settle()
        self.builder.whole = True
        self.builder.lines()
        if not valid or self.builder.problems:
            return None
        text = self._composed(str(self.form.name.data), str(self.form.about.data))
        _, self.mistakes = read(text, strictly=True)
        return None if self.mistakes else text

    def draft(self, unnamed: str) -> str:
        """The text of what can be used of it, for somebody whose session was over."""
        if self.builder is None:
            return tidy(str(self.form.text.data or ""))
        return self._composed(str(self.form.name.data or "") or unnamed, str(self.form.about.data or "") or unnamed)

    def _composed(self, name: str, about: str) -> str:
        """From the lines; where nothing was changed, the text as it was."""
        rule = self.builder.rule() if self.builder else None
        was = self.kept.segment if self.kept else None
        if was and rule and same(was.rule, rule):
            if (was.name, was.about) == (name, about) and self.kept:
                return self.kept.text
            rule = was.rule
        assert rule is not None  # noqa: S101  # there are lines wherever this is asked for
        return actions.text(name, about, rule)

    def _as_text(self) -> None:
        self.form.text.data = self.draft("")
        self.form.way.data, self.builder = "text", None

    def _as_lines(self) -> None:
        """Where lines can say it; else the page stays as it is."""
        segment, self.mistakes = read(str(self.form.text.data or ""))
        builder = Builder.of(segment.rule) if segment else None
        if segment and builder:
            self.builder, self.form.way.data = builder, "lines"
            self.form.name.data, self.form.about.data = segment.name, segment.about


def read(text: str, *, strictly: bool = False) -> tuple[Segment | None, list[str]]:
    """A segment out of its text, or what is to be mended in it. `strictly`: values that nobody can have chosen too."""
    known: Mapping[str, Sequence[Any]] = known_values(settings().content_dir) if strictly else {}
    try:
        return parse_segment(text, "segment", known), []
    except ContentError as error:
        return None, [f"{problem.line}: {problem.words}" for problem in error.problems]
