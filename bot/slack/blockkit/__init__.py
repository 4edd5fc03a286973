"""Block Kit: messages and windows of the product as Slack wants them, and what stands in them."""
