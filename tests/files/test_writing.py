"""Writing files, and the libraries of extras."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from support import oracle
from support.examples import examples
from support.strategies import findings

import aftersales
from aftersales.files.writing import as_file, as_yaml, whole_file, write_file
from aftersales.problems.extras import require


class TestWriteFile:
    def test_a_new_file_is_written_as_utf8_readable_for_others(self, tmp_path: Path) -> None:
        write_file(tmp_path / "a.txt", "售后")
        assert (tmp_path / "a.txt").read_bytes() == "售后".encode()
        assert (tmp_path / "a.txt").stat().st_mode & stat.S_IRUSR
        assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]

    def test_what_is_there_stays_unless_forced(self, tmp_path: Path) -> None:
        path = tmp_path / "a.txt"
        path.write_text("work")
        with pytest.raises(aftersales.PaperError) as raised:
            write_file(path, "new")
        assert [problem.code for problem in raised.value.problems] == ["file-exists"]
        assert path.read_text() == "work"
        write_file(path, b"new", force=True)
        assert path.read_text() == "new"
        assert [found.name for found in tmp_path.iterdir()] == ["a.txt"]

    @pytest.mark.parametrize("force", [False, True])
    def test_what_is_read_is_never_written_to(self, tmp_path: Path, force: bool) -> None:
        for name in ("a.txt", "b.txt"):
            (tmp_path / name).write_text("work")
        with (tmp_path / "a.txt").open() as read:  # as a shell hands over what it redirects to stdin
            for sources in (["none.txt", tmp_path / "a.txt"], [str(tmp_path / "a.txt")], [read.fileno()]):
                with pytest.raises(aftersales.PaperError) as raised:
                    write_file(tmp_path / "a.txt", "new", force=force, reads=sources)
                assert [problem.code for problem in raised.value.problems] == ["target-is-source"]
        assert (tmp_path / "a.txt").read_text() == "work"
        write_file(tmp_path / "b.txt", "new", force=True, reads=[tmp_path / "a.txt", "none\0.txt", 10_000])
        assert (tmp_path / "b.txt").read_text() == "new"

    @pytest.mark.parametrize("name", ["none/a.txt", "a\0b", "x" * 300, "/"])
    def test_what_cannot_be_written_says_why(self, tmp_path: Path, name: str) -> None:
        with pytest.raises(aftersales.PaperError) as raised:
            write_file(tmp_path / name, "new")
        assert [problem.code for problem in raised.value.problems] == ["unwritable-file"]
        assert not list(tmp_path.iterdir())

    def test_an_existing_file_is_reported_before_anything_is_done(self, tmp_path: Path) -> None:
        (tmp_path / "a.txt").write_text("work")
        with pytest.raises(aftersales.PaperError, match="file-exists"), whole_file(tmp_path / "a.txt"):
            pytest.fail("the work has begun")

    def test_a_file_that_was_created_meanwhile_stays(self, tmp_path: Path) -> None:
        def write() -> None:
            with whole_file(tmp_path / "a.txt") as unfinished:
                unfinished.write_text("new")
                (tmp_path / "a.txt").write_text("work")

        with pytest.raises(aftersales.PaperError, match="file-exists"):
            write()
        assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("a.txt", "work")]

    def test_a_name_as_long_as_a_system_takes(self, tmp_path: Path) -> None:
        name = "售" * 83 + "a.txt"
        write_file(tmp_path / name, "new")
        assert [path.name for path in tmp_path.iterdir()] == [name]

    @pytest.mark.parametrize("made", [".a.txt.", "a.txt"])
    def test_an_interrupt_while_it_is_made_leaves_nothing(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made: str
    ) -> None:
        """While the unfinished file is made, and while its name is taken."""
        touch = Path.touch

        def interrupted(self: Path, *arguments: int, **options: bool) -> None:
            touch(self, *arguments, **options)
            if self.name.startswith(made):
                raise KeyboardInterrupt

        monkeypatch.setattr(Path, "touch", interrupted)
        with pytest.raises(KeyboardInterrupt):
            write_file(tmp_path / "a.txt", "new")
        assert not list(tmp_path.iterdir())

    def test_an_interrupt_before_it_is_made_takes_nothing_from_others(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def interrupted(self: Path, *arguments: int, **options: bool) -> None:
            if self.name == "a.txt":
                raise KeyboardInterrupt
            self.write_bytes(b"")

        def write() -> None:
            with whole_file(tmp_path / "a.txt") as unfinished:
                unfinished.write_text("new")
                (tmp_path / "a.txt").write_text("work")

        monkeypatch.setattr(Path, "touch", interrupted)
        with pytest.raises(KeyboardInterrupt):
            write()
        assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("a.txt", "work")]

    def test_an_interrupt_before_there_is_anything(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def interrupted(self: Path, *arguments: int, **options: bool) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(Path, "touch", interrupted)
        with pytest.raises(KeyboardInterrupt):
            write_file(tmp_path / "a.txt", "new")
        assert not list(tmp_path.iterdir())

    @pytest.mark.skipif(sys.platform == "win32", reason="links are those of POSIX")
    def test_no_file_of_another_process_is_written_to(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Not even where he foresaw the name of the unfinished file."""
        monkeypatch.setattr(os, "urandom", bytes)
        with whole_file(tmp_path / "a.txt") as unfinished:
            foreseen = unfinished
        (tmp_path / "a.txt").unlink()
        (tmp_path / "his.txt").write_text("work")
        foreseen.symlink_to("his.txt")
        with pytest.raises(aftersales.PaperError):
            write_file(tmp_path / "a.txt", "new")
        assert (tmp_path / "his.txt").read_text() == "work"
        assert foreseen.is_symlink()
        assert not (tmp_path / "a.txt").exists()

    def test_a_folder_is_not_replaced(self, tmp_path: Path) -> None:
        (tmp_path / "a").mkdir()
        with pytest.raises(aftersales.PaperError) as raised:
            write_file(tmp_path / "a", "new", force=True)
        assert [problem.code for problem in raised.value.problems] == ["unwritable-file"]
        assert [path.name for path in tmp_path.iterdir()] == ["a"]

    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
    def test_a_pipe_or_device_is_not_replaced(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(aftersales.PaperError) as raised:
            write_file(tmp_path / "pipe", "new", force=True)
        assert [problem.code for problem in raised.value.problems] == ["unwritable-file"]
        assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)
        assert [path.name for path in tmp_path.iterdir()] == ["pipe"]

    def test_no_file_is_left_under_the_name_if_the_move_fails(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(self: Path, target: Path) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(Path, "replace", refuse)
        with pytest.raises(KeyboardInterrupt):
            write_file(tmp_path / "a.txt", "new")
        assert not list(tmp_path.iterdir())
        (tmp_path / "a.txt").write_text("work")
        with pytest.raises(KeyboardInterrupt):
            write_file(tmp_path / "a.txt", "new", force=True)
        assert (tmp_path / "a.txt").read_text() == "work"


@pytest.mark.skipif(sys.platform == "win32", reason="modes and links are those of POSIX")
class TestModesAndLinks:
    @pytest.fixture(autouse=True)
    def _mask(self) -> Iterator[None]:
        before = os.umask(0o027)
        yield
        os.umask(before)

    def test_a_new_file_has_the_mode_that_the_umask_leaves(self, tmp_path: Path) -> None:
        for force in (False, True):
            write_file(tmp_path / f"{force}.txt", "new", force=force)
            assert stat.S_IMODE((tmp_path / f"{force}.txt").stat().st_mode) == 0o640

    @pytest.mark.parametrize("mode", [0o600, 0o640, 0o664, 0o444, 0o755])
    def test_a_file_that_is_replaced_keeps_its_mode(self, tmp_path: Path, mode: int) -> None:
        (tmp_path / "a.txt").write_text("work")
        (tmp_path / "a.txt").chmod(mode)
        write_file(tmp_path / "a.txt", "new", force=True)
        assert (tmp_path / "a.txt").read_text() == "new"
        assert stat.S_IMODE((tmp_path / "a.txt").stat().st_mode) == mode

    def test_what_a_mode_hides_is_hidden_while_it_is_written(self, tmp_path: Path) -> None:
        (tmp_path / "a.txt").write_text("work")
        (tmp_path / "a.txt").chmod(0o600)
        with whole_file(tmp_path / "a.txt", force=True) as unfinished:
            unfinished.write_text("new")
            assert stat.S_IMODE(unfinished.stat().st_mode) == 0o600

    @pytest.mark.parametrize("there", [True, False])
    def test_a_link_stays_and_leads_to_the_new_file(self, tmp_path: Path, there: bool) -> None:
        """The file is written in the folder of the one that the link leads to, for only there it can be moved."""
        link, file = tmp_path / "here" / "a.txt", tmp_path / "there" / "b.txt"
        for folder in (link.parent, file.parent):
            folder.mkdir()
        link.symlink_to(Path("..") / "there" / "b.txt")
        if there:
            file.write_text("work")
            file.chmod(0o604)
            with pytest.raises(aftersales.PaperError, match=r"file-exists"):
                write_file(link, "new")
        with whole_file(link, force=there) as unfinished:
            assert unfinished.parent == file.parent
            unfinished.write_text("new")
        assert link.readlink() == Path("..") / "there" / "b.txt"
        assert (file.read_text(), stat.S_IMODE(file.stat().st_mode)) == ("new", 0o604 if there else 0o640)
        assert [path.name for path in (*link.parent.iterdir(), *file.parent.iterdir())] == ["a.txt", "b.txt"]

    def test_a_link_that_leads_nowhere(self, tmp_path: Path) -> None:
        (tmp_path / "a.txt").symlink_to("none/b.txt")
        with pytest.raises(aftersales.PaperError) as raised:
            write_file(tmp_path / "a.txt", "new", force=True)
        assert [problem.code for problem in raised.value.problems] == ["unwritable-file"]
        assert f"'{tmp_path / 'a.txt'}'" in raised.value.problems[0].message
        assert [path.is_symlink() for path in tmp_path.iterdir()] == [True]


class TestAsYaml:
    @settings(max_examples=examples(40))
    @given(findings())
    def test_written_yaml_reads_back_as_the_same_evaluation(self, found: dict[str, object]) -> None:
        evaluation = aftersales.load_evaluation(oracle.document(found))
        assert aftersales.load_evaluation(as_yaml(evaluation).encode()) == evaluation

    def test_everything_beside_the_findings_and_open_findings_too(self) -> None:
        data = oracle.document(
            {"5.1.1.1": None, "5.1.1.2": {"kind": "qualitative", "degree": "1/3", "reason": "a: b #c\n- d"}}
        )
        data |= {
            "team": [{"name": "张明"}],
            "period": {"start": "2026-03-02", "end": "2026-03-06"},
            "subject": {"scope": "no"},
        }
        evaluation = aftersales.load_evaluation(data)
        assert aftersales.load_evaluation(as_yaml(evaluation).encode()) == evaluation
        assert "5.1.1.1" in yaml.safe_load(as_yaml(evaluation))["findings"]

    @pytest.mark.parametrize("char", ["\x85", "\u2028", "\u2029", "\t", "\r\n", "\u3000", "#", ": ", "\U0001f600"])
    def test_no_character_of_a_text_is_lost(self, char: str) -> None:
        reason = f"门店{char}三家{char} {char}"
        data = oracle.document({"5.1.1.1": {"kind": "qualitative", "degree": 0, "reason": reason}})
        again = aftersales.load_evaluation(as_yaml(aftersales.load_evaluation(data)).encode())
        assert again.findings["5.1.1.1"].reason == reason

    @pytest.mark.parametrize("char", ["\x00", "\x0b", "\x1f", "\ufeff"])
    @pytest.mark.parametrize("name", ["a.yaml", "a.json"])
    def test_what_could_not_be_read_again_is_not_written(self, char: str, name: str) -> None:
        data = oracle.document({"5.1.1.1": {"kind": "qualitative", "degree": 0, "reason": f"a{char}b"}})
        with pytest.raises(aftersales.PaperError) as raised:
            as_file(aftersales.load_evaluation(data), name)
        assert raised.value.problems[0].code == "bad-character"

    @settings(max_examples=examples(40))
    @given(findings())
    def test_json_reads_back_as_the_same_evaluation(self, found: dict[str, object]) -> None:
        evaluation = aftersales.load_evaluation(oracle.document(found))
        assert aftersales.load_evaluation(as_file(evaluation, "a.json").encode()) == evaluation

    def test_an_evaluation_is_written_with_no_unknown_extension(self) -> None:
        evaluation = aftersales.load_evaluation(oracle.document({}))
        with pytest.raises(aftersales.PaperError) as raised:
            as_file(evaluation, "a.txt")
        assert raised.value.problems[0].code == "unknown-format"


class TestRequire:
    def test_a_missing_library_names_the_extra_in_one_line(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "openpyxl", None)  # as if it were not installed
        with pytest.raises(aftersales.MissingExtra) as raised:
            require("openpyxl", "excel")
        assert isinstance(raised.value, ImportError)
        assert raised.value.problems[0].message == "this needs openpyxl: pip install 'aftersales[excel]'"

    def test_a_library_that_is_broken_is_not_called_missing(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "broken_library.py").write_text("import what_it_needs")
        monkeypatch.syspath_prepend(tmp_path)
        with pytest.raises(ModuleNotFoundError, match="what_it_needs"):
            require("broken_library", "excel")
