"""What an operator does to an installation as a whole: put a backup back, prove one, look inside, explain it.

Above the domains, since it touches all of them; below the commands, which only read words and print them.
"""
