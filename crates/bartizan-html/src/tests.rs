//! What a parser makes of what comes out.

mod dom;
mod encoded;
mod hostile;
mod policies;
mod sanitized;
mod single_pass;
