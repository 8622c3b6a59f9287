"""The OpenAPI document of the API, derived from the registry and the serializers: what runs is what it says.

``operations``  what each route takes and answers (the AutoSchema that settings name)
``resources``   resource objects and documents of JSON:API, one component each
``parameters``  include, sort, filter, fields, pages: what ``params.py`` reads
``security``    the two names of a token
``plain``       the decorator by which a plain route says what it takes and answers
``serving``     /api/schema and /api/docs
"""
