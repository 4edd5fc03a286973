"""The way of a case: targets, joins, stages left out, returns, rules and sub-cases."""
