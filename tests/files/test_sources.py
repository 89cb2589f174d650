"""What the loaders read: paths, streams, bytes, files in archives and packages, mappings; and what they say of the rest."""

from __future__ import annotations

import asyncio
import io
import json
import os
import tempfile
import zipfile
from codecs import BOM_UTF8
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support import oracle
from support.forms import form
from support.workbooks import saved

import aftersales
from aftersales.files import source as sources

TEXT = json.dumps(oracle.document(oracle.all_full()), ensure_ascii=False)
YAML = aftersales.load_evaluation(TEXT.encode()).to_yaml()
FORM: bytes = aftersales.write_workbook(aftersales.load_standard(), aftersales.load_evaluation(TEXT.encode()))


class Pieces(io.RawIOBase):
    """A stream that gives a byte at a time, counts them, and may have an end or not."""

    def __init__(self, content: bytes, *, rest: bytes = b"", asked: int = 1):
        self.content, self.rest, self.asked, self.given = content, rest, asked, 0

    def read(self, size: int = -1) -> bytes:
        piece = self.content[self.given : self.given + self.asked] or self.rest[: max(size, 0)]
        self.given += len(piece)
        return piece


def archive(**files: bytes) -> zipfile.ZipFile:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name.replace("_", "."), content)
    return zipfile.ZipFile(written)


def refused(source: Any, load: Callable[[Any], object] = aftersales.load_evaluation) -> aftersales.AftersalesError:
    with pytest.raises(aftersales.AftersalesError) as caught:
        load(source)
    return caught.value


def codes(source: Any, load: Callable[[Any], object] = aftersales.load_evaluation) -> list[str]:
    return [problem.code for problem in refused(source, load).problems]


class PathOfBytes(os.PathLike[bytes]):
    def __init__(self, path: Path):
        self.path = path

    def __fspath__(self) -> bytes:
        return os.fsencode(self.path)


