use super::*;

fn several(lines: &[&Arc<Line>]) -> MultiProvider {
    let lines = lines.iter().map(|line| Arc::clone(line) as Arc<dyn KekProvider>);
    MultiProvider::new(lines.collect()).unwrap()
}

#[tokio_io::test(crate = "tokio_io")]
async fn any_of_several_unwraps() {
    let (first, second, stranger) = (Line::new(&[]), Line::new(&[]), Line::new(&[]));
    let both = several(&[&first, &second]);
    let (context, key) = key();
    let wrapped = both.wrap(&context, &key, &SystemRandom::new()).await.unwrap();

    for line in [&first, &second] {
        assert!(several(&[line]).unwrap(&context, &wrapped).await.unwrap().ct_eq(&[7; 32]));
    }
    let refused = Some(KekProviderError::Refused);
    assert_eq!(several(&[&stranger]).unwrap(&context, &wrapped).await.err(), refused);
    assert_eq!(both.unwrap(&Context::of("other"), &wrapped).await.err(), refused);

    // One that is down does not keep the other from it; both down is not a no.
    let down = [Fate::Fail(KekProviderError::Unavailable)];
    first.set(&down);
    assert!(both.unwrap(&context, &wrapped).await.is_ok());
    let unavailable = Some(KekProviderError::Unavailable);
    let strange = several(&[&first, &stranger]);
    assert_eq!(strange.unwrap(&context, &wrapped).await.err(), unavailable);
    second.set(&down);
    assert_eq!(both.unwrap(&context, &wrapped).await.err(), unavailable);
}

/// A key that only some of them could open would be lost with those.
#[tokio_io::test(crate = "tokio_io")]
async fn all_of_several_wrap_or_none() {
    let (first, second) = (Line::new(&[]), Line::new(&[]));
    let both = several(&[&first, &second]);
    let (context, key) = key();
    second.set(&[Fate::Fail(KekProviderError::Unavailable)]);
    let wrapped = both.wrap(&context, &key, &SystemRandom::new()).await;
    assert_eq!(wrapped.err(), Some(KekProviderError::Unavailable));
}

#[tokio_io::test(crate = "tokio_io")]
async fn what_is_not_a_list_of_wrapped_keys_is_refused() {
    let both = several(&[&Line::new(&[]), &Line::new(&[])]);
    let (context, key) = key();
    let wrapped = both.wrap(&context, &key, &SystemRandom::new()).await.unwrap();
    let with = |bytes: &[u8]| WrappedKey::new("multi".to_owned(), String::new(), bytes.to_vec());
    assert!(both.unwrap(&context, &with(wrapped.bytes())).await.is_ok());

    let refused = Some(KekProviderError::Refused);
    for len in 0..wrapped.bytes().len() {
        let cut = with(&wrapped.bytes()[..len]);
        assert_eq!(both.unwrap(&context, &cut).await.err(), refused, "{len}");
    }
    let entry = r#"{"provider":"key-file","parameters":"","wrapped":"AA"}"#;
    for text in [
        format!("[{}]", [entry; 9].join(",")),
        entry.to_owned(),
        entry.replace('}', r#","more":1}"#).replace('{', "[{") + "]",
        format!("[{}]", entry.replace("AA", "A")),
        " ".repeat(1 << 20),
    ] {
        assert_eq!(both.unwrap(&context, &with(text.as_bytes())).await.err(), refused, "{text}");
    }
    let nobody = both.unwrap(&context, &with(b"[]")).await;
    assert_eq!(nobody.err(), Some(KekProviderError::Misconfigured));
}

#[test]
fn none_too_many_or_nested_are_not_put_together() {
    let line = || Line::new(&[]) as Arc<dyn KekProvider>;
    let error = |lines| MultiProvider::new(lines).err();
    assert_eq!(error(vec![]), Some(MultiProviderError::None));
    assert_eq!(error(vec![line(); 8]), None);
    assert_eq!(error(vec![line(); 9]), Some(MultiProviderError::TooMany));
    let nested = Arc::new(MultiProvider::new(vec![line()]).unwrap());
    assert_eq!(nested.describe().to_string(), "multi: key-file");
    assert_eq!(error(vec![nested]), Some(MultiProviderError::Nested));
}
