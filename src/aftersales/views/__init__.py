"""What a terminal and a notebook show; no rule and no arithmetic."""
