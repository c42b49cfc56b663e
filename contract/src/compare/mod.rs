//! Two conversations in, violations out.
