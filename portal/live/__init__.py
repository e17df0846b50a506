"""The run as it happens: one door for commands, one bus, the bell, and who is there."""
