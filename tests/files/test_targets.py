"""A file that the command reads is never written to, whatever --force says."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from support.plain_yaml import to_yaml

import aftersales
from aftersales import cli
from aftersales.standard.editions import data_folder
from aftersales.standard.standard import named_standard

FULL = {"kind": "qualitative", "degree": 1}
CHAIN = (data_folder() / "examples" / "home-appliance-chain.yaml").read_bytes()


def standard_text() -> bytes:
    data = named_standard("CTS XBHT-S04-2025").model_dump(mode="json", exclude_none=True)
    return to_yaml(data).encode()


def plan_text() -> bytes:
    """The plan that fits the example."""
    path = next((data_folder() / "plans").glob("*.yaml"))
    return path.read_bytes()


SAME: dict[str, Callable[[Path, Path], Path]] = {
    "the same name": lambda file, _: file,
    "another spelling": lambda file, folder: folder / ".." / folder.name / file.name,
    "a link": lambda file, folder: _linked(Path.symlink_to, folder / f"link{file.suffix}", file),
    "a link to a link": lambda file, folder: _linked(
        Path.symlink_to, folder / f"second{file.suffix}", SAME["a link"](file, folder)
    ),
    "a hard link": lambda file, folder: _linked(Path.hardlink_to, folder / f"hard{file.suffix}", file),
}


def _linked(link: Callable[[Path, Path], None], path: Path, file: Path) -> Path:
    link(path, file)
    return path


COMMANDS: dict[str, tuple[bytes, Callable[[Path, Path], list[str]]]] = {
    "issue": (CHAIN, lambda file, out: ["issue", str(file), "--on", "2026-03-20", "-o", str(out)]),
    "issue --standard": (
        standard_text(),
        lambda file, out: ["issue", str(file.with_name("case")), "--on", "2026-03-20", "--standard", str(file), "-o", str(out)],
    ),
    "template --plan": (plan_text(), lambda file, out: ["template", "--plan", str(file), "-o", str(out)]),
    "template --standard": (standard_text(), lambda file, out: ["template", "--standard", str(file), "-o", str(out)]),
    "report": (CHAIN, lambda file, out: ["report", str(file), "-o", str(out)]),
    "report --standard": (
        standard_text(),
        lambda file, out: ["report", str(file.with_name("case")), "--standard", str(file), "-o", str(out)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("force", [[], ["--force"]], ids=["", "--force"])
@pytest.mark.parametrize("same", SAME)
@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_never_writes_to_its_input(
    command: str, same: str, force: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content, arguments = COMMANDS[command]
    file = tmp_path / "input.yaml"
    file.write_bytes(content)
    (tmp_path / "case").write_bytes(CHAIN)
    out = SAME[same](file, tmp_path)
    assert cli.main([*arguments(file, out), *force]) == 2
    said = capsys.readouterr()
    assert "[target-is-source]" in said.err
    assert said.err.startswith("aftersales: ")
    assert len(said.err.splitlines()) == 1
    assert not said.out
    assert file.read_bytes() == content
    assert {path.name for path in tmp_path.iterdir()} - {"link.yaml", "second.yaml", "hard.yaml"} == {
        "input.yaml",
        "case",
    }


def test_a_link_to_the_input_is_not_written_to(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A link that ends like a report leads to the evaluation."""
    file = tmp_path / "input.yaml"
    file.write_bytes(CHAIN)
    (tmp_path / "report.html").hardlink_to(file)
    assert cli.main(["report", str(file), "-o", str(tmp_path / "report.html"), "--force"]) == 2
    assert "[target-is-source]" in capsys.readouterr().err
    assert file.read_bytes() == CHAIN


