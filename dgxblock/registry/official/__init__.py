"""Official files of a registry without an API: read, compared, agreed on by two people, and then believed."""
