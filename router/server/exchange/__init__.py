"""What a request and a response are, whatever transport brings them."""
