"""Runs the fuzz targets: python tests/fuzz/run.py [TARGET …] [--seconds N | --runs N] [--seed N] [--plain]

Every target runs in a process of its own, which counts its inputs and measures the processor time and the memory of each.
With atheris the inputs are led by coverage; without it, or with --plain, they are random. A line a target is printed. What
failed is kept in tests/fuzz/found/, the smallest input of each kind, and is run again by

    python tests/fuzz/run.py TARGET --input FILE

The exit code is 1 where anything failed.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import importlib.util
import json
import mmap
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent)]
FOUND = HERE / "found"
MAX_SECONDS, MAX_MEGABYTES = 2, 300  # of one input
HANGS = 60  # seconds of processor time after which an input is ended
BLOCKS = 900  # seconds of wall time after which a process is ended that waits for something, or starts
MEMORY = 2_000_000_000  # bytes that a process may have: what takes more is ended before the machine suffers
MAX_INPUT = 1_500_000
PLAIN_LENGTH = 96  # of an input that is decisions


class Current:
    """The input that is run now, in a file, so that it is known where the process dies of it."""

    def __init__(self, path: Path):
        with path.open("ab") as file:
            file.truncate(MAX_INPUT + 16)
        with path.open("r+b") as file:
            self.map = mmap.mmap(file.fileno(), 0)

    def write(self, number: int, data: bytes) -> None:
        self.map[16 : 16 + len(data)] = data
        self.map[:16] = number.to_bytes(8, "little") + len(data).to_bytes(8, "little")

    def read(self) -> tuple[int, bytes]:
        """The number of the input, and the input."""
        number, length = (int.from_bytes(self.map[at : at + 8], "little") for at in (0, 8))
        return number, self.map[16 : 16 + length]


class Harness:
    """Runs inputs of one target, measures each, and keeps those that failed."""

    def __init__(self, name: str, options: argparse.Namespace, current: Path, figures: Path):
        import checks
        import targets

        self.name, self.target, self.broken = name, targets.TARGETS[name], checks.Broken
        self.options, self.current, self.figures = options, Current(current), figures
        self.inputs = self.accepted = 0
        self.slowest = self.largest = 0.0
        self.failures: dict[str, dict[str, Any]] = {}
        self.begun, self.told = time.monotonic(), 0.0
        self.peak = 0

    def warm_up(self) -> None:
        """Runs the first inputs without measuring them: what is imported and cached once is no input's cost."""
        for seed in seeds_of(self.name)[:3] or [b""]:
            with contextlib.suppress(Exception):  # it will come again
                self.target(seed)
        self.peak = _peak()
        resource.setrlimit(resource.RLIMIT_AS, (_size() + MEMORY, resource.RLIM_INFINITY))

    def run(self, data: bytes) -> None:
        """Runs one input."""
        data = bytes(data[:MAX_INPUT])
        self.current.write(self.inputs, data)
        signal.setitimer(signal.ITIMER_PROF, HANGS)  # its signal ends the process
        start = time.process_time()
        try:
            self.accepted += self.target(data)
        except Exception as error:
            self._keep(self._kind(error), data, error)
        seconds, grown = time.process_time() - start, (_peak() - self.peak) / 1_000_000
        self.inputs += 1
        self.slowest, self.largest = max(self.slowest, seconds), max(self.largest, grown)
        if seconds > MAX_SECONDS:
            self._keep(f"slow: over {MAX_SECONDS} s", data, f"{seconds:.1f} s")
        if grown > MAX_MEGABYTES:
            self._keep(f"large: over {MAX_MEGABYTES} MB", data, f"{grown:.0f} MB")
            self.peak += int(grown * 1_000_000)  # the next one has to be larger still, for a peak is never forgotten
        if time.monotonic() - self.told > 1:
            self.tell()

    @property
    def is_over(self) -> bool:
        """Whether the budget is used up."""
        if self.options.runs:
            return bool(self.inputs >= self.options.runs)
        return bool(time.monotonic() - self.begun > self.options.seconds)

    def tell(self) -> None:
        """Writes the figures so far."""
        self.told = time.monotonic()
        names = ("inputs", "accepted", "slowest", "largest", "failures")
        seconds = {"seconds": time.monotonic() - self.begun}
        self.figures.write_text(json.dumps({name: getattr(self, name) for name in names} | seconds), "utf-8")

    def _kind(self, error: Exception) -> str:
        """What distinguishes mistakes: what is broken, or the exception and the last line of ours that it passed."""
        if isinstance(error, self.broken):
            return f"broken: {error.args[0]}"
        frames = traceback.extract_tb(error.__traceback__)
        ours = [frame for frame in frames if "aftersales" in Path(frame.filename).parts] or frames
        place = f"{Path(ours[-1].filename).name}:{ours[-1].lineno}"
        return f"undeclared: {type(error).__name__} at {place} in {ours[-1].name}"

    def _keep(self, kind: str, data: bytes, error: Exception | str) -> None:
        known = self.failures.get(kind)
        if known is not None:
            known["count"] += 1
            if known["length"] <= len(data):
                return
        told = error if isinstance(error, str) else "".join(traceback.format_exception(error))[-6_000:]
        path = keep(self.name, kind, data, told)
        self.failures[kind] = {
            "count": known["count"] if known else 1,
            "length": len(data),
            "path": str(path),
            "told": told[-400:],
        }


