"""Istio's changes of a pod besides its templates, one rule in each module.

Only the room istio imports it, and the terminal for its checks of annotations.
"""
