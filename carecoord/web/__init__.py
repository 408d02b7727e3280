"""
French pages: a page is a view-model plus a template; no rule lives here.
"""
