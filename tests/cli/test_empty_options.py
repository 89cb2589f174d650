"""An option with an empty value, such as from an unset variable of a shell, is not an option left out."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.command import CHAIN, run


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


def test_a_renewal_with_a_number_is_refused(tmp_path: Path) -> None:
    certificate = tmp_path / "certificate.yaml"
    assert run("issue", str(CHAIN), "--on", "2026-03-20", "-o", str(certificate)).returncode == 0
    done = run("issue", str(CHAIN), "--on", "2029-03-01", "--renew", str(certificate), "--number", "N", "--lang", "en")
    assert done.returncode == 2
    assert done.stderr == (
        "aftersales: a renewed certificate keeps its number, so --number 'N' cannot be given with --renew"
        " [number-of-renewal]\n"
    )
