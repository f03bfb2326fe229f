"""The commands of the terminal, a module each: ``add`` its options, ``run`` it."""
