"""Files and modules for PyInstaller: data, sentences, modules that are imported by name, libraries of extras."""

import re
from importlib.util import find_spec
from pathlib import Path

from PyInstaller.utils.hooks import collect_data_files, collect_submodules

source = "".join(file.read_text("utf-8") for file in Path(__file__).parents[2].rglob("*.py"))
libraries = sorted(set(re.findall(r'require\("([\w.]+)"', source)))

datas = collect_data_files("aftersales")
hiddenimports = collect_submodules("aftersales", on_error="ignore")
hiddenimports += [name for name in libraries if find_spec(name.partition(".")[0])]
module_collection_mode = {"docx": "pyz+py"}  # python-docx looks for its templates beside the folders of its modules
