"""
JSON face: decode, authorise, call one service function, encode.
"""
