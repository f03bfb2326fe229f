"""Go's text/template: templates in its language, run on JSON with Go's types.

``GoTemplate`` is a template; ``functions.function`` describes what it may call;
``typed`` describes Go types and ``values`` says how values of them are held.
"""
