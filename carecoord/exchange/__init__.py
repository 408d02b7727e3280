"""
Files and messages to and from other software.
"""
