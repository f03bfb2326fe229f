"""What Istio's injector does to a pod besides its template, a rule a module.

Only the room istio imports it, and the terminal for its checks of annotations.
"""
