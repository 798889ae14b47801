"""Everything on one machine, for practice: what `python3 dev.py up` runs.

Chooses the embedded parts that the environment does not name (`choices`), and keeps the processes
of the Procfile running beside them (`running`). No rule of the service may stand here: in
production none of this is used.
"""
