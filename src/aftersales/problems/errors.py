"""The errors of the library, and the problems that they carry.

A function that refuses its input raises an error with all problems that it found. Each :class:`Problem` has a stable
code, its place, the clause on which it is based, and a sentence in Chinese and in English. The errors::

    AftersalesError (ValueError)
    ├── EvaluationError      an evaluation
    ├── StandardError        a standard
    ├── PaperError           a plan, a report, a certificate
    │   ├── AdviceError      a comparison, improvements, confidence
    │   └── OutputError      a file to be written
    └── MissingExtra         a library of an extra (also an ImportError)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

from aftersales.problems.clauses import Role
from aftersales.text.display import OneLineRepr
from aftersales.text.sentences import DEFAULT, Translatable

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

ClauseOf = Callable[[Role], str | None]
"""Gives the clause of a role in a standard; None if the standard has none."""

MAX_KEY = 60  # characters; a path shows the start of a longer key


_SENTENCES = {"en": "message", "zh": "message_zh"}


def sentence_field(lang: str) -> str:
    """The field of a problem with its sentence in that language; that of the Chinese one for a further language.

    >>> sentence_field("en"), sentence_field("zh")
    ('message', 'message_zh')
    """
    return _SENTENCES.get(lang, _SENTENCES[DEFAULT])


class _Origin:
    """The sentence, the group and the role of the clause of the violation of which a problem is made, and the name of
    its place in a form.

    They are not compared, and not shown as fields.
    """

    __slots__ = ("_group", "_role", "_statement", "_subject")

    _group: Problem | None
    _role: Role | None
    _statement: Translatable | None
    _subject: Translatable | None


@dataclass(frozen=True, slots=True, repr=False)
class _Placed(_Origin, OneLineRepr):
    """A sentence about an input with its place: the fields of a problem and of a remark.

    Fields:
        code: A stable kebab-case identifier; docs/errors.md lists all of them.
        path: The place in the data (``findings[5.1.2.6].sampled``); empty for the whole input.
        line: The line, from 1; None if the input has no lines.
        column: The column, from 1; None if the input has no lines.
        clause: The clause of the standard that requires it; None if only the file format does.
        message: The sentence in English.
        message_zh: The sentence in Chinese.
        cell: The place in a workbook (``评分表!F12``), else None.
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
        """Everything in one line: ``line:column: path: English / Chinese [code, clause]``."""
        return self.text()

    def text(self, lang: str | None = None) -> str:
        """Everything in one line, in that language, or (None) in English and Chinese, sanitised for a terminal.

        In a language, a place in a workbook form is called by the labels of the form, not by its path.
        """
        from aftersales.text.sanitize import safe_line  # imported here to keep the cold start short

        place = f"{self.line}:{self.column}: " if self.line is not None else f"{self.cell}: " if self.cell else ""
        subject = getattr(self, "_subject", None) if lang else None
        path = str(subject.text(lang)) if lang and subject else self.path
        path = f"{path}: " if path else ""
        sentence = self.sentence(lang) if lang else f"{self.message} / {self.message_zh}"
        tag = f"{self.code}, {self.clause}" if self.clause else self.code
        return safe_line(f"{place}{path}{sentence} [{tag}]")

    def sentence(self, lang: str) -> str:
        """The sentence in that language. One built by hand gives the Chinese one for further languages."""
        statement = None if lang in _SENTENCES else getattr(self, "_statement", None)
        return str(getattr(self, sentence_field(lang)) if statement is None else statement.text(lang))

    def to_dict(self) -> dict[str, Any]:
        """The fields by name, as ``json.dumps`` takes them.

        >>> from aftersales import examine
        >>> problem = examine({"standard": "CTS XBHT-S04-2025", "findings": {"5.1.1": "full"}}).problems[0]
        >>> list(problem.to_dict())
        ['code', 'path', 'line', 'column', 'clause', 'message', 'message_zh', 'cell']
        """
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def __getstate__(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name, None) for name in _STATE)

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        for name, value in zip(_STATE, state, strict=True):
            object.__setattr__(self, name, value)


_STATE = (*(field.name for field in fields(_Placed)), *_Origin.__slots__)


@dataclass(frozen=True, init=False, eq=False, repr=False)  # these are inherited
class Problem(_Placed):
    """A violation with its place and the rule that it breaks. The input cannot be used.

    >>> from aftersales import EvaluationError, load_evaluation
    >>> try:
    ...     load_evaluation({"standard": "CTS XBHT-S04-2025", "findings": {"5.1.2.2": "full"}})
    ... except EvaluationError as error:
    ...     print(error.problems[0].code, error.problems[0].clause)
    kind-not-allowed 6.2.2
    """

    __slots__ = ()


@dataclass(frozen=True, init=False, eq=False, repr=False)
class Remark(_Placed):
    """Something that is allowed and looks wrong (提示, reading R20). It refuses nothing and changes no score.

    >>> from aftersales import Evaluation, remarks
    >>> evaluation = Evaluation(
    ...     standard="CTS XBHT-S04-2025",
    ...     findings={"5.1.1.1": {"kind": "qualitative", "degree": 1, "reason": "标识褪色"}},
    ... )
    >>> [(remark.code, remark.path) for remark in remarks(evaluation)][0]
    ('reason-without-deduction', 'findings[5.1.1.1].reason')
    """

    __slots__ = ()


_P = TypeVar("_P", bound=_Placed)


