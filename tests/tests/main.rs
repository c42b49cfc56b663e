//! The cases, one file a subject.
