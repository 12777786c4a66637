//! `oidc-provider`, which is certified: every way in which a client can say who it is.
