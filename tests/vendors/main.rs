//! Every ready profile of `profiles/`, played through the C ABI against a server of its vendor's recorded shape: login,
//! call, refused token, wrong secret, refresh or replacement, expiry, logout.
//!
//! A server here is written from what the vendor's pages and public clients show, and knows nothing of the profile: what
//! it is asked in another shape is a fault of the profile, and fails the test.
//!
//! | file | what is in it |
//! |---|---|
//! | `play.rs` | what is played with all of them, and what a vendor has to tell for it |
//! | `server.rs` | a vendor behind a port, plain or demanding a client certificate |
//! | `asked.rs` | a request as a vendor looks at it |
//! | `shape.rs` | the two shapes that most vendors have: a token endpoint, and a key |
//! | `books.rs` | which tokens are alive, and how often what was asked |
//! | `oauth.rs`, `jwt.rs` | an authorization server as several run one; signed assertions |
//! | `places.rs` | which hosts each environment goes to |
//! | `table.rs` | that each profile has a player and a row in `profiles/README.md` |
//! | all others | groups of vendors |

// The sandbox's parts and the tests' client are shared with others, who use more of them.
#![allow(dead_code)]

#[path = "../providers/client.rs"]
mod client;
#[path = "../sandbox/connection.rs"]
mod connection;
#[path = "../sandbox/http.rs"]
mod http;
#[path = "../requests/answer.rs"]
mod response;

mod asked;
mod books;
mod jwt;
mod oauth;
mod places;
mod play;
mod server;
mod shape;
mod table;

/// The players of a group: a test for each, named after its profile, and for the table what each of them waits for.
macro_rules! players {
    ($($test:ident, $profile:literal, $vendor:expr;)*) => {
        pub const PLAYERS: &[crate::table::Player] = &[$(($profile, || crate::play::wait($profile, || $vendor))),*];
        $(
            #[test]
            fn $test() {
                crate::play::play($profile, || $vendor);
            }
        )*
    };
}

mod banks;
mod cloud;
mod erp;
mod fiscal;
mod freight;
mod generic;
mod identity;
mod others;
mod payments;
mod shops;
mod totvs;
