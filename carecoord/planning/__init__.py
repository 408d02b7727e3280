"""
Planning, pure: problem in, solution out.

No clock, network, database, personal name, nor randomness without a seed.
"""
