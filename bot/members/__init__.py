"""Who writes to the bot, without knowing who that is: sealed identity, choices, export, erasure.

How it begins, once the database is migrated:

    keys = await open_keys(database, path=settings.key_file, secret=…)   # raises KeyRefused
    identity = Identity(keys)
    members = Members(database, identity, clock=clock, register=ErasureRegister(settings.erasure_file))
    await members.replay_erasures()
"""
