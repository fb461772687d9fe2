"""Facts of BSG's world that all rooms share; knows nothing of the others."""
