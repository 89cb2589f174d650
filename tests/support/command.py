"""Calls of the command, and the examples that it is called with."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from unittest import mock

from support import oracle
from support.plain_yaml import to_yaml

from aftersales import cli
from aftersales.standard.editions import data_folder

EXAMPLES = data_folder() / "examples"
CHAIN = str(EXAMPLES / "home-appliance-chain.yaml")
UNFINISHED = str(EXAMPLES / "unfinished.yaml")


def run(
    *arguments: str, text: str | None = None, encoding: str = "utf-8", **environment: str
) -> subprocess.CompletedProcess[str]:
    """The command, called in this process with pipes of its own and a terminal of 80 columns.

    ``text`` is its standard input, ``encoding`` that of its output; ``environment`` holds further variables. What only a
    process of its own shows (its start, signals, closed pipes) is asked of :func:`run_process`.
    """
    variables = {"AFTERSALES_LANG": "", "COLUMNS": "80", **environment}
    streams = [io.TextIOWrapper(io.BytesIO(), encoding=encoding, write_through=True) for _ in range(2)]
    stdin = io.TextIOWrapper(io.BytesIO((text or "").encode()), encoding="utf-8")
    with (
        mock.patch.dict(os.environ, variables),
        mock.patch.object(sys, "stdin", stdin),
        contextlib.redirect_stdout(streams[0]),
        contextlib.redirect_stderr(streams[1]),
    ):
        try:
            code = cli.main(arguments)
        except SystemExit as end:  # argparse ends so
            code = int(end.code or 0)
    out, err = (stream.buffer.getvalue().decode("utf-8", "replace") for stream in streams)  # type: ignore[attr-defined]
    return subprocess.CompletedProcess(arguments, code, out, err)


def run_process(*arguments: str, text: str | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, with UTF-8 pipes unless the environment says otherwise."""
    return subprocess.run(
        [sys.executable, "-m", "aftersales", *arguments],
        input=text,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        env={**os.environ, "PYTHONIOENCODING": "utf-8", "AFTERSALES_LANG": "", "COLUMNS": "80", **environment},
        check=False,
    )


def write(path: Path, findings: dict[str, Any], **others: Any) -> str:
    path.write_text(to_yaml(oracle.document(findings, **others)), "utf-8")
    return str(path)
