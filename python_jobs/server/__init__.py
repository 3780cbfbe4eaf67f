"""The one Spark server: starts and stops it, and opens its two doors, Thrift and Connect."""
