"""`make fuzz`: 20,000 requests as each of three roles, which schemathesis makes up from the served OpenAPI document.

The operations are shared out among processes, each with a server, a database and a world of its own. An operation is
asked the same as each role, and each role begins in the same world:

    make fuzz                                                       # all
    make fuzz ARGS="--requests 2000 --roles eve --seed 7"
    make fuzz ARGS="--only 'PATCH /v1/tracks/{id}' --requests 30"   # one operation

An answer is wrong when it breaks one of the checks in ``checks.py``: a 5xx, a status, media type, header or body that
the document does not have, bad data that was taken, a lock that was open; or when it takes longer than
``player.PATIENCE``. What is wrong is printed with a curl line. Seeds of operations follow from ``--seed`` and their
names: the same seed and number of requests ask the same again.

``services``   the servers of a process
``world``      what there is: Olga's event and Eve's with a row of every type, the snapshot that brings them back
``grounding``  puts keys of real rows and values that make sense into some of what was made up
``cases``      how many requests an operation gets, and of which kinds
``player``     plays the operations
``checks``     what is wrong with an answer
``leniency``   what is read although the document does not have it
``report``     what is printed
"""