def with_origin(
    problem: _P, statement: Translatable, group: Problem | None, subject: Translatable | None, role: Role | None
) -> _P:
    """The problem or remark with its sentence in every language, and as a member of a ``group`` for :func:`folded`.

    ``subject`` is the name of its place in a form; ``role`` is that of its clause.
    """
    object.__setattr__(problem, "_role", role)
    object.__setattr__(problem, "_statement", statement)
    object.__setattr__(problem, "_group", group)
    object.__setattr__(problem, "_subject", subject)
    return problem


def at_path(problem: _P, path: str) -> _P:
    """The problem or remark as it is found at another path."""
    return _with_origin_of(problem, replace(problem, path=path))


def at_line(problem: _P, line: int) -> _P:
    """The problem or remark as it is found at another line, such as that of an evaluation in a list of them."""
    return _with_origin_of(problem, replace(problem, line=line))


def cited(problem: _P, clause_of: ClauseOf) -> _P:
    """The problem or remark with the clause of another standard."""
    role, group = getattr(problem, "_role", None), getattr(problem, "_group", None)
    if role is None:
        return problem
    made = _with_origin_of(problem, replace(problem, clause=clause_of(role)))
    object.__setattr__(made, "_group", group and cited(group, clause_of))
    return made


def _with_origin_of(problem: _P, made: _P) -> _P:
    for name in _Origin.__slots__:
        object.__setattr__(made, name, getattr(problem, name, None))
    return made


def folded(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems for people: a group is shown once, at the place of its first member."""
    shown: list[Problem] = []
    groups: set[tuple[str, str, str]] = set()
    for problem in problems:
        group = getattr(problem, "_group", None)
        if group is None:
            shown.append(problem)
        elif (key := (group.code, group.path, group.message)) not in groups:
            groups.add(key)
            shown.append(group)
    return tuple(shown)


class AftersalesError(OneLineRepr, ValueError):
    """Bad input: the base of the library's exceptions.

    ``problems`` has all problems: first what is wrong, in document order, then what is missing. The text of the error
    has one line for the missing findings of a group.
    """

    problems: tuple[Problem, ...]

    def __init__(self, problems: Iterable[Problem]):
        self.problems = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        return self.text()

    def text(self, lang: str | None = None) -> str:
        """The problems for people, a line each, in that language, or (None) in English and Chinese.

        >>> from aftersales import EvaluationError, examine
        >>> problems = examine({"standard": "CTS XBHT-S04-2025", "findings": {"5.1.1.1": "ful"}}).problems
        >>> len(problems), len(EvaluationError(problems).text("zh").splitlines())
        (73, 14)
        """
        return "\n".join(problem.text(lang) for problem in folded(self.problems))

    def to_dict(self) -> dict[str, Any]:
        """All problems as ``json.dumps`` takes them: ``{"problems": [...]}``."""
        return {"problems": [problem.to_dict() for problem in self.problems]}

    def _line(self) -> str:
        return f"<{type(self).__name__}: {', '.join(problem.code for problem in self.problems)}>"

    def _render_traceback_(self) -> list[str]:
        """The problems, in place of a traceback: a notebook calls this for an uncaught error."""
        from aftersales.text.sanitize import safe_line

        notes = getattr(self, "__notes__", None)  # such as the name of the file
        head = [safe_line(str(note)) for note in notes] if isinstance(notes, list | tuple) else []
        return [" ".join([type(self).__name__, *head]) + ":", *map(str, folded(self.problems))]


class EvaluationError(AftersalesError):
    """An evaluation cannot be read, or cannot be scored."""


class StandardError(AftersalesError):
    """A standard cannot be read or is inconsistent."""


class PaperError(AftersalesError):
    """A paper (plan, report, certificate) cannot be read, or cannot be made of the input."""


class AdviceError(PaperError):
    """Advice (comparison, progress, improvements, confidence) cannot be given for the input.

    Fields:
        best: If improvements are refused because no set is proven to be the cheapest (``too-hard``): the
            :class:`~aftersales.Improvements` by the best set that is known, with its ``gap``. Else None.
    """

    best: Any = None


class OutputError(PaperError):
    """A file cannot be written."""


class MissingExtra(AftersalesError, ImportError):
    """A library of an extra of the package is not installed. The problem names the extra."""


def path_text(path: Path) -> str:
    """The path in text.

    >>> path_text(("team", 0, "name")), path_text(("findings", "5.1.2.2", "degree"))
    ('team[0].name', 'findings[5.1.2.2].degree')
    """
    text = ""
    for part in path:
        if not isinstance(part, str | int):  # a key that is not text, which is itself a problem
            part = type(part).__name__
        if isinstance(part, int):
            part = int(part)
            text += f"[{part}]" if part.bit_length() <= MAX_KEY else "[…]"
            continue
        part = key_text(part)
        if not part.isidentifier():
            text += f"[{part}]"
        else:
            text += f".{part}" if text else part
    return text


def key_text(key: str) -> str:
    """A key of the input on one line, in short.

    >>> key_text("5.1.2.2"), key_text("5\\n1"), len(key_text("5" * 1_000)) < 110
    ('5.1.2.2', '5 1', True)
    """
    key = key.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # a lone surrogate cannot be printed
    return " ".join(key.split()) if len(key) <= MAX_KEY else f"{' '.join(key[:MAX_KEY].split())}…"
