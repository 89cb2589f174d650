"""Fixtures of tests of several packages."""

from __future__ import annotations

import gc
import shutil
import signal
from collections.abc import Iterator
from typing import Any

import pytest
from support.examples import load_profiles
from support.office import Office, missing

load_profiles()

if (
    signal.getsignal(signal.SIGINT) is signal.SIG_IGN
):  # as in the background of a shell: processes that tests start would ignore it, too
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection() -> None:
    """Modules and tests that are collected stay: there is no garbage to look for."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Leave modules and collected tests out of every later garbage collection, and make those rare: a fifth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    gc.enable()


@pytest.fixture(scope="class")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("Chromium is not installed")
    with playwright.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """LibreOffice, which takes more time to start than to do most of what tests ask of it."""
    if reason := missing():
        pytest.skip(reason)
    with Office(tmp_path_factory.mktemp("office")) as office:
        yield office
