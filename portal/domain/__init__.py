"""The rules, pure: no clock, no chance, no files, no network. Values in, values out."""
