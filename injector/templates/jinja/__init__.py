"""TODO injector/templates/jinja."""
