"""What a catalog writes as text, read as values: dates, lives, sizes, techniques, spellings.

Every function here takes any text, raises nothing and depends on nothing but its input. What
cannot be read for certain is refused with a reason, never guessed.
"""
