"""What goes over the wire of BSG's API, described by pydantic models: the source of its OpenAPI description.

Requests are read by hand (`reading`, `viber`, `sms`…), because each breach has an error code of its own and clients
send numbers as strings; the models say what a well-formed client sends. Answers are held against them in the tests.
No way of a request imports this package: pydantic would be slow to load, and its models slow to build.
"""
