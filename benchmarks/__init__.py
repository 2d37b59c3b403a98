"""How fast and how heavy our blocks are beside two others: ``make bench``. Not part of the wheel."""
