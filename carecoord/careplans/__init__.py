"""
Care plans, recurring interventions and the dated visits they produce.
"""
