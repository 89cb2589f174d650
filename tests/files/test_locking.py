"""A file that is read, changed and written back is locked meanwhile, so that nothing recorded is lost."""

from __future__ import annotations

import errno
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from support.command import CHAIN, run
from support.plain_yaml import to_yaml

from aftersales import Change, OutputError, RectificationResult, close_item, load_certificate, record
from aftersales.files.locking import exclusive

CERTIFICATE = {
    "standard": "CTS XBHT-S04-2025",
    "edition": "2025-12-04",
    "organisation": "甲",
    "final_score": "87.37",
    "stars": 4,
    "issued": "2026-03-20",
}


def certificate(tmp_path: Path) -> Path:
    path = tmp_path / "certificate.yaml"
    path.write_text(to_yaml(CERTIFICATE), "utf-8")
    return path


def test_a_locked_file_is_not_changed(tmp_path: Path) -> None:
    path = certificate(tmp_path)
    before = path.read_bytes()
    renewed = ("issue", CHAIN, "--on", "2028-03-10", "--renew", str(path), "-o", str(path), "--force")
    with exclusive(path):
        for change in (
            lambda: record(path, Change.model_validate({"on": "2026-09-01", "scope": "x"})),
            lambda: close_item(
                path, "1", RectificationResult.model_validate({"done": "x", "on": "2026-09-01", "by": "y"})
            ),
        ):
            with pytest.raises(OutputError) as caught:
                change()
            assert [problem.code for problem in caught.value.problems] == ["file-in-use"]
        for arguments in (("record", str(path), "application", "--on", "2028-01-01"), renewed):
            done = run(*arguments)
            assert (done.returncode, done.stdout) == (2, "")
            assert "[file-in-use]" in done.stderr
            assert ".certificate.yaml.lock" in done.stderr
    assert path.read_bytes() == before
    assert run("record", str(path), "application", "--on", "2028-01-01").returncode == 0
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_an_error_releases_the_lock(tmp_path: Path) -> None:
    path = certificate(tmp_path)
    with pytest.raises(KeyboardInterrupt), exclusive(path):
        raise KeyboardInterrupt
    with exclusive(path):
        pass


def test_a_link_locks_the_file_itself(tmp_path: Path) -> None:
    path, link = certificate(tmp_path), tmp_path / "link.yaml"
    link.symlink_to(path)
    with exclusive(link), pytest.raises(OutputError), exclusive(path):
        pass


def test_a_file_that_does_not_exist_is_not_locked(tmp_path: Path) -> None:
    for path in (tmp_path / "none.yaml", tmp_path / "none" / "none.yaml", Path("\0")):
        with exclusive(path):
            assert not list(tmp_path.iterdir())


def test_where_no_lock_can_be_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*arguments: object, **options: object) -> None:
        raise OSError(errno.EROFS, "read-only")

    path = certificate(tmp_path)
    monkeypatch.setattr(Path, "touch", refused)
    with pytest.raises(OutputError) as caught, exclusive(path):
        pass
    assert [problem.code for problem in caught.value.problems] == ["unwritable-file"]


def test_of_many_changes_at_once_each_is_refused_or_kept(tmp_path: Path) -> None:
    path = certificate(tmp_path)

    def change(number: int) -> str | None:
        try:
            record(path, Change.model_validate({"on": "2026-09-01", "scope": str(number)}))
        except OutputError as error:
            return error.problems[0].code
        return None

    with ThreadPoolExecutor(8) as threads:
        codes = list(threads.map(change, range(24)))
    assert set(codes) <= {None, "file-in-use"}
    kept = {event.scope for event in load_certificate(path).events if event.kind == "change"}
    assert kept == {str(number) for number, code in enumerate(codes) if code is None}
    assert kept
