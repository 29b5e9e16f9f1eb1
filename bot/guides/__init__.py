"""A member's way through an opt-out, step by step.

`machine` says what a tap means and `checkup` what is on and off, both without knowing where anything is
kept; `store` has the statements and `service` the transactions.
"""
