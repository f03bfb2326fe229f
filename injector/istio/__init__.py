"""All that is Istio's: its mesh, what its templates see, what it does to a pod."""
