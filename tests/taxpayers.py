"""Taxpayer numbers of organisations that do not exist: each client has one of its own."""

from zlib import crc32


def inn_number(number: int) -> str:
    """Return a taxpayer number of an organisation, with its check digit (MMV-7-6/435)."""
    digits = f"{770_000_000 + number}"
    weights = (2, 4, 10, 3, 5, 9, 4, 6, 8)
    return digits + str(sum(weight * int(digit) for weight, digit in zip(weights, digits, strict=True)) % 11 % 10)


def inn_of(client: str) -> str:
    """Return the taxpayer number of a client, the same for the same name."""
    return inn_number(crc32(client.encode()) % 10_000_000)
