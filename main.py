"""The function: what functions-framework loads and calls."""

import gc

# What a start makes stays: collections would search it again and again for nothing.
gc.disable()

import os

from injector.web import start

FUNCTION = start.function(os.environ)
"""Made before the first request: a wrong configuration ends the process here."""

inject = start.target(FUNCTION)
"""What the framework calls with each request."""

gc.freeze()
gc.enable()
