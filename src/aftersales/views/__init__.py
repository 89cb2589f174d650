"""Views for a terminal and a notebook. They hold no rules and no arithmetic."""
