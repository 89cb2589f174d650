"""The command, called as people call it, and the examples that it is called with."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml
from support import oracle

from aftersales.standard.editions import data_folder

EXAMPLES = data_folder() / "examples"


CHAIN = str(EXAMPLES / "home-appliance-chain.yaml")


UNFINISHED = str(EXAMPLES / "unfinished.yaml")


def run(*arguments: str, text: str | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
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
    path.write_text(yaml.safe_dump(oracle.document(findings, **others), allow_unicode=True), "utf-8")
    return str(path)
