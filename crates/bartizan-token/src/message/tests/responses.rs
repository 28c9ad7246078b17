//! Responses, bound to what was asked.

use super::*;

fn respond<'m>(
    request: &'m HttpRequest<'m>,
    status: u16,
    (fields, body): (&'m [Line], &'m [u8]),
) -> HttpResponse<'m> {
    let fields = fields.iter().map(|(name, value)| (&**name, &**value));
    HttpResponse::to(request, status, fields, body).unwrap()
}

/// The fields of a signed response.
fn signed(world: &World, signer: &HttpSigner<Webhook>, request: &HttpRequest<'_>) -> Vec<Line> {
    let mut fields = vec![line("Content-Type", "text/plain")];
    let response = respond(request, 200, (&fields, b"done"));
    let added = signer.sign_response(&response, &world.clock, &world.random).unwrap();
    fields.extend(added.fields().map(|(name, value)| line(name, value)));
    fields
}

/// asvs: V4.1.5
#[test]
fn a_response_answers_one_request() {
    for world in World::each() {
        let request = request("GET", URL, &[], b"");
        let fields = signed(&world, &world.signer(), &request);
        let verifier = world.verifier::<Webhook>();
        let refused = |request: &HttpRequest<'_>, status, body| {
            let response = respond(request, status, (&fields, body));
            verifier.verify_response(&response, &world.clock).err()
        };
        let response = respond(&request, 200, (&fields, b"done"));
        let proof = verifier.verify_response(&response, &world.clock).unwrap();
        assert_eq!(proof.body(), b"done");
        assert!(proof.covers(&"\"@method\";req".parse().unwrap()));
        let bad = Some(MessageRefused::BadSignature);
        assert_eq!(refused(&request, 500, b"done"), bad);
        assert_eq!(refused(&request, 200, b"fail"), Some(MessageRefused::WrongDigest));
        let other = super::request("DELETE", URL, &[], b"");
        assert_eq!(refused(&other, 200, b"done"), bad);
        let other = super::request("GET", "https://merchant.example/", &[], b"");
        assert_eq!(refused(&other, 200, b"done"), bad);
    }
}

/// With the request's signature in it, it answers that one request alone (RFC 9421, section 2.4).
#[test]
fn a_response_is_bound_to_the_signature_of_its_request() {
    let world = World::ed25519();
    let signature: Component = r#""signature";req;key="webhook""#.parse().unwrap();
    let signer = world.signer::<Webhook>().with_component(signature.clone());
    let (first, second) = (world.signed(), world.signed());
    let (first, second) = (request("POST", URL, &first, BODY), request("POST", URL, &second, BODY));
    let fields = signed(&world, &signer, &first);
    let policy = HttpPolicy::new(300).unwrap().with_component(signature);
    let verifier = HttpVerifier::<Webhook>::new(world.keys.clone(), policy);
    let refused = |request: &HttpRequest<'_>, fields: &[Line]| {
        let response = respond(request, 200, (fields, b"done"));
        verifier.verify_response(&response, &world.clock).err()
    };
    assert_eq!(refused(&first, &fields), None);
    assert_eq!(refused(&second, &fields), Some(MessageRefused::BadSignature));
    let unbound = signed(&world, &world.signer(), &first);
    assert_eq!(refused(&first, &unbound), Some(MessageRefused::NotCovered));

    let unsigned = request("POST", URL, &[], BODY);
    let response = respond(&unsigned, 200, (&[], b""));
    let refused = signer.sign_response(&response, &world.clock, &world.random).err();
    assert_eq!(refused, Some(MessageSignError::MissingComponent));
}

/// The signature of a request is none of a response, though their fields are alike.
#[test]
fn a_request_is_no_response_and_has_no_status() {
    let world = World::ed25519();
    let fields = world.signed();
    let asked = request("POST", URL, &[], BODY);
    let response = respond(&asked, 200, (&fields, BODY));
    let refused = world.verifier::<Webhook>().verify_response(&response, &world.clock).err();
    assert_eq!(refused, Some(MessageRefused::NotCovered));

    let answered = signed(&world, &world.signer(), &asked);
    assert!(world.refusal_of(&request("POST", URL, &answered, b"done")).is_some());
    for component in ["@status", "\"@method\";req", "\"content-type\";req"] {
        let signer = world.signer::<Webhook>().with_component(component.parse().unwrap());
        let refused = signer.sign(&request("GET", URL, &[], b""), &world.clock, &world.random);
        assert_eq!(refused.err(), Some(MessageSignError::MissingComponent), "{component}");
    }
    for component in ["@method", "@path", "\"@status\";req"] {
        let signer = world.signer::<Webhook>().with_component(component.parse().unwrap());
        let response = respond(&asked, 200, (&[], b""));
        let refused = signer.sign_response(&response, &world.clock, &world.random).err();
        assert_eq!(refused, Some(MessageSignError::MissingComponent), "{component}");
    }
    assert!(HttpResponse::to(&asked, 99, [], b"").is_err());
    assert!(HttpResponse::to(&asked, 1_000, [], b"").is_err());
}

/// What was asked is covered then, not what is answered.
#[test]
fn the_digest_of_the_request_is_not_one_of_the_response() {
    let world = World::ed25519();
    let asked_fields = [line("content-digest", &digest::of(BODY))];
    let asked = request("POST", URL, &asked_fields, BODY);
    let verify = |last: &str| {
        let params = format!(
            "(\"@status\" \"@method\";req \"@target-uri\";req {last})\
             ;created=1700000000;keyid=\"00c0ffee\";tag=\"webhook\""
        );
        let mut fields = vec![line("content-digest", &digest::of(b"done"))];
        let keyring = world.keys.snapshot();
        let primary = signing_keys::Primary::Own(keyring.primary().1);
        let response = respond(&asked, 200, (&fields, b"done"));
        let message = base::Message::Response(&response);
        let signature = signer::sign(&params, message, &primary, "webhook").unwrap();
        fields.push(line("signature-input", &format!("a={params}")));
        fields.push(line("signature", &format!("a=:{signature}:")));
        let response = respond(&asked, 200, (&fields, b"done"));
        world.verifier::<Webhook>().verify_response(&response, &world.clock).err()
    };
    assert_eq!(verify("\"content-digest\""), None);
    assert_eq!(verify("\"content-digest\";req"), Some(MessageRefused::NotCovered));
}
