"""
The only place that names OR-Tools or numba.
"""
