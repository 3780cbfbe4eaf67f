"""The image, built without a Docker engine, and what the compose file starts, run out of it."""
