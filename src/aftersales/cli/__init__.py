"""The command ``aftersales``."""

from aftersales.cli.command import main

__all__ = ["main"]
