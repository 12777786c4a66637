//! One family of rotating refresh tokens, shared by processes.
