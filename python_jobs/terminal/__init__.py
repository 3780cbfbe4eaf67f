"""What people read on a terminal: lines, bars and tables."""
