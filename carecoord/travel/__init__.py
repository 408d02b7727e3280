"""
Travel times and distances, from several providers behind one interface.
"""
