"""The command artcat: its commands, what they print, the process that they run in."""
