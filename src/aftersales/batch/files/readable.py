"""Scored tables for people: heads in a language, two decimals, percentages, and levels by their names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from aftersales.batch.columns import pa
from aftersales.evaluation.words import word
from aftersales.problems.errors import sentence_field
from aftersales.problems.extras import require
from aftersales.problems.messages import phrase
from aftersales.standard.standard import Standard
from aftersales.text.number_format import MARK, distinct, mark_note, rounded
from aftersales.text.sentences import Sentences, languages

__all__ = ["FORMAT", "OF_FILES", "Readable", "head"]

compute = require("pyarrow.compute", "batch")
_say = Sentences("batch")

FORMAT = b"format"
"""The key of a column's metadata with the number format in which a spreadsheet shows its texts."""

OF_FILES = ("file", "line", "organisation", "product_category", "size_tier", "type", "same_as", "remarks")
OF_PROBLEMS = (*OF_FILES, "cell", "indicator", "code", "path", "clause")
RESULTS = ("final_score", "stars", "passed", "near_limit", "exact_score", "problem")


class Readable:
    """Makes scored tables readable in a language. ``exact`` is whether the exact scores stay.

    The tables need the column ``printed_score``, which takes the place of the final score (6.3.1, reading R3).

    Attributes:
        is_marked: Whether a number in a table so far has the mark ``(-)``.
    """

    def __init__(self, standard: Standard, lang: str, *, exact: bool):
        self.standard, self.lang = standard, lang
        self.left_out = {"printed_score"} if exact else {"printed_score", "exact_score"}
        self.titles = {node.id: node.title for node in standard.nodes}
        self.is_marked = False

    def scored(self, table: Any, own: Sequence[str] = ()) -> Any:
        """The scored evaluations. ``own`` are the columns before the results that have heads too."""
        arrays, fields = [], []
        for field, column in zip(table.schema, table.columns, strict=True):
            if field.name in self.left_out:
                continue
            title, texts, form = self._column(field.name, column, table, own)
            self.is_marked |= bool(form) and compute.any(compute.ends_with(texts, MARK)).as_py() is True
            arrays.append(texts)
            fields.append(pa.field(title, texts.type, metadata={FORMAT: form} if form else None))
        return type(table).from_arrays(arrays, schema=pa.schema(fields, table.schema.metadata))

    def problems(self, table: Any) -> Any:
        """The problems, with their sentences in the language."""
        sentence = sentence_field(self.lang)
        others = set(map(sentence_field, languages())) - {sentence}
        kept = table.select([name for name in table.column_names if name not in others])
        heads = {name: self._head(name) for name in OF_PROBLEMS} | {sentence: self._head("message")}
        return kept.rename_columns([heads.get(name, name) for name in kept.column_names])

    def notes(self) -> Any:
        """The explanations of the marks in the tables so far: a table of sentences, or None if there are none."""
        return pa.table({phrase("sheet.notes").text(self.lang): [mark_note(self.lang)]}) if self.is_marked else None

    def _column(self, name: str, column: Any, table: Any, own: Sequence[str]) -> tuple[str, Any, bytes]:
        """The head of a column, its texts, and the number format in which a spreadsheet shows them."""
        group, _, part = name.rpartition(".")
        is_points = part in ("earned", "applicable", "deleted")
        if group in self.titles and (is_points or part == "ratio"):
            title = f"{group} {self.titles[group].text(self.lang)} {self._head(part)}"
        elif name in (*own, *RESULTS) or (is_points and not group):
            title = self._head(name)
        else:
            return name, column, b""
        if part == "earned":
            of = table.schema.get_field_index(f"{group}.applicable" if group else "applicable")
            return title, _distinct(column, table.column(of)), b"0.00"
        if is_points:
            return title, _each(column, _points), b"0.00"
        if part == "ratio":
            return title, _each(column, lambda ratio: self.standard.printed_ratio(_exactly(ratio))), b"0.00%"
        if name == "type":
            return title, _each(column, lambda kind: word(self.lang, "type", kind)), b""
        if name == "final_score":
            place = table.schema.get_field_index("printed_score")
            return title, table.column(place), b"0.00"
        if name == "stars":
            return title, _each(column, lambda stars: str(self.standard.level(stars).text(self.lang))), b""
        if name in ("passed", "near_limit"):
            return title, _each(column, lambda flag: _say(self.lang, f"{name}.{'yes' if flag else 'no'}")), b""
        return title, column, b""

    def _head(self, name: str) -> str:
        return head(name, self.standard, self.lang)


def head(name: str, standard: Standard, lang: str) -> str:
    """The head of a column in a table for people."""
    return _say(lang, f"head.{name}", **standard.wording)


def _exactly(number: Any) -> Fraction:
    """A float by its shortest repr, or a decimal."""
    return Fraction(str(number))


def _points(number: Any) -> str:
    return rounded(_exactly(number))


def _distinct(earned: Any, applicable: Any) -> Any:
    """The texts of earned points. Where two decimals would hide a loss, there are as many as show it (reading R3)."""
    texts = _each(earned, _points)
    hidden = compute.and_(compute.less(earned, applicable), compute.equal(texts, _each(applicable, _points)))
    if not compute.any(hidden).as_py():
        return texts
    rows = zip(texts.to_pylist(), hidden.to_pylist(), earned.to_pylist(), applicable.to_pylist(), strict=True)
    return pa.array(
        [distinct(_exactly(value), _exactly(full)) if is_hidden else text for text, is_hidden, value, full in rows],
        pa.string(),
    )


def _each(column: Any, text_of: Callable[[Any], str]) -> Any:
    """The texts of a column's values, each distinct value of which is written once. A null stays null."""
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    encoded = column.dictionary_encode()
    texts = pa.array([text_of(value) for value in encoded.dictionary.to_pylist()], pa.string())
    return pa.DictionaryArray.from_arrays(encoded.indices, texts).dictionary_decode()
