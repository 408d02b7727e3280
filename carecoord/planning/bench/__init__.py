"""
Literature instances: formats, independent evaluators, best-known values, families of `carecoord bench`.

Pure apart from parsing bytes handed in by the caller; no file is opened here.
"""
