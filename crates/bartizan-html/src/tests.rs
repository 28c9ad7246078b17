//! What a parser makes of what comes out.

mod dom;
mod encoded;
mod hostile;
mod sanitized;
