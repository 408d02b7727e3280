"""
The demonstration territory: plainly fictional people in real communes, made from a seed.
"""
