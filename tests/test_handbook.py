"""The handbook in Chinese: its commands print what it shows, and its pictures are those that are made for it."""

from __future__ import annotations

import re
import struct
from pathlib import Path

import pytest
from support.command import run
from support.handbook_case import PAGE, commands, is_what_it_prints, write_case
from support.make_pictures import PICTURES

SIZE = 1_500_000  # bytes of all pictures


def test_the_commands_of_the_handbook_print_what_it_shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_case(tmp_path)
    monkeypatch.chdir(tmp_path)
    calls = list(commands(PAGE.read_text("utf-8")))
    assert len(calls) > 30
    for arguments, lines in calls:
        done = run(*arguments)
        printed = done.stdout + done.stderr
        assert is_what_it_prints(lines, printed), f"{' '.join(arguments)}\n{printed}"


@pytest.mark.parametrize(
    ("lines", "is_it"),
    [
        (["一", "二", "三"], True),
        (["一", "…", "三"], True),
        (["…"], True),
        (["一", "三"], False),
        (["一", "二"], False),
        ([], False),
    ],
)
def test_lines_that_are_left_out_are_marked(lines: list[str], is_it: bool) -> None:
    assert is_what_it_prints(lines, "一\n二 \n三\n") == is_it


def test_the_pictures_of_the_handbook_are_those_that_are_made_for_it() -> None:
    shown = re.findall(r"!\[[^\]]+\]\(pictures/([\w-]+)\.png\)", PAGE.read_text("utf-8"))
    assert sorted(shown) == sorted(PICTURES)
    files = sorted((PAGE.parent / "pictures").iterdir())
    assert [file.name for file in files] == [f"{name}.png" for name in sorted(PICTURES)]
    assert sum(file.stat().st_size for file in files) < SIZE
    for file in files:
        wide, high = struct.unpack(">II", file.read_bytes()[16:24])
        assert wide > 500, file
        assert high > 200, file