class TestEveryKind:
    @pytest.mark.parametrize(
        "content",
        [TEXT.encode(), YAML.encode(), b"\xef\xbb\xbf" + YAML.encode(), FORM],
        ids=["json", "yaml", "bom", "form"],
    )
    def test_the_same_content_is_read_from_every_kind_of_source(self, content: bytes) -> None:
        expected = aftersales.load_evaluation(TEXT.encode()).findings
        kinds: list[Any] = [content, bytearray(content), memoryview(content), io.BytesIO(content)]
        kinds += [io.BufferedReader(io.BytesIO(content)), Pieces(content), Pieces(content, asked=7)]
        kinds += [zipfile.Path(archive(x=content), "x"), archive(x=content).open("x")]
        for kind in kinds:
            assert aftersales.load_evaluation(kind).findings == expected

    @pytest.mark.parametrize("size", [10, 10**7])
    def test_an_upload_is_read_in_memory_and_on_the_disk(self, size: int) -> None:
        with tempfile.SpooledTemporaryFile(size) as upload:
            upload.write(FORM)
            upload.seek(0)
            assert aftersales.load_evaluation(upload).standard == "CTS XBHT-S04-2025"

    @pytest.mark.parametrize("text", [TEXT, YAML, "\ufeff" + YAML])
    def test_an_evaluation_is_read_from_a_stream_of_text(self, text: str) -> None:
        expected = aftersales.load_evaluation(TEXT.encode()).findings
        assert aftersales.load_evaluation(io.StringIO(text)).findings == expected

    def test_an_evaluation_is_read_from_a_path_of_each_format(self, tmp_path: Path) -> None:
        expected = aftersales.load_evaluation(TEXT.encode()).findings
        for name, content in (
            ("a.json", TEXT.encode()),
            ("a.yaml", YAML.encode()),
            ("a.YML", YAML.encode()),
            ("a.xlsx", FORM),
        ):
            path = tmp_path / name
            path.write_bytes(content)
            with path.open("rb") as stream:
                for source in (path, str(path), PathOfBytes(path), stream):
                    assert aftersales.load_evaluation(source).findings == expected
            inner = zipfile.Path(archive(**{name.replace(".", "_"): content}), name)
            assert aftersales.load_evaluation(inner).findings == expected

    def test_a_stream_is_read_from_where_it_stands(self) -> None:
        stream = io.BytesIO(b"--boundary\n" + YAML.encode())
        stream.readline()
        assert aftersales.load_evaluation(stream).standard == "CTS XBHT-S04-2025"

    def test_the_name_decides_where_it_has_an_extension(self) -> None:
        """As for a path: what begins with a brace is flow YAML in a file of YAML."""
        flow = io.BytesIO(b"{standard: CTS XBHT-S04-2025, findings: {5.1.1.1: full}}")
        assert codes(flow) == ["not-json"]
        flow.seek(0)
        flow.name = "case.yaml"
        assert aftersales.load_evaluation(flow).findings["5.1.1.1"] is not None

    def test_every_loader_takes_bytes_and_streams(self) -> None:
        card = aftersales.score(aftersales.load_example())
        document = json.dumps(card.model_dump(mode="json")).encode()
        assert aftersales.load_scorecard(io.BytesIO(document)) == card
        assert aftersales.load_scorecard(bytearray(document)) == card
        plan = Path("data/plans/home-appliance-chain.yaml")
        wanted = aftersales.load_plan(plan)
        assert aftersales.load_plan(io.BytesIO(plan.read_bytes())) == wanted
        with plan.open("rb") as stream:
            assert aftersales.load_plan(stream) == wanted
        form_of_plan = aftersales.write_plan_workbook(aftersales.load_standard(), wanted)
        assert aftersales.load_plan(form_of_plan).team == wanted.team
        assert aftersales.load_plan(form_of_plan) == aftersales.load_plan(io.BytesIO(form_of_plan))
        standard = aftersales.data_folder() / "standards" / "CTS_XBHT-S04-2025" / "2025-12-04.yaml"
        assert aftersales.load_standard(memoryview(standard.read_bytes())) == aftersales.load_standard()
        calendar = aftersales.data_folder() / "calendars" / "2026.yaml"
        assert aftersales.load_calendar(io.BytesIO(calendar.read_bytes())) == aftersales.load_calendar(calendar)
        assert aftersales.examine(io.BytesIO(FORM)).problems == ()


class TestContentInThePlaceOfAPath:
    @pytest.mark.parametrize("text", [TEXT, YAML, "a: 1\n\n  b: 2", '  \n{ "a": 1}', "{}", " {'a': 1}", "a\rb"])
    def test_the_refusal_of_content_says_what_to_pass(self, text: str) -> None:
        error = refused(text)
        assert [(problem.code, problem.message) for problem in error.problems] == [
            (
                "not-a-path",
                "the text is the content of a file, not its path; pass it as bytes (text.encode()) or as io.StringIO(text)",
            )
        ]
        assert not hasattr(error, "__notes__")  # the text is no name

    @pytest.mark.parametrize("text", ["shop.yaml\n", "{folder}/shop.yaml", "shop 1.yaml", "\n"])
    def test_a_path_that_is_wrong_is_none(self, text: str) -> None:
        assert "not-a-path" not in codes(text)

    def test_a_file_of_such_a_name_is_read(self, tmp_path: Path) -> None:
        path = tmp_path / "a\nb.yaml"
        path.write_text(YAML, "utf-8")
        assert aftersales.load_evaluation(str(path)).standard == "CTS XBHT-S04-2025"


