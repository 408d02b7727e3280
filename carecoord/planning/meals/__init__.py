"""
Meal rounds: capacity by compartment, windows, several trips, time out of cold.
"""
