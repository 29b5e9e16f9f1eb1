"""Measurements, run by hand through make."""
