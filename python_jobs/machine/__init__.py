"""What this machine has: memory, ports, locks, Java and the installed Spark."""
