"""The steps of an injection: the decision, the overrides, the status annotation.

The pipeline and its products call the steps.
"""
