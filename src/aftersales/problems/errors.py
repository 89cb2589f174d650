"""What is wrong with an input, said once for people and for programs.

A function that refuses its input raises an error with all the problems that it found: each a :class:`Problem` with a stable code,
its place, the clause that it stands on, and a sentence in Chinese and in English. The errors::

    AftersalesError (ValueError)
    ├── EvaluationError      an evaluation
    ├── StandardError        a standard
    ├── PaperError           a plan, a report, a certificate
    │   ├── AdviceError      a comparison, a way to a star, confidence
    │   └── OutputError      a file to be written
    └── MissingExtra         a library that an extra brings (also an ImportError)
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from aftersales.text.display import OneLineRepr

__all__ = [
    "AdviceError",
    "AftersalesError",
    "EvaluationError",
    "MissingExtra",
    "OutputError",
    "PaperError",
    "Problem",
    "Remark",
    "StandardError",
]

Path = tuple[str | int, ...]

MAX_KEY = 60  # of a longer key a path shows the beginning


@dataclass(frozen=True, slots=True, repr=False)
class _Placed(OneLineRepr):
    """A sentence about an input with its place: the fields of a problem and of a remark.

    ``code`` is a stable kebab-case word; docs/errors.md lists them all. ``path`` leads to the place
    (``findings[5.1.2.6].sampled``; empty for the whole input). ``line`` and ``column`` count from 1 and are None where
    the input had no lines; ``cell`` is the place in a workbook (``评分表!F12``), else None. ``clause`` is the clause of the standard that asks for it, or None where only the file format
    does. ``message`` is English, ``message_zh`` Chinese.
    """

    code: str
    path: str
    line: int | None
    column: int | None
    clause: str | None
    message: str
    message_zh: str
    cell: str | None = None

    def _line(self) -> str:
        return f"<{type(self).__name__} {self.text('en')}>"

    def __str__(self) -> str:
        """All of it in one line: ``line:column: path: English / Chinese [code, clause]``."""
        return self.text()

    def text(self, lang: str | None = None) -> str:
        """All of it in one line, in ``"zh"``, in ``"en"`` or (None) in both languages.

        What it quotes may be meant for the terminal, to colour it or worse: such characters become U+FFFD.
        """
        from aftersales.text.sanitize import safe_line  # only who looks at one pays for it

        place = f"{self.line}:{self.column}: " if self.line is not None else f"{self.cell}: " if self.cell else ""
        path = f"{self.path}: " if self.path else ""
        sentence = {"zh": self.message_zh, "en": self.message}.get(lang or "", f"{self.message} / {self.message_zh}")
        tag = f"{self.code}, {self.clause}" if self.clause else self.code
        return safe_line(f"{place}{path}{sentence} [{tag}]")


@dataclass(frozen=True, slots=True, repr=False)
class Problem(_Placed):
    """One thing that is wrong, with its place and the rule that it breaks. It stops the input from being used.

    The fields are ``code``, ``path``, ``line``, ``column``, ``clause``, ``message``, ``message_zh`` and ``cell``; docs/errors.md
    describes them.

    >>> from aftersales import EvaluationError, load_evaluation
    >>> try:
    ...     load_evaluation({"standard": "CTS XBHT-S04-2025", "findings": {"5.1.2.2": "full"}})
    ... except EvaluationError as error:
    ...     print(error.problems[0].code, error.problems[0].clause)
    kind-not-allowed 6.2.2
    """


@dataclass(frozen=True, slots=True, repr=False)
class Remark(_Placed):
    """One thing that is allowed and asks for a second look (提示, reading R20). It refuses nothing and changes no score.

    The fields are those of a :class:`Problem`.

    >>> from aftersales import Evaluation, remarks
    >>> evaluation = Evaluation(
    ...     standard="CTS XBHT-S04-2025",
    ...     findings={"5.1.1.1": {"kind": "qualitative", "degree": 1, "reason": "标识褪色"}},
    ... )
    >>> [(remark.code, remark.path) for remark in remarks(evaluation)][0]
    ('reason-without-deduction', 'findings[5.1.1.1].reason')
    """


class AftersalesError(OneLineRepr, ValueError):
    """Bad input: the base of the library's exceptions. ``problems`` holds everything found, in document order."""

    problems: tuple[Problem, ...]

    def __init__(self, problems: Iterable[Problem]):
        self.problems = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)

    def _line(self) -> str:
        return f"<{type(self).__name__}: {', '.join(problem.code for problem in self.problems)}>"

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows where nobody catches it: the problems, and no traceback for a user's mistake."""
        from aftersales.text.sanitize import safe_line

        notes = getattr(self, "__notes__", None)  # such as the file that they are in
        told = [safe_line(str(note)) for note in notes] if isinstance(notes, list | tuple) else []
        return [" ".join([type(self).__name__, *told]) + ":", *map(str, self.problems)]


class EvaluationError(AftersalesError):
    """An evaluation cannot be read, or cannot be scored."""


class StandardError(AftersalesError):
    """A standard cannot be read, or contradicts itself."""


class PaperError(AftersalesError):
    """A paper (plan, report, certificate) cannot be read, or cannot be made from what was given."""


class AdviceError(PaperError):
    """Advice (comparison, progress, improvements, confidence) cannot be given on what was given."""


class OutputError(PaperError):
    """A file cannot be written."""


class MissingExtra(AftersalesError, ImportError):
    """A library that only one named extra of the package brings is not installed; the one problem names the extra."""


def path_text(path: Path) -> str:
    """The path as people write it.

    >>> path_text(("team", 0, "name")), path_text(("findings", "5.1.2.2", "degree"))
    ('team[0].name', 'findings[5.1.2.2].degree')
    """
    text = ""
    for part in path:
        if not isinstance(part, str | int):  # a key of a program; the problem at it is that it is no text
            part = type(part).__name__
        if isinstance(part, int):
            part = int(part)
            text += f"[{part}]" if part.bit_length() <= MAX_KEY else "[…]"
            continue
        part = part.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # half a character cannot be printed
        part = " ".join(part.split()) if len(part) <= MAX_KEY else f"{' '.join(part[:MAX_KEY].split())}…"
        if not part.isidentifier():
            text += f"[{part}]"
        else:
            text += f".{part}" if text else part
    return text
