"""The documentation as a site: ``sphinx-build -W -b html docs site``. The pages are those of this folder, the API that of the docstrings."""

from __future__ import annotations

import inspect
import re
from collections import defaultdict
from importlib import import_module
from pathlib import Path
from typing import Any

import aftersales

TOP = Path(__file__).parents[1]

project = "aftersales"
version = release = aftersales.__version__
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.viewcode"]
exclude_patterns = ["browser"]
language = "zh_CN"  # the search then finds Chinese words, and English ones too
html_theme = "furo"
html_title = "aftersales"
html_show_copyright = False
myst_heading_anchors = 4
autodoc_member_order = "bysource"
autodoc_default_options = {"members": True, "exclude-members": "model_config"}
autodoc_class_signature = "separated"
autodoc_typehints_format = "short"


def api() -> str:
    """The public names in reStructuredText, by the package in which they are defined."""
    packages: dict[str, list[str]] = defaultdict(list)
    for module, names in aftersales._FACE.items():
        packages[module.partition(".")[0]] += names
    faces = {package: ("aftersales", names) for package, names in packages.items()}
    faces["batch"] = ("aftersales.batch", import_module("aftersales.batch").__all__)
    lines = []
    for package, (module, names) in faces.items():
        said = inspect.cleandoc(import_module(f"aftersales.{package}").__doc__ or "").partition("\n\n")[0]
        lines += ["", package, "-" * len(package), "", said, "", f".. currentmodule:: {module}", ""]
        lines += [f".. {directive(getattr(import_module(module), name))}:: {name}" for name in names]
    return "\n".join(lines)


def directive(value: object) -> str:
    """The directive that documents a public name."""
    if inspect.isclass(value):
        return "autoexception" if issubclass(value, Exception) else "autoclass"
    return "autofunction" if inspect.isroutine(value) else "autodata"


def read(app: Any, page: str, source: list[str]) -> None:
    """Fill the pages that come from elsewhere, and lead links to files beside this folder to their pages."""
    text = source[0]
    if page == "api":
        text += api()
    if page == "index":
        text = (TOP / "README.md").read_text("utf-8").replace("](docs/", "](").replace("](data/", "](../data/") + text
    elsewhere = {"../../README.md": "../index.md", "../data/conformance/README.md": "conformance.md"}
    for link, target in elsewhere.items():
        text = text.replace(f"]({link})", f"]({target})")
    source[0] = text


def fields(app: Any, what: str, name: str, value: object, options: Any, lines: list[str]) -> None:
    """Make a list of the fields in the docstring of a class."""
    text = "\n".join(lines)
    start = re.search(r"^Fields:\n", text, re.MULTILINE)
    if start:
        section, *rest = text[start.end() :].partition("\n\n")
        listed = re.sub(r"^    (\w+): ", r"- **\1**: ", section, flags=re.MULTILINE)
        lines[:] = "".join(
            [text[: start.end()], "\n", re.sub(r"^ {8}", "  ", listed, flags=re.MULTILINE), *rest]
        ).split("\n")


def setup(app: Any) -> None:
    """Called by Sphinx."""
    app.connect("autodoc-process-docstring", fields)
    app.connect("source-read", read)
