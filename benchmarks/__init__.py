"""Load tests of the served application, with a PostgreSQL of their own (fsync on). Run by `make bench`."""
