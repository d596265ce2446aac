"""What everything else uses: errors, settings, secrets, hashing, reading of files, threads."""
