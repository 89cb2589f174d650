"""Bad files: each has one mistake and gives one problem, at its line, with a helpful message; none crashes or is slow.

The mistakes are in bad_files/cases.yaml, made in the valid files bad_files/good.yaml and good.json.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml
from support.command import run
from support.work import counted

import aftersales
from aftersales import load_evaluation, score
from aftersales.analysis.improvements import read_costs
from aftersales.evaluation.loading import examine
from aftersales.files.source import MAX_BYTES, MAX_VALUES
from aftersales.problems.collector import MAX_PROBLEMS
from aftersales.problems.errors import Problem

FOLDER = Path(__file__).parent / "bad_files"
SOUND = {kind: (FOLDER / f"good.{kind}").read_text(encoding="utf-8") for kind in ("yaml", "json")}
MOST = 100 * MAX_VALUES  # calls of functions to find the problems of a file; nearly all take some thousands


@dataclass(frozen=True)
class Expected:
    """The one problem of a case."""

    code: str
    path: str
    clause: str | None = None
    line: int | str | None = "of the mistake"
    at: str | None = None
    en: str | list[str] = field(default_factory=list)
    zh: str | list[str] = field(default_factory=list)
    not_en: str | list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Case:
    """One bad file; cases.yaml says what the fields mean."""

    case: str
    expect: dict[str, Any]
    base: str = "yaml"
    replace: tuple[str, str] | None = None
    cut_after: str | None = None
    whole: str | None = None
    encoding: str = "utf-8"
    suffix: str | None = None
    named: str | None = None

    @property
    def expected(self) -> Expected:
        texts = {key: value for key, value in self.expect.items() if key != "line"}
        for value in [*texts.values(), *(self.replace or ())]:
            for part in _fragments(value) if isinstance(value, list) else [value]:
                assert part is None or isinstance(part, str), f"quote {part!r} in cases.yaml"
        return Expected(**self.expect)

    def text(self) -> tuple[str, int | None]:
        """The text of the file, and the line of the mistake where it was made at one place."""
        sound = SOUND[self.base]
        if self.whole is not None:
            return _expanded(self.whole), None
        if self.cut_after is not None:
            return sound[: _only(self.cut_after, sound) + len(self.cut_after)], None
        if self.replace is None:
            return sound, None
        old, new = self.replace
        assert old != new
        new = _expanded(new)
        start = _only(old, sound)
        alike = next((index for index, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), None)
        first = start + (min(len(old), len(new)) if alike is None else alike)
        return sound[:start] + new + sound[start + len(old) :], sound.count("\n", 0, first) + 1

    def line(self) -> int | None:
        """The line at which the problem must be reported."""
        text, line = self.text()
        expected = self.expected
        if expected.at is not None:
            return text.count("\n", 0, text.index(expected.at)) + 1
        if expected.line == "of the mistake":
            assert line is not None, "the case has to say the line"
            return line
        assert not isinstance(expected.line, str)
        return expected.line

    def write(self, folder: Path) -> Path:
        """Makes the file in the folder."""
        suffix = f".{self.base}" if self.suffix is None else self.suffix
        path = folder / (self.named or f"shop{suffix}")
        if self.named is not None:
            if self.named.endswith("/"):
                path.mkdir()
            return path
        text, _ = self.text()
        if self.encoding == "surrogateescape":
            path.write_bytes(text.encode("utf-8", errors="surrogateescape"))
        else:
            path.write_bytes(text.encode(self.encoding))
        return path


def _only(part: str, text: str) -> int:
    assert text.count(part) == 1, f"{part!r} stands {text.count(part)} times in the sound file"
    return text.index(part)


def _expanded(text: str) -> str:
    def times(match: re.Match[str]) -> str:
        part, count = match[1], int(match[2])
        return "".join(part.replace("#", str(index)) for index in range(count)) if "#" in part else part * count

    return re.sub("⟨(.+?)×([0-9]+)⟩", times, text, flags=re.DOTALL)


def _fragments(given: str | list[str]) -> list[str]:
    return [given] if isinstance(given, str) else given


def _read_cases() -> list[Case]:
    # The loader in Python, for the one in C knows no lone surrogates.
    entries = yaml.load((FOLDER / "cases.yaml").read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    return [Case(**entry) for entry in entries]


CASES = _read_cases()


def _examined(path: Path) -> tuple[Problem, ...]:
    """The problems of a file that must not be accepted, found with little work."""
    with counted() as calls:
        evaluation, problems, _ = examine(path, complete=True)
    assert evaluation is None, "accepted"
    assert calls.made < MOST
    return problems


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.case)
def test_one_mistake_is_one_problem_at_its_line(case: Case, tmp_path: Path) -> None:
    problems = _examined(case.write(tmp_path))
    expected = case.expected

    problem, *others = problems
    assert problem.code == expected.code, "\n".join(map(str, problems))
    missing = [("missing-finding", f"findings[{key}]") for key in expected.missing]
    assert [(other.code, other.path) for other in others] == missing, "\n".join(map(str, problems))
    assert (problem.line, problem.path, problem.clause) == (case.line(), expected.path, expected.clause), str(problem)
    assert (problem.column is None) == (problem.line is None)
    for message, fragments in ((problem.message, expected.en), (problem.message_zh, expected.zh)):
        for fragment in _fragments(fragments):
            assert fragment in message
        assert message
        assert len(message) < 600
        assert not re.search("None|Traceback|pydantic|Fraction|[\n\x00-\x1f]", message)
    assert re.search("[一-鿿]", problem.message_zh)
    for fragment in _fragments(expected.not_en):
        assert fragment not in problem.message
    if "did you mean" in problem.message:
        assert "是否想写" in problem.message_zh


def test_the_corpus_is_large_and_each_case_is_another() -> None:
    assert len(CASES) >= 90
    assert sum(case.base == "json" for case in CASES) >= 20
    assert len({case.case for case in CASES}) == len(CASES)
    made = [(case.text()[0], case.encoding, case.suffix, case.named, case.base) for case in CASES]
    assert len(set(made)) == len(made)


# --- the sound files ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["yaml", "json"])
def test_the_sound_file_has_the_score_worked_out_by_hand(kind: str) -> None:
    """By hand: 2.73 + 1/6 points are lost of 98.5 that apply."""
    evaluation, problems, _ = examine(FOLDER / f"good.{kind}")
    assert problems == ()
    assert evaluation is not None
    lost = Fraction("2.73") + Fraction(1, 6)
    assert score(evaluation).final_score == 100 * (Fraction("98.5") - lost) / Fraction("98.5")


def test_both_sound_files_are_the_same_evaluation() -> None:
    assert load_evaluation(FOLDER / "good.yaml") == load_evaluation(FOLDER / "good.json")


@pytest.mark.parametrize("kind", ["yaml", "json"])
@pytest.mark.parametrize("change", ["byte order mark", "Windows line ends", "no line end at the end"])
def test_what_editors_do_to_a_sound_file_is_no_mistake(kind: str, change: str, tmp_path: Path) -> None:
    text = SOUND[kind]
    text = {
        "byte order mark": "\ufeff" + text,
        "Windows line ends": text.replace("\n", "\r\n"),
        "no line end at the end": text.rstrip("\n"),
    }[change]
    path = tmp_path / f"shop.{kind}"
    path.write_bytes(text.encode())
    assert load_evaluation(path) == load_evaluation(FOLDER / f"good.{kind}")


@pytest.mark.parametrize("kind", ["yaml", "json"])
def test_a_file_is_read_up_to_its_limit_and_not_a_byte_more(kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"shop.{kind}"
    room = MAX_BYTES - len(SOUND[kind].encode())
    path.write_text(SOUND[kind] + room * "\n", encoding="utf-8", newline="\n")
    assert examine(path)[1] == ()
    path.write_text(SOUND[kind] + room * "\n" + "\n", encoding="utf-8", newline="\n")
    (problem,) = _examined(path)
    assert (problem.code, problem.path, problem.line) == ("file-too-large", "", None)
    assert str(MAX_BYTES) in problem.message


def test_a_path_that_no_file_can_have_is_a_file_that_cannot_be_read() -> None:
    (problem,) = _examined(Path("shop\0.yaml"))
    assert (problem.code, problem.path, problem.line) == ("unreadable-file", "", None)


# --- many mistakes -----------------------------------------------------------------------------------------------

SWARMS = {
    "ids": ("  5.1.1.1: full\n", "  5.1.1.1: full\n⟨  5.9.9.#: full\n×6000⟩", "unknown-indicator"),
    "ids of many dots": ("  5.1.1.1: full\n", f"  5.1.1.1: full\n⟨  {'5.' * 50}#: full\n×400⟩", "unknown-indicator"),
    "keys": ("type: third_party\n", "type: third_party\n⟨abcdefghijklmnopqrstuvwxyz#: full\n×5000⟩", "unknown-key"),
    "keys of a finding": ("degree: 85%", "⟨confirmed_by_#: x, ×4000⟩degree: 85%", "unknown-key"),
    "findings": ("  5.1.1.1: full\n", "  5.1.1.1: full\n⟨  5.9.9.#: fulll\n×6000⟩", "not-a-finding"),
    "kinds": ("  5.1.1.1: full\n", "  5.1.1.1: full\n⟨  5.9.9.#: {kind: qual#}\n×3000⟩", "unknown-kind"),
    "duplicates": ("  5.1.1.1: full\n", "  5.1.1.1: full\n⟨  5.1.1.1: full\n×9000⟩", "duplicate-key"),
    "notes": ("- {method: document, note: 网点分布图}", "⟨- {method: document#}\n      ×3000⟩", "unknown-word"),
}


@pytest.mark.parametrize("swarm", SWARMS)
def test_of_thousands_of_mistakes_a_part_is_reported_in_time(swarm: str, tmp_path: Path) -> None:
    old, new, code = SWARMS[swarm]
    path = tmp_path / "shop.yaml"
    path.write_text(SOUND["yaml"].replace(old, _expanded(new)), encoding="utf-8")
    problems = _examined(path)
    assert len(problems) == MAX_PROBLEMS + 1
    assert {problem.code for problem in problems[:-1]} == {code}
    assert problems[-1].code == "too-many-problems"
    assert all("None" not in problem.message for problem in problems)


def test_a_crowd_that_confirms_and_a_crowd_that_does_not_know_it(tmp_path: Path) -> None:
    text = SOUND["yaml"]
    text = text.replace("team:\n", _expanded("team:\n⟨  - {name: 审查人员甲乙丙#}\n×300⟩"))
    text = text.replace("confirmed_by: [王海涛]", _expanded("confirmed_by: [⟨审查人员丁戊己#, ×1000⟩]"))
    path = tmp_path / "shop.yaml"
    path.write_text(text, encoding="utf-8")
    problems = _examined(path)
    assert len(problems) == MAX_PROBLEMS + 1
    assert {problem.code for problem in problems[:-1]} == {"unknown-member"}


# --- the command -------------------------------------------------------------------------------------------------

SHOWN = [
    "The file does not exist.",
    "The file is saved as GBK.",
    "A tag would run a command.",
    "A string is not closed.",
    "A dot of an id is full-width.",
    "The sample is too small by one.",
]


@pytest.mark.parametrize("case", [case for case in CASES if case.case in SHOWN], ids=lambda case: case.case)
@pytest.mark.parametrize("command", ["check", "score"])
def test_the_command_refuses_with_one_line_and_exit_code_2(command: str, case: Case, tmp_path: Path) -> None:
    path = case.write(tmp_path)
    done = run(command, str(path))
    assert done.returncode == 2
    assert done.stdout == ""
    place = "" if case.line() is None else f":{case.line()}:[0-9]+"
    assert re.match(re.escape(str(path)) + place + ": ", done.stderr), done.stderr
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr
    assert f"[{case.expected.code}" in done.stderr


def test_the_cases_that_the_command_shows_are_there() -> None:
    assert {case.case for case in CASES} >= set(SHOWN)


class TestWithoutLibyaml:
    """Where PyYAML comes without libyaml, its reader in Python gives the same, only slower."""

    @pytest.fixture(autouse=True)
    def _no_libyaml(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delattr(yaml, "CSafeLoader")

    def test_the_sound_file_scores_the_same(self, tmp_path: Path) -> None:
        path = tmp_path / "shop.yaml"
        path.write_text(SOUND["yaml"], encoding="utf-8")
        again = tmp_path / "shop.json"
        again.write_text(SOUND["json"], encoding="utf-8")
        assert score(load_evaluation(path)).final_score == score(load_evaluation(again)).final_score

    @pytest.mark.parametrize(
        "case", [c for c in CASES if c.base == "yaml" and "en" not in c.expect][::3], ids=lambda c: c.case
    )
    def test_the_problems_are_the_same(self, case: Case, tmp_path: Path) -> None:
        (problem,) = _examined(case.write(tmp_path))
        assert (problem.line, problem.path, problem.clause) == (case.line(), case.expected.path, case.expected.clause)


# --- what is no regular file -------------------------------------------------------------------------------------


def _fifo(path: Path) -> None:
    os.mkfifo(path)


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(os.path.relpath(path))  # the length of such a name is bounded


def _link_to(target: str) -> Callable[[Path], None]:
    return lambda path: path.symlink_to(target)


SPECIAL: dict[str, Callable[[Path], None]] = {
    "pipe": _fifo,
    "socket": _socket,
    "endless device": _link_to("/dev/zero"),
    "empty device": _link_to("/dev/null"),
    "random device": _link_to("/dev/urandom"),
}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
class TestNoRegularFile:
    """A pipe would block for ever, a device may never end: neither is opened."""

    @pytest.mark.parametrize("suffix", [".yaml", ".yml", ".json", ".xlsx", ""])
    @pytest.mark.parametrize("kind", SPECIAL)
    def test_what_is_no_regular_file_is_refused_without_reading_it(
        self, kind: str, suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        path = tmp_path / f"shop{suffix}"
        SPECIAL[kind](path)
        (problem,) = _examined(path)
        assert problem.code == "unreadable-file"
        assert "it is not a regular file but a pipe, a socket or a device" in problem.message
        assert "不是普通文件，而是管道、套接字或设备" in problem.message_zh

    @pytest.mark.parametrize("load", ["load_plan", "load_certificate", "load_standard"])
    def test_every_reader_refuses_what_is_no_regular_file(self, load: str, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "shop.yaml")
        with pytest.raises(aftersales.AftersalesError) as caught:
            getattr(aftersales, load)(tmp_path / "shop.yaml")
        assert [problem.code for problem in caught.value.problems] == ["unreadable-file"]

    def test_costs_from_what_is_no_regular_file_are_refused(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "costs.yaml")
        with pytest.raises(aftersales.PaperError, match="not a regular file"):
            read_costs(tmp_path / "costs.yaml", score(load_evaluation(FOLDER / "good.yaml")))

    def test_a_pipe_that_takes_the_place_of_a_file_does_not_block(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = tmp_path / "shop.yaml"
        os.mkfifo(path)
        monkeypatch.setattr("aftersales.files.source._ensure_regular_file", lambda path: None)
        (problem,) = _examined(path)
        assert problem.code == "empty-document"

    def test_the_command_names_the_dash(self, tmp_path: Path) -> None:
        """A shell's ``<(…)`` is a pipe: standard input is read in its place."""
        text = (FOLDER / "good.yaml").read_text("utf-8")
        command = [sys.executable, "-m", "aftersales", "score"]
        reading, writing = os.pipe()
        os.close(writing)
        done = subprocess.run(
            [*command, f"/dev/fd/{reading}", "--lang", "en"],
            pass_fds=[reading],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        os.close(reading)
        assert (done.returncode, done.stdout) == (2, "")
        assert "standard input for - [unreadable-file]" in done.stderr
        done = subprocess.run([*command, "-"], input=text, capture_output=True, text=True, timeout=60, check=False)
        assert (done.returncode, done.stderr) == (0, "")

    @pytest.mark.skipif(not Path("/proc/version").exists(), reason="the system has no /proc")
    def test_a_file_without_a_known_size_is_read(self, tmp_path: Path) -> None:
        (tmp_path / "shop.yaml").symlink_to("/proc/version")
        (problem,) = _examined(tmp_path / "shop.yaml")
        assert problem.code == "not-a-mapping"
