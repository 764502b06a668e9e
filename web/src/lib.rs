//! The web front: sign-in, the API, the live socket and the pages.
