"""
Labour law and branch agreements as dated data.
"""
