"""The database: engines, tables, migrations. Nothing of a domain lives here.

How a process begins and ends:

    with ProcessLock(path):                     # locking; SQLite only, raises InUse
        await migrate(url, now=clock.now())     # migrating; raises StorageRefused, StorageDown
        database = Database(url)                # engine
        …
        await database.close()
"""