class TestNames:
    def test_the_name_of_a_stream_is_reported(self, tmp_path: Path) -> None:
        path = tmp_path / "shop.yaml"
        path.write_bytes(b"standard: X\n")
        with path.open("rb") as stream:
            assert refused(stream).__notes__ == [f"in {path}"]
        inner = zipfile.Path(archive(shop_yaml=b"standard: X\n"), "shop.yaml")
        assert refused(inner).__notes__ == ["in shop.yaml"]

    @pytest.mark.parametrize("name", [3, None, "", b"x"], ids=repr)
    def test_the_name_of_a_stream_that_is_no_text_is_not_reported(self, name: Any) -> None:
        stream = io.BytesIO(b"standard: X\n")
        stream.name = name  # type: ignore[attr-defined]
        assert not hasattr(refused(stream), "__notes__")

    def test_a_name_that_raises_is_none(self) -> None:
        class Nameless(io.BytesIO):
            @property
            def name(self) -> str:
                raise RuntimeError

        assert codes(Nameless(b"standard: X\n")) == ["missing-key"]


class TestLimits:
    @pytest.mark.parametrize(("start", "most"), [(b"# ", sources.MAX_BYTES), (b"PK\x03\x04", sources.MAX_WORKBOOK)])
    def test_no_more_than_the_bound_is_read(self, start: bytes, most: int) -> None:
        endless = Pieces(start, rest=b"x" * 2**23)
        assert codes(endless) == ["file-too-large"]
        assert endless.given == most + 1
        assert codes(start + b"x" * most) == ["file-too-large"]
        assert codes(io.BytesIO(start + b"x" * most)) == ["file-too-large"]

    def test_a_file_that_unpacks_to_too_much_is_refused(self) -> None:
        assert codes(zipfile.Path(archive(big_yaml=b"#" * 2**27), "big.yaml")) == ["file-too-large"]

    def test_a_form_is_read_within_the_bound_of_workbooks(self) -> None:
        """More than a text may have: the bound is that of a workbook."""
        book = form()
        sheet = book.create_sheet("照片")
        rows = "".join(chr(0x4E00 + number * 7919 % 20000) for number in range(600_000))
        for number in range(0, len(rows), 30_000):
            sheet.append([rows[number : number + 30_000]])
        content = saved(book)
        assert sources.MAX_BYTES < len(content) <= sources.MAX_WORKBOOK
        assert aftersales.examine(io.BytesIO(content)).problems == ()


class TestWorkbooks:
    @pytest.mark.parametrize("load", [aftersales.load_certificate, aftersales.load_scorecard, aftersales.load_standard])
    def test_a_workbook_is_refused_where_there_is_no_form_of_it(self, load: Callable[[Any], object]) -> None:
        (problem,) = refused(FORM, load).problems
        assert (problem.code, problem.message) == (
            "unknown-format",
            "the format of '.xlsx' is not supported here; supported: .yaml, .yml, .json",
        )

    @pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
    def test_a_workbook_opened_as_text_is_refused_with_the_way_out(self, encoding: str, tmp_path: Path) -> None:
        path = tmp_path / "shop.xlsx"
        path.write_bytes(FORM)
        with path.open(encoding=encoding) as stream:
            (problem,) = refused(stream).problems
        assert (problem.code, problem.message) == (
            "not-a-workbook",
            'not an .xlsx workbook that can be read: it was opened as text; open it as bytes ("rb")',
        )

    @pytest.mark.parametrize("suffix", [".yaml", ".json"])
    def test_a_workbook_that_is_named_as_another_format_has_to_be_renamed(self, suffix: str, tmp_path: Path) -> None:
        path = tmp_path / f"shop{suffix}"
        path.write_bytes(FORM)
        (problem,) = refused(path).problems
        assert (problem.code, problem.message) == (
            "not-a-workbook",
            f"not an .xlsx workbook that can be read: its name ends in {suffix}; name it .xlsx if it is one",
        )
        assert problem.message_zh.endswith(f"文件名以 {suffix} 结尾；如确为工作簿，请将扩展名改为 .xlsx")

    def test_an_old_one_is_named(self) -> None:
        (problem,) = refused(sources.OLD_WORKBOOK + b"\0" * 600).problems
        assert "old format (.xls)" in problem.message

    def test_the_name_says_that_it_should_be_one(self) -> None:
        stream = io.BytesIO(YAML.encode())
        stream.name = "shop.xlsx"
        assert codes(stream) == ["not-a-workbook"]


