"""Reading what people write: numbers, addresses, amounts, days and words that are looked for."""
