"""
Printed and tabular documents: PDF and XLSX, without any knowledge of features.
"""
