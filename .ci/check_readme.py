"""Check that the README's "Quick start" has two fenced sh blocks of one line each. --command N prints one of them."""

import re
import sys
from pathlib import Path

text = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
section = re.split(r"(?m)^## ", text.split("## Quick start\n", 1)[1])[0]
blocks = [block.strip() for block in re.findall(r"(?ms)^```sh\n(.*?)^```", section)]
if len(blocks) != 2 or any("\n" in block for block in blocks):
    sys.exit('README.md: "Quick start" needs exactly two fenced sh blocks of one line each')
if "--command" in sys.argv:
    print(blocks[int(sys.argv[-1]) - 1])
