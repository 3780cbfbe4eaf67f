"""The main job, from raw rows to a live release."""
