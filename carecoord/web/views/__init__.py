"""
What pages of rounds show, worked out from read models: pure, in French, without HTML.
"""
