"""What the pages show: a local snapshot of the live run, and the questions asked of it."""
