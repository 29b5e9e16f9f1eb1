"""The database: engines, tables, migrations. Nothing of a domain lives here."""
