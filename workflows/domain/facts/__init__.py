"""Facts of a case: kinds of fields, canonical values, computed facts, and conditions over them."""
