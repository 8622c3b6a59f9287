"""What `make run` and `make test` start by themselves: PostgreSQL, Valkey and a mail server.

All three come as packages and live in one folder, ``OPENEVENT_VAR``. Nothing in here is imported
on a server that brings its own (except ``places``, which settings read).
"""
