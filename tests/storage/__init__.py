"""The database itself: races, failures, migrations, plans of queries."""
