"""Storage: the tables and their queries, one noun a file; the only place that knows a database.

Each function takes an open `Tx` and plain values, and gives plain values back; what is private is
sealed on its way in and opened on its way out. Nothing here asks what time it is, decides a rule
of care, or reaches a network other than the database's.
"""
