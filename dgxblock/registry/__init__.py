"""From a passed course to a certificate at an external registry: who earned one, with whose consent, sent how."""
