"""Windows of forms: changed, sent and acknowledged, and what is saved of them."""
