"""The proof that every query of the API schema can be answered, over the query graph that planning uses."""
