"""Whether a stage fits: whom it is for, its work, its rule or sub-case, and where its outcomes lead."""
