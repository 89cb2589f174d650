"""The star certificate (7.2), its events and its status."""