@pytest.mark.parametrize("named", ["photo.pdf", "photos", "."])
def test_a_report_is_not_written_over_its_evidence(
    named: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """6.1.3: the file of a piece of evidence, or one in its folder."""
    (tmp_path / "photos").mkdir()
    photos = [tmp_path / "photo.pdf", tmp_path / "photos" / "photo.pdf"]
    for photo in photos:
        photo.write_bytes(b"photo")
    piece = {"method": "observation", "file": named}
    case = aftersales.load_evaluation(CHAIN).with_findings({"5.1.1.1": FULL | {"evidence": [piece]}})
    (tmp_path / "case.json").write_text(case.model_dump_json(), "utf-8")
    target = photos[named == "photos"]
    assert cli.main(["report", str(tmp_path / "case.json"), "--draft", "-o", str(target), "--force"]) == 2
    assert "[target-is-source]" in capsys.readouterr().err
    assert [photo.read_bytes() for photo in photos] == [b"photo"] * 2


@pytest.mark.parametrize("link", [Path.symlink_to, Path.hardlink_to])
def test_a_register_is_not_written_over_a_certificate(
    link: Callable[[Path, Path], None], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "in").mkdir()
    certificate = tmp_path / "in" / "a.yaml"
    certificate.write_bytes(CHAIN)
    target = _linked(link, tmp_path / "register.csv", certificate)
    arguments = ["register", str(tmp_path / "in"), "--on", "2026-03-20", "-o", str(target), "--force"]
    assert cli.main(arguments) == 2
    assert "[target-is-source]" in capsys.readouterr().err
    assert certificate.read_bytes() == CHAIN


def test_a_file_that_comes_from_standard_input_is_not_written_to(tmp_path: Path) -> None:
    file = tmp_path / "input.yaml"
    file.write_bytes(CHAIN)
    with file.open("rb") as stream:
        done = subprocess.run(
            [sys.executable, "-m", "aftersales", "issue", "-", "--on", "2026-03-20", "-o", str(file), "--force"],
            stdin=stream,
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        )
    assert done.returncode == 2
    assert "[target-is-source]" in done.stderr
    assert file.read_bytes() == CHAIN


def test_another_file_is_written_and_stdout_is_no_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file, out = tmp_path / "input.yaml", tmp_path / "certificate.yaml"
    file.write_bytes(CHAIN)
    for _ in range(2):
        assert cli.main(["issue", str(file), "--on", "2026-03-20", "-o", str(out), "--force"]) == 0
    assert capsys.readouterr().out.count("certificate.yaml：已写入") == 2
    for output in ([], ["-o", "-"]):
        assert cli.main(["issue", str(file), "--on", "2026-03-20", *output]) == 0
    assert capsys.readouterr().out == out.read_text("utf-8") * 2
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(CHAIN)))
    assert cli.main(["issue", "-", "--on", "2026-03-20", "-o", str(out), "--force"]) == 0


@pytest.mark.parametrize("same", SAME)
def test_a_renewal_is_recorded_in_its_certificate(
    same: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The one command that changes a file in place, whole or not at all; the evaluation is still none to be written."""
    first, again, file = tmp_path / "first.yaml", tmp_path / "again.yaml", tmp_path / "certificate.yaml"
    first.write_bytes(CHAIN)
    again.write_bytes(CHAIN.replace(b"2026-03-02", b"2029-01-12").replace(b"2026-03-06", b"2029-01-16"))
    assert cli.main(["issue", str(first), "--on", "2026-03-20", "-o", str(file)]) == 0
    out = SAME[same](file, tmp_path)
    renewal = ["issue", str(again), "--on", "2029-03-01", "--renew", str(file)]
    issued = file.read_bytes()
    assert cli.main([*renewal, "-o", str(again), "--force"]) == 2
    assert "[target-is-source]" in capsys.readouterr().err
    assert cli.main([*renewal, "-o", str(out)]) == 2
    assert "[file-exists]" in capsys.readouterr().err
    assert file.read_bytes() == issued
    assert cli.main([*renewal, "-o", str(out), "--force"]) == 0
    events = aftersales.load_certificate(out).events
    assert [event.kind for event in events] == ["renewal"]
    if same != "a hard link":  # which then leads to the certificate as it was
        assert aftersales.load_certificate(file).events == events
    assert not list(tmp_path.glob(".*"))


def test_the_json_of_a_command_has_the_refusal_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = tmp_path / "a.csv"
    table.write_text("5.1\n", "utf-8")
    assert cli.main(["batch", str(table), "-o", str(table), "--force", "--json"]) == 2
    assert [problem["code"] for problem in json.loads(capsys.readouterr().out)["problems"]] == ["target-is-source"]
