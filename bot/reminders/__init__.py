"""When a reminder is due, and what a person's words say about it. This half is pure.

`schedule` tells the next instant from the previous one, `phrases` reads "every first monday at 9", `zones`
finds a time zone by city, `calendar` writes the same reminder as a file for other calendars.
"""
