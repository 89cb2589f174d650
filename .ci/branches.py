"""Tells which lines and branches of src/ the suite does not run through.

    SEEN=FOLDER PYTHONPATH=.ci python -m pytest -p branches -n 2    each process writes into FOLDER what it saw
    python .ci/branches.py FOLDER                                   puts it together; the exit code is 1 below 100 %

SlipCover marks lines and branches in the code of a module when it is imported. On Python 3.11 the suite takes a third
longer with it, where tracing each line makes it take twice as long.
"""

import json
import os
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "aftersales"
OMITTED = ["*/__pyinstaller/hooks/*"]  # PyInstaller runs them


class Measurement:
    """Measures from before the first import of the library to the end of the session."""

    def __init__(self) -> None:
        import slipcover  # not above: it has a plugin of its own, which pytest wants to load first

        self.seen = slipcover.Slipcover(
            branch=True, source=[str(SOURCE)], omit=OMITTED, exclude_also=["if __name__ == .__main__.:"]
        )
        slipcover.ImportManager(self.seen, slipcover.FileMatcher([SOURCE])).__enter__()

    def pytest_sessionfinish(self) -> None:
        """Write what this process saw; each worker has a file of its own."""
        name = os.environ.get("PYTEST_XDIST_WORKER", "main")
        Path(os.environ["SEEN"], f"{name}.json").write_text(json.dumps(self.seen.get_coverage()), "utf-8")


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Start before conftest.py imports anything."""
    early_config.pluginmanager.register(Measurement())


def main() -> int:
    """Print the files that are not covered in whole; 1 where there are any."""
    import slipcover

    whole, *others = [json.loads(path.read_text("utf-8")) for path in sorted(Path(sys.argv[1]).glob("*.json"))]
    for other in others:
        slipcover.merge_coverage(whole, other)
    slipcover.print_coverage(whole, skip_covered=True)
    return int(any(figures["missing_lines"] or figures["missing_branches"] for figures in whole["files"].values()))


if __name__ == "__main__":
    sys.exit(main())
