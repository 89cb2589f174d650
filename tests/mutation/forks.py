"""Runs tests against mutants of a module in forks of a process that has imported what they need.

Most mutants change the code of a function. The tests are collected once, each is run once to learn which statements it reaches, and for each
mutant a fork gives the function its changed code and runs the tests that reach it, the quickest first. That a mutant survives so says little:
the module may have been used while it was imported, or a fixture may be made once for several tests. ``is_killed_anew`` is for these,
and for the mutants that change what an import does.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from patching import LoadedModule, statement_of

# Seconds of processor time that a test may take beside ten times its own, and seconds that a fork may take.
# A mutant that runs for ever is killed.
PATIENCE, LONGEST = 5, 1800
DIED = "died"
_OPTIONS = [
    *("-x", "-qq", "-s", "--no-header", "--no-summary", "-p", "no:cacheprovider", "-p", "no:xdist"),
    "--assert=plain",  # else pytest changes the code of a module whose doctests are among the tests
    *("-W", "ignore::SyntaxWarning"),  # of `is` with a literal
]

_FORK = multiprocessing.get_context("fork")


def _in_a_fork(work: Callable[[], Any], silent: bool = True) -> Any:
    """What the work returns in a fork of this process; DIED where a signal or the time ends it, None where it fails."""
    ours, theirs = _FORK.Pipe(duplex=False)

    def run() -> None:
        os.setsid()
        if silent:
            silence = os.open(os.devnull, os.O_RDWR)
            for stream in (sys.stdout, sys.stderr):
                os.dup2(silence, stream.fileno())
        theirs.send(work())

    process = _FORK.Process(target=run)
    process.start()
    theirs.close()
    try:
        return ours.recv() if ours.poll(LONGEST) else DIED
    except EOFError:
        process.join()
        return None if (process.exitcode or 0) > 0 else DIED
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid or 0, signal.SIGKILL)
        process.join()


def _limit(seconds: float) -> None:
    """End this process by a signal after so many seconds of its processor time; 0 ends the limit."""
    signal.setitimer(signal.ITIMER_PROF, seconds)


class _Forks:
    """A plugin of pytest that tries mutants, each its code and its line, where the collected tests would be run."""

    def __init__(self, path: Path, mutants: Sequence[tuple[str, int]]) -> None:
        self.path, self.mutants = path, mutants
        self.killed: list[bool] = []

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Learn what each test reaches, and try the mutants."""
        if session.testsfailed:
            raise session.Interrupted("not all tests can be collected")
        module = LoadedModule(self.path, "aftersales")
        reached = _in_a_fork(lambda: self._reached(session.items, module))
        if reached in (None, DIED):
            raise session.Interrupted("a test of the code as it is fails")
        for code, line in self.mutants:
            statement = statement_of(module.source, line)
            chosen = sorted((seconds, number) for number, (lines, seconds) in enumerate(reached) if statement in lines)
            items = [(session.items[number], PATIENCE + 10 * seconds) for seconds, number in chosen]
            self.path.write_text(code, "utf-8")  # for processes that a test starts
            self.killed.append(_in_a_fork(partial(self._kill, module, code, items)) in (True, DIED))
        self.path.write_text(module.source, "utf-8")
        return True

    def _kill(self, module: LoadedModule, code: str, items: Sequence[tuple[pytest.Item, float]]) -> bool:
        """Whether one of the tests, each with its seconds, fails for the code of a mutant."""
        if not module.becomes(code):
            return False
        following = [*(item for item, _ in items[1:]), None]
        for (item, seconds), after in zip(items, following, strict=True):
            _limit(seconds)
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
            _limit(0)
            if item.session.testsfailed:
                return True
        return False

    def _reached(self, items: Sequence[pytest.Item], module: LoadedModule) -> list[tuple[set[int], float]] | None:
        """The statements that each test reaches, and its seconds of processor time; None where one fails."""
        reached, found = module.note(), []
        for item, following in zip(items, [*items[1:], None], strict=True):
            module.forget()
            reached.clear()
            start = time.process_time()
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            found.append((set(reached), time.process_time() - start))
        return None if items[0].session.testsfailed else found


def killed_in_forks(path: Path, tests: Sequence[str], mutants: Sequence[tuple[str, int]]) -> list[bool]:
    """Whether a test that reaches a mutant's statement kills it, for mutants given as code and line."""

    def work() -> list[bool]:
        plugin = _Forks(path, mutants)
        if (code := pytest.main([*_OPTIONS, *tests], plugins=[plugin])) not in (0, 5):
            raise RuntimeError(f"pytest ended with {code}")
        return plugin.killed

    killed = _in_a_fork(work, silent=False)
    if killed in (None, DIED):
        raise RuntimeError("the mutants cannot be tried")
    return list(killed)


def _fails(test: str) -> bool:
    _limit(LONGEST / 10)
    return pytest.main([*_OPTIONS, test]) != 0


def is_killed_anew(path: Path, tests: Sequence[str], code: str) -> bool:
    """Whether the tests kill a mutant where everything is imported anew; each file in a process of its own."""

    source = path.read_text("utf-8")
    path.write_text(code, "utf-8")
    try:
        return any(_in_a_fork(partial(_fails, test)) in (True, DIED) for test in tests)
    finally:
        path.write_text(source, "utf-8")
