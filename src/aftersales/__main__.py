"""Run the command: ``python -m aftersales``."""

import sys

from aftersales.cli.command import main

sys.exit(main())
