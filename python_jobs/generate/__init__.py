"""Raw sales for demonstrations and tests, with a truth file that says what was planted."""
