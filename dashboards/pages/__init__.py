"""The pages: each declares its blocks, and a function from data and filters to their contents."""
