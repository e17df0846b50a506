"""One zip with everything of a file: to take home from a server that is destroyed afterwards, and to put back."""

DATABASE = "portal.db"
SUMS = "SHA256SUMS"
