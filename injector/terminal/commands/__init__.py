"""The commands, one module each: ``add`` adds its options, ``run`` runs it."""