class TestWhatIsNoSource:
    @pytest.mark.parametrize("source", [None, 5, [1], object()])
    def test_the_error_says_what_is_read(self, source: Any) -> None:
        with pytest.raises(TypeError, match="a path, an open stream, bytes or a mapping is read, not "):
            aftersales.load_evaluation(source)

    def test_a_stream_that_gives_neither_text_nor_bytes_is_refused(self) -> None:
        class Numbers:
            def read(self, size: int) -> Any:
                return 5

        class Mixed:
            def __init__(self) -> None:
                self.parts: list[Any] = [b"a", "b"]

            def read(self, size: int) -> Any:
                return self.parts.pop(0)

        for source, kind in ((Numbers(), "int"), (Mixed(), "str")):
            with pytest.raises(TypeError, match=f"a stream gives text or bytes, not {kind}"):
                aftersales.load_evaluation(source)

    def test_a_stream_that_has_to_be_awaited(self) -> None:
        class Upload:
            async def read(self, size: int) -> bytes:
                return YAML.encode()

        with pytest.raises(TypeError, match=r"the stream is asynchronous: pass the bytes that its read\(\) gives"):
            aftersales.load_evaluation(Upload())  # type: ignore[arg-type]
        assert aftersales.load_evaluation(asyncio.run(Upload().read(9))).standard == "CTS XBHT-S04-2025"


class TestWhatCannotBeRead:
    def test_a_stream_that_is_closed(self) -> None:
        stream = io.BytesIO()
        stream.close()
        (problem,) = refused(stream).problems
        assert (problem.code, problem.message) == (
            "unreadable-file",
            "the file '<_io.BytesIO>' cannot be read: I/O operation on closed file.",
        )

    def test_a_stream_for_writing_is_refused(self, tmp_path: Path) -> None:
        with (tmp_path / "x.yaml").open("wb") as stream:
            assert codes(stream) == ["unreadable-file"]

    def test_a_stream_that_breaks_off_is_refused(self) -> None:
        class Broken:
            def read(self, size: int) -> bytes:
                raise EOFError

        (problem,) = refused(Broken()).problems
        assert problem.message.endswith("cannot be read: EOFError")

    def test_a_stream_that_does_not_wait(self) -> None:
        class Empty:
            def read(self, size: int) -> None:
                return None

        assert codes(Empty()) == ["unreadable-file"]

    def test_a_file_that_the_archive_lacks_is_refused(self) -> None:
        made = archive(x=b"")
        assert codes(zipfile.Path(made, "y.yaml")) == ["unreadable-file"]

    def test_bytes_that_are_no_utf_8(self) -> None:
        stream = io.BytesIO("standard: 标准".encode("gbk"))
        assert codes(stream) == ["not-utf8"]
        assert codes(io.TextIOWrapper(io.BytesIO("standard: 标准".encode("gbk")), "utf-8")) == ["not-utf8"]

    @pytest.mark.parametrize("mark", [b"", BOM_UTF8], ids=["without a byte order mark", "with one"])
    def test_a_byte_that_is_no_utf_8_is_reported_at_its_place(self, mark: bytes) -> None:
        (problem,) = refused(mark + b"standard: x\nab\xff").problems
        assert (problem.code, problem.line, problem.column) == ("not-utf8", 2, 3)
        assert "0xFF" in problem.message

    def test_a_part_that_is_a_bytearray(self) -> None:
        class Parts:
            def __init__(self) -> None:
                self.left = [bytearray(b"standard: X\n"), bytearray()]

            def read(self, size: int) -> bytearray:
                return self.left.pop(0)

        assert codes(Parts()) == ["missing-key"]
