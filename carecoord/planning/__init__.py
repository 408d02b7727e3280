"""
Planning, pure: problem in, solution out; no clock, network, database, personal name, nor randomness without a seed.
"""
