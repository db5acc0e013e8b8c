"""Whether a changed type still does for clients that know the old one.

The rules are variance: answers may become more exact, arguments more lenient.
"""

from __future__ import annotations

from graphql import GraphQLType, is_list_type, is_non_null_type


def fits_output(old: GraphQLType, new: GraphQLType) -> bool:
    """Whether each answer of the new type was possible with the old one."""
    if is_non_null_type(new):
        return fits_output(old.of_type if is_non_null_type(old) else old, new.of_type)  # type: ignore[attr-defined]
    if is_non_null_type(old):
        return False
    if is_list_type(old) and is_list_type(new):
        return fits_output(old.of_type, new.of_type)  # type: ignore[attr-defined]
    return str(old) == str(new)


def fits_input(old: GraphQLType, new: GraphQLType) -> bool:
    """Whether each value and variable of the old type is still taken."""
    return fits_output(new, old)
