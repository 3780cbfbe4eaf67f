"""The p360 command: server, generator, ingest and pipeline of Project 360."""
