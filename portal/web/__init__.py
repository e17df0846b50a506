"""HTTP: read the form, ask the run, draw the answer. Nothing here holds the state of a run or opens a file."""
