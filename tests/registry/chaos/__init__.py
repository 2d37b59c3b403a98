"""Ten thousand results on real parts, while everything that can fail does; then one question."""
