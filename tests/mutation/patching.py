"""Gives the functions of a loaded module other code, and records which of its statements run."""

from __future__ import annotations

import ast
import builtins
import functools
import gc
import inspect
import warnings
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

REACHED = "_reached"  # of the builtins, so that the code of each function finds it


def _statements(tree: ast.Module) -> list[ast.stmt]:
    """The statements inside of functions."""
    bodies = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    found = {id(node): node for body in bodies for each in body.body for node in ast.walk(each)}
    return [node for node in found.values() if isinstance(node, ast.stmt)]


def statement_of(source: str, line: int) -> int | None:
    """The first line of the innermost statement of a function that has a line; None outside of functions."""
    starts = [each.lineno for each in _statements(ast.parse(source)) if each.lineno <= line <= (each.end_lineno or 0)]
    return max(starts, default=None)


def _with_probes(source: str) -> ast.Module:
    """The module with a call before each statement of its functions, which notes the line of the statement."""
    tree = ast.parse(source)
    lines = {id(each): each.lineno for each in _statements(tree)}
    for node in ast.walk(tree):
        for field in ("body", "orelse", "finalbody"):
            body = getattr(node, field, None)
            if isinstance(body, list) and body and id(body[0]) in lines:
                probed = [(*ast.parse(f"{REACHED}.add({lines[id(each)]})").body, each) for each in body]
                setattr(node, field, [each for pair in probed for each in pair])
    return tree


def _functions(code: CodeType) -> list[CodeType]:
    """The code of the functions of a module and of its classes, without those that are inside of functions."""
    inner = [const for const in code.co_consts if isinstance(const, CodeType)]
    return [
        each for const in inner for each in ([const] if const.co_flags & inspect.CO_OPTIMIZED else _functions(const))
    ]


def _at_import(code: CodeType) -> list[CodeType]:
    """What runs when the module is imported: its own code and that of its classes."""
    inner = [const for const in code.co_consts if isinstance(const, CodeType)]
    bare = code.replace(co_consts=tuple(const for const in code.co_consts if const not in inner), co_linetable=b"")
    return [bare, *(each for const in inner if not const.co_flags & inspect.CO_OPTIMIZED for each in _at_import(const))]


class LoadedModule:
    """The functions of a module that this process has imported, and the caches of the package."""

    def __init__(self, path: Path, package: str) -> None:
        gc.unfreeze()  # the suite freezes what is there once the tests are collected, which hides it
        self.path, self.source = path, path.read_text("utf-8")
        self.functions = [
            each for each in gc.get_objects() if type(each) is FunctionType and each.__code__.co_filename == str(path)
        ]
        self.caches: list[Any] = [
            each
            for each in gc.get_objects()
            if type(each) is functools._lru_cache_wrapper and str(each.__module__).startswith(package)
        ]
        gc.freeze()
        if not self.functions:
            raise RuntimeError(f"{path} is not imported")

    def forget(self) -> None:
        """Empty the caches, so that each test runs the code itself."""
        for cache in self.caches:
            cache.cache_clear()

    def becomes(self, changed: str | ast.Module) -> bool:
        """Give the functions their changed code; False where more than the code of functions differs."""
        with warnings.catch_warnings(action="ignore"):  # of `is` with a literal
            old, new = (compile(code, str(self.path), "exec", dont_inherit=True) for code in (self.source, changed))
        before, after = _functions(old), _functions(new)
        if _at_import(old) != _at_import(new) or len(before) != len(after):
            return False
        given = {one: other for one, other in zip(before, after, strict=True) if one != other}
        for function in self.functions:
            other = given.get(function.__code__)
            if other and other.co_freevars == function.__code__.co_freevars:
                function.__code__ = other
        self.forget()
        return True

    def note(self) -> set[int]:
        """The set into which each statement of the functions puts its line from now on."""
        reached: set[int] = set()
        setattr(builtins, REACHED, reached)
        if not self.becomes(ast.fix_missing_locations(_with_probes(self.source))):
            raise RuntimeError(f"{self.path} cannot be given probes")
        return reached
