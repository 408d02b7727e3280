"""
Command line.
"""
