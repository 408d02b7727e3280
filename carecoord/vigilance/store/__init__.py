"""
SQL of vigilance.
"""
