"""An option with an empty value, such as from an unset variable of a shell, is not an option left out."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.command import CHAIN, run

from aftersales import load_certificate


@pytest.mark.parametrize(
    "arguments",
    [
        ["score", CHAIN, "--standard", ""],
        ["score", CHAIN, "--partial", "--standard", ""],
        ["check", CHAIN, "--standard", ""],
        ["explain", CHAIN, "--standard", ""],
        ["compare", CHAIN, CHAIN, "--standard", ""],
        ["schema", "--edition", ""],
        ["improve", CHAIN, "--cost", ""],
        ["template", "--plan", ""],
        ["template", "--standard", ""],
        ["issue", CHAIN, "--on", "2026-03-20", "--renew", ""],
        ["issue", CHAIN, "--on", ""],
    ],
    ids=" ".join,
)
def test_an_empty_option_is_refused(arguments: list[str]) -> None:
    done = run(*map(str, arguments))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1


def test_a_renewal_takes_a_new_number(tmp_path: Path) -> None:
    certificate = tmp_path / "certificate.yaml"
    assert run("issue", str(CHAIN), "--on", "2026-03-06", "--number", "A", "-o", str(certificate)).returncode == 0
    later = tmp_path / "later.yaml"
    later.write_text(Path(CHAIN).read_text("utf-8").replace("2026-03-0", "2028-03-0"), "utf-8")
    done = run("issue", str(later), "--on", "2028-03-10", "--renew", str(certificate), "--number", "N")
    assert done.returncode == 0
    assert load_certificate(done.stdout.encode()).status("2028-03-10").holder.number == "N"
