"""The evaluation plan (6.1.2): its content and its requirements."""
