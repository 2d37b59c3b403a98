"""A trainee's papers: what they type, checked, normalised, and kept encrypted."""
