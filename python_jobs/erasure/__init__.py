"""`p360 forget`: what names a person is taken out of all that is kept; every row and sum stays."""