def keep(name: str, kind: str, data: bytes, told: str) -> Path:
    """Writes a failed input, and what became of it, under a name that its kind alone decides."""
    FOUND.mkdir(exist_ok=True)
    path = FOUND / f"{name}-{hashlib.sha256(kind.encode()).hexdigest()[:10]}"
    path.write_bytes(data)
    path.with_suffix(".txt").write_text(f"{kind}\n{data[:300].hex()}\n\n{told}\n", "utf-8", errors="backslashreplace")
    return path


def _peak() -> int:
    """The most memory that the process has had, in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _size() -> int:
    """The address space that the process has now, in bytes; where the system does not say it, a guess that is large enough."""
    try:
        return int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()
    except OSError:
        return 4 * MEMORY


def seeds_of(name: str) -> list[bytes]:
    """Inputs to begin with."""
    import targets

    if name in targets.SEEDS:
        return targets.SEEDS[name]()
    rng = random.Random(name)
    return [bytes([rng.randrange(256), *bytes(20)]) for _ in range(4)] + [rng.randbytes(40) for _ in range(20)]


def run_child(name: str, options: argparse.Namespace) -> None:
    """Runs one target in this process until its budget is used up."""
    if not options.plain:
        import atheris

        # coverage is wanted of the library alone
        with atheris.instrument_imports(include=["aftersales"]):
            import targets
    sys.setrecursionlimit(1_000)
    harness = Harness(name, options, options.folder / "current", options.folder / "figures")
    harness.warm_up()

    def run_one(data: bytes) -> None:
        harness.run(data)
        if harness.is_over:
            harness.tell()
            os._exit(0)

    seeds = seeds_of(name)
    if options.plain:
        import inputs
        import targets

        rng = random.Random(f"{name} {options.seed}")
        for seed in seeds:
            run_one(seed)
        while True:
            if name in targets.SEEDS:
                run_one(inputs.changed_bytes(rng, rng.choice(seeds), seeds))
            else:
                run_one(rng.randbytes(rng.randint(1, PLAIN_LENGTH)))
    corpus = options.folder / "corpus"
    corpus.mkdir()
    for number, seed in enumerate(seeds):
        (corpus / str(number)).write_bytes(seed)
    longest = max(4_096, *(len(seed) * 2 for seed in seeds)) if len(seeds[0]) > 50 else 256
    flags = [f"-seed={options.seed or 1}", "-rss_limit_mb=0", f"-timeout={BLOCKS}", f"-max_len={longest}"]
    flags += [f"-artifact_prefix={options.folder}/", "-verbosity=0"]
    atheris.Setup([sys.argv[0], *flags, str(corpus)], run_one)
    atheris.Fuzz()


def run_target(name: str, options: argparse.Namespace) -> dict[str, Any]:
    """Runs one target in a process of its own; its figures and failures."""
    with tempfile.TemporaryDirectory() as folder:
        Current(Path(folder) / "current").map.close()
        arguments = [sys.executable, __file__, name, "--child", folder, "--seconds", str(options.seconds)]
        arguments += ["--runs", str(options.runs), "--seed", str(options.seed), *(["--plain"] if options.plain else [])]
        environment = os.environ | {"TMPDIR": folder, "PYTHONHASHSEED": "0"}
        with (Path(folder) / "log").open("w+b") as log:
            child = subprocess.Popen(arguments, stdout=log, stderr=log, env=environment)
            current = Current(Path(folder) / "current")
            end = _end_of(child, current)
            log.seek(0)
            said = log.read()[-3_000:].decode("utf-8", "replace")
        figures = Path(folder) / "figures"
        found: dict[str, Any] = {
            "inputs": 0,
            "accepted": 0,
            "slowest": 0.0,
            "largest": 0.0,
            "seconds": 0.0,
            "failures": {},
        }
        if figures.exists():
            found |= json.loads(figures.read_text("utf-8"))
        if end is not None:
            number, data = current.read()
            found["inputs"] = max(found["inputs"], number)
            path = keep(name, end, data, said)
            found["failures"][end] = {"count": 1, "length": len(data), "path": str(path), "told": said[-600:]}
        return found


def _end_of(child: subprocess.Popen[bytes], current: Current) -> str | None:
    """Waits for a process; how it ended, None where it ended as it should."""
    number, since = -1, time.monotonic()
    while child.poll() is None:
        time.sleep(0.1)
        now = current.read()[0]
        if now != number:
            number, since = now, time.monotonic()
        elif time.monotonic() - since > BLOCKS:
            child.kill()
            child.wait()
            return f"blocks: over {BLOCKS} s"
    if child.returncode == -signal.SIGPROF:
        return f"hangs: over {HANGS} s"
    return None if child.returncode == 0 else f"died: exit code {child.returncode}"


def show(name: str, found: dict[str, Any]) -> None:
    refused = (
        found["inputs"]
        - found["accepted"]
        - sum(each["count"] for kind, each in found["failures"].items() if kind.startswith(("undeclared", "broken")))
    )
    undeclared = sum(kind.startswith("undeclared") for kind in found["failures"])
    print(
        f"{name:15} {found['inputs']:9,} inputs {found['accepted']:9,} accepted {refused:9,} refused"
        f" {found['slowest']:7.2f} s slowest {found['largest']:5.0f} MB largest {found['seconds']:6.0f} s"
        f" {undeclared:3} undeclared, {len(found['failures']) - undeclared} other failures",
        flush=True,
    )
    for kind, each in found["failures"].items():
        last = each["told"].strip().splitlines()[-1:]
        print(f"    {kind} ({each['count']:,} times) {each['path']}\n        {''.join(last)[:300]}", flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "targets", nargs="*", metavar="TARGET", help="all without; docstrings of targets.py describe them"
    )
    parser.add_argument("--seconds", type=float, default=60, help="for all targets together (default 60)")
    parser.add_argument("--runs", type=int, default=0, help="inputs of each target, in place of --seconds")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--plain", action="store_true", help="random inputs, without atheris")
    parser.add_argument("--input", type=Path, help="run one input, and show what becomes of it")
    parser.add_argument("--child", type=Path, dest="folder", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    options.plain = options.plain or importlib.util.find_spec("atheris") is None
    if options.folder:
        run_child(options.targets[0], options)  # which imports the library itself, after atheris
    import targets

    if unknown := set(options.targets) - targets.TARGETS.keys():
        parser.error(f"no such target: {', '.join(sorted(unknown))}; there are {', '.join(targets.TARGETS)}")
    if options.input:
        start = time.process_time()
        print("accepted" if targets.TARGETS[options.targets[0]](options.input.read_bytes()) else "refused")
        print(f"{time.process_time() - start:.2f} s, {_peak() / 1_000_000:.0f} MB in all")
        return 0
    names = options.targets or list(targets.TARGETS)
    if options.plain:
        print("random inputs, without atheris")
    options.seconds /= len(names)
    failed = False
    for name in names:
        found = run_target(name, options)
        show(name, found)
        failed = failed or bool(found["failures"]) or not found["inputs"]
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
