"""
Accompanied transport: pick-up and drop-off pairs, ride times, kinds of seats.
"""
