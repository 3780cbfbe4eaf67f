"""A real cluster of processes on one machine: what it computes, what it survives, who gets in."""
