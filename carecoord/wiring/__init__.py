"""
The only tables of connections: which handler answers which job, which constraint means what.
"""
