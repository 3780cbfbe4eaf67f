"""Guesses a feed's declaration from a sample file."""
