"""What authors write: read it, check it, write it back. No Django, no XBlock."""
