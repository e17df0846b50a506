"""``portal audit``: an outside checker that reads the one file and believes nothing that the program says of it."""
