"""Words that people disguise, one module for each language.

The lists were written for this project; they are offensive because their subject is.
"""
