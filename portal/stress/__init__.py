"""The classroom harness: a hall of phones that plays a whole quiz against a server and checks every number it is shown.

A client like any other: it imports nothing of the program and knows only what the pages promise to those outside.
"""
