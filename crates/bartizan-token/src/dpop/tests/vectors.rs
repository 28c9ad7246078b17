//! The examples of RFC 9449, typed by hand.

use super::*;

/// Section 4.1, figure 2.
const TOKEN_REQUEST: &str = "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI\
    6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3V\
    OSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIj\
    oiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ.2-GxA6T\
    8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg";

/// Section 7.1, figure 13.
const RESOURCE_REQUEST: &str = "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwie\
    CI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY\
    3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiJlMWozVl9iS2ljOC1MQUVCIiwiaHRt\
    IjoiR0VUIiwiaHR1IjoiaHR0cHM6Ly9yZXNvdXJjZS5leGFtcGxlLm9yZy9wcm90ZWN0ZWRyZXNvdXJjZSIsImlhdCI6MTU2\
    MjI2MjYxOCwiYXRoIjoiZlVIeU8ycjJaM0RaNTNFc05yV0JiMHhXWG9hTnk1OUlpS0NBcWtzbVFFbyJ9.2oW9RP35yRqzhrt\
    NP86L-Ey71EOptxRimPPToA1plemAgR6pxHF8y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA";

/// Section 6.1, figure 8.
const THUMBPRINT: &str = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";

/// A server elsewhere, at its own time.
fn server(base: &str, now_secs: u64) -> Server {
    let mut server = Server::new();
    server.clock.set(UnixTime::from_secs(now_secs));
    let base = TargetUri::new(base).unwrap();
    server.verifier = DpopVerifier::new(base, Arc::clone(&server.store));
    server
}

#[test]
fn the_proof_of_section_4_is_good() {
    let server = server("https://server.example.com", 1_562_262_616);
    let request = DpopRequest::new("POST", "/token", [TOKEN_REQUEST]);
    let verified = ready(server.verifier.verify(&request, &*server.clock)).unwrap();
    assert_eq!(verified.thumbprint().to_string(), THUMBPRINT);
    assert_eq!(verified.issued_at().as_secs(), 1_562_262_616);
}

#[test]
fn the_proof_of_section_7_is_good_with_its_token() {
    let server = server("https://resource.example.org/", 1_562_262_618);
    let key = THUMBPRINT.parse().unwrap();
    let verify = |token: &str, path: &str| {
        let request = DpopRequest::new("GET", path, [RESOURCE_REQUEST]);
        ready(server.verifier.verify_with_token(&request, (token, &key), &*server.clock))
    };
    let path = "/protectedresource";
    assert_eq!(refused(verify("another", path)), Some(ProofRefused::WrongToken));
    assert_eq!(refused(verify(ACCESS_TOKEN, "/")), Some(ProofRefused::WrongTarget));
    assert_eq!(verify(ACCESS_TOKEN, path).unwrap().thumbprint(), &key);
    assert_eq!(refused(verify(ACCESS_TOKEN, path)), Some(ProofRefused::Replayed));
}

#[test]
fn a_client_gives_the_same_hash_to_the_token_of_section_7() {
    assert_eq!(token_hash(ACCESS_TOKEN), "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo");
}
