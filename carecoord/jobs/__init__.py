"""
The job queue: a thin typed face over the library that runs it on PostgreSQL.
"""
