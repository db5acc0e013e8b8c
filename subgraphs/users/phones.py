"""Phone numbers in E.164 form."""

from __future__ import annotations

import phonenumbers

from subgraphs.common.errors import CodedError, ErrorCode


def parse_phone(text: str) -> str:
    """`+20 100 123 4567` → `+201001234567`; INVALID_PHONE if no such number can exist."""
    try:
        number = phonenumbers.parse(text)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        raise CodedError(ErrorCode.INVALID_PHONE, field="phone")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
