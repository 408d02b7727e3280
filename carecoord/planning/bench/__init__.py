"""
Literature instances: formats, independent evaluators, best-known values and the families `carecoord bench` runs.

Pure apart from parsing bytes handed in by the caller; no file is opened here.
"""
