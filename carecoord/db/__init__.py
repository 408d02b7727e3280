"""
Database access: engine, unit of work, row-level-security context, embedded server.
"""
