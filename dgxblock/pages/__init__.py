"""How our pages are written: the template engine, its tags and texts. Blocks and staff pages share it."""
