"""Facts that begin or end with a release of Istio, and how releases compare.

Every room above may import this one; it holds facts in one form, and no behaviour.
"""
