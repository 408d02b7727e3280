"""
What both faces share at the edge of a request: who is behind it, and its unit of work.

Deciding it in one place means that a page and a program are never judged by different rules.
"""
