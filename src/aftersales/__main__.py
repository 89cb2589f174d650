"""``python -m aftersales``: the command."""

import sys

from aftersales.cli.command import main

sys.exit(main())
