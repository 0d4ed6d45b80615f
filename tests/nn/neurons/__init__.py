"""Neurons with thresholds and without."""
