//! The official vectors of version 4: <https://github.com/paseto-standard/test-vectors>.

use bartizan_core::danger::ExportKey;
use bartizan_core::{SecretBytes, hex};

use super::super::key::sealed::Seal;
use super::super::{PasetoLocalKey, PasetoSigningKey};

const LOCAL: &str = "707172737475767778797a7b7c7d7e7f808182838485868788898a8b8c8d8e8f";
const SECRET: &str = "b4cbfb43df4ce210727d953e4a713307fa19bb7d9f85041438d9e11b942a3774\
    1eb9dbbbbc047c03fd70604e0071f0987e16b28b757225c11f00415d0e20b1a2";

/// What a vector has: its name, token, footer, implicit assertion and payload; none where it is to
/// be refused.
struct Vector(&'static str, &'static str, &'static str, &'static str, Option<&'static str>);

fn key<K: ExportKey>(hexadecimal: &str) -> K {
    K::import(&SecretBytes::from(hex::decode(hexadecimal).unwrap())).unwrap()
}

fn check(key: &impl Seal, Vector(name, token, footer, implicit, payload): &Vector) -> String {
    let opened = key.open(token, implicit.as_bytes());
    assert_eq!(opened.as_deref().ok(), *payload, "{name}");
    if payload.is_some() {
        let other = format!("{implicit}.");
        assert!(key.open(token, other.as_bytes()).is_err(), "{name}");
    }
    let payload = payload.unwrap_or("{}");
    key.seal(payload.as_bytes(), footer.as_bytes(), implicit.as_bytes()).unwrap()
}

#[test]
fn local_tokens_of_the_vectors_are_opened_or_refused() {
    let key: PasetoLocalKey = key(LOCAL);
    for vector in &LOCAL_VECTORS {
        let made = check(&key, vector);
        assert_eq!(key.open(&made, vector.3.as_bytes()).unwrap(), vector.4.unwrap_or("{}"));
    }
}

#[test]
fn public_tokens_of_the_vectors_are_made_and_verified_or_refused() {
    let key: PasetoSigningKey = key(SECRET);
    for vector in &PUBLIC_VECTORS {
        let made = check(&key, vector);
        if vector.4.is_some() {
            assert_eq!(made, vector.1, "{}", vector.0);
        }
    }
}

const LOCAL_VECTORS: [Vector; 14] = [
    Vector(
        "4-E-1",
        "v4.local.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAQAr68PS4AXe7If_ZgesdkUMvSwsc\
            FlAl1pk5HC0e8kApeaqMfGo_7OpBnwJOAbY9V7WU6abu74MmcUE8YWAiaArVI8XJ5hOb_4v9RmDkneN0\
            S92dx0OW4pgy7omxgf3S8c3LlQg",
        "",
        "",
        Some(r#"{"data":"this is a secret message","exp":"2022-01-01T00:00:00+00:00"}"#),
    ),
    Vector(
        "4-E-2",
        "v4.local.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAQAr68PS4AXe7If_ZgesdkUMvS2cs\
            Cgglvpk5HC0e8kApeaqMfGo_7OpBnwJOAbY9V7WU6abu74MmcUE8YWAiaArVI8XIemu9chy3WVKvRBfg\
            6t8wwYHK0ArLxxfZP73W_vfwt5A",
        "",
        "",
        Some(r#"{"data":"this is a hidden message","exp":"2022-01-01T00:00:00+00:00"}"#),
    ),
    Vector(
        "4-E-3",
        "v4.local.32VIErrEkmY4JVILovbmfPXKW9wT1OdQepjMTC_MOtjA4kiqw7_tcaOM5GNEcnTxl60WkwM\
            sYXw6FSNb_UdJPXjpzm0KW9ojM5f4O2mRvE2IcweP-PRdoHjd5-RHCiExR1IK6t6-tyebyWG6Ov7kKvB\
            dkrrAJ837lKP3iDag2hzUPHuMKA",
        "",
        "",
        Some(r#"{"data":"this is a secret message","exp":"2022-01-01T00:00:00+00:00"}"#),
    ),
    Vector(
        "4-E-4",
        "v4.local.32VIErrEkmY4JVILovbmfPXKW9wT1OdQepjMTC_MOtjA4kiqw7_tcaOM5GNEcnTxl60WiA8\
            rd3wgFSNb_UdJPXjpzm0KW9ojM5f4O2mRvE2IcweP-PRdoHjd5-RHCiExR1IK6t4gt6TiLm55vIH8c_l\
            GxxZpE3AWlH4WTR0v45nsWoU3gQ",
        "",
        "",
        Some(r#"{"data":"this is a hidden message","exp":"2022-01-01T00:00:00+00:00"}"#),
    ),
    Vector(
        "4-E-5",
        "v4.local.32VIErrEkmY4JVILovbmfPXKW9wT1OdQepjMTC_MOtjA4kiqw7_tcaOM5GNEcnTxl60WkwM\
            sYXw6FSNb_UdJPXjpzm0KW9ojM5f4O2mRvE2IcweP-PRdoHjd5-RHCiExR1IK6t4x-RMNXtQNbz7FvFZ\
            _G-lFpk5RG3EOrwDL6CgDqcerSQ.eyJraWQiOiJ6VmhNaVBCUDlmUmYyc25FY1Q3Z0ZUaW9lQTlDT2NO\
            eTlEZmdMMVc2MGhhTiJ9",
        r#"{"kid":"zVhMiPBP9fRf2snEcT7gFTioeA9COcNy9DfgL1W60haN"}"#,
        "",
        Some(r#"{"data":"this is a secret message","exp":"2022-01-01T00:00:00+00:00"}"#),
    ),
    Vector(
        "4-E-6",
        "v4.local.32VIErrEkmY4JVILovbmfPXKW9wT1OdQepjMTC_MOtjA4kiqw7_tcaOM5GNEcnTxl60WiA8\
            rd3wgFSNb_UdJPXjpzm0KW9ojM5f4O2mRvE2IcweP-PRdoHjd5-RHCiExR1IK6t6pWSA5HX2wjb3P-xL\
            Qg5K5feUCX4P2fpVK3ZLWFbMSxQ.eyJraWQiOiJ6VmhNaVBCUDlmUmYyc25FY1Q3Z0ZUaW9lQTlDT2NO\
            eTlEZmdMMVc2MGhhTiJ9",
        r#"{"kid":"zVhMiPBP9fRf2snEcT7gFTioeA9COcNy9DfgL1W60haN"}"#,
        "",
        Some(r#"{"data":"this is a hidden message","exp":"2022-01-01T00:00:00+00:00"}"#),
    ),
    Vector(
        "4-E-7",
        "v4.local.32VIErrEkmY4JVILovbmfPXKW9wT1OdQepjMTC_MOtjA4kiqw7_tcaOM5GNEcnTxl60WkwM\
            sYXw6FSNb_UdJPXjpzm0KW9ojM5f4O2mRvE2IcweP-PRdoHjd5-RHCiExR1IK6t40KCCWLA7GYL9KFHz\
            KlwY9_RnIfRrMQpueydLEAZGGcA.eyJraWQiOiJ6VmhNaVBCUDlmUmYyc25FY1Q3Z0ZUaW9lQTlDT2NO\
            eTlEZmdMMVc2MGhhTiJ9",
        r#"{"kid":"zVhMiPBP9fRf2snEcT7gFTioeA9COcNy9DfgL1W60haN"}"#,
        r#"{"test-vector":"4-E-7"}"#,
        Some(r#"{"data":"this is a secret message","exp":"2022-01-01T00:00:00+00:00"}"#),
    ),
    Vector(
        "4-E-8",
        "v4.local.32VIErrEkmY4JVILovbmfPXKW9wT1OdQepjMTC_MOtjA4kiqw7_tcaOM5GNEcnTxl60WiA8\
            rd3wgFSNb_UdJPXjpzm0KW9ojM5f4O2mRvE2IcweP-PRdoHjd5-RHCiExR1IK6t5uvqQbMGlLLNYBc7A\
            6_x7oqnpUK5WLvj24eE4DVPDZjw.eyJraWQiOiJ6VmhNaVBCUDlmUmYyc25FY1Q3Z0ZUaW9lQTlDT2NO\
            eTlEZmdMMVc2MGhhTiJ9",
        r#"{"kid":"zVhMiPBP9fRf2snEcT7gFTioeA9COcNy9DfgL1W60haN"}"#,
        r#"{"test-vector":"4-E-8"}"#,
        Some(r#"{"data":"this is a hidden message","exp":"2022-01-01T00:00:00+00:00"}"#),
    ),
    Vector(
        "4-E-9",
        "v4.local.32VIErrEkmY4JVILovbmfPXKW9wT1OdQepjMTC_MOtjA4kiqw7_tcaOM5GNEcnTxl60WiA8\
            rd3wgFSNb_UdJPXjpzm0KW9ojM5f4O2mRvE2IcweP-PRdoHjd5-RHCiExR1IK6t6tybdlmnMwcDMw0Yx\
            A_gFSE_IUWl78aMtOepFYSWYfQA.YXJiaXRyYXJ5LXN0cmluZy10aGF0LWlzbid0LWpzb24",
        "arbitrary-string-that-isn't-json",
        r#"{"test-vector":"4-E-9"}"#,
        Some(r#"{"data":"this is a hidden message","exp":"2022-01-01T00:00:00+00:00"}"#),
    ),
    Vector(
        "4-E-10",
        "v4.local.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAQAr68PS4AXe7If_ZgesdkUMvSwsc\
            FlAl1pk5HC0e8kApeaqMfGo_7OpBnwJOAbY9V7WU6abu74MmcUE8YXQmYC7FN5TiAT7Bou4G1DMqRIzE\
            s0H8QfAlKN-X-j7a7tAcRex7a7GVwDvJ9inDh61wlrJbn_sQUwDVv4Kpk0lvlcj9SJPN48SAsU4WGjDq\
            4",
        "",
        "",
        Some(
            r#"{"data":"this is a secret message","exp":"2022-01-01T00:00:00.1234567890123456789012345678901234567890+00:00"}"#,
        ),
    ),
    Vector(
        "4-F-2",
        "v4.public.eyJpbnZhbGlkIjoidGhpcyBzaG91bGQgbmV2ZXIgZGVjb2RlIn22Sp4gjCaUw0c7EH84ZS\
            m_jN_Qr41MrgLNu5LIBCzUr1pn3Z-Wukg9h3ceplWigpoHaTLcwxj0NsI1vjTh67YB.eyJraWQiOiJ6V\
            mhNaVBCUDlmUmYyc25FY1Q3Z0ZUaW9lQTlDT2NOeTlEZmdMMVc2MGhhTiJ9",
        r#"{"kid":"zVhMiPBP9fRf2snEcT7gFTioeA9COcNy9DfgL1W60haN"}"#,
        r#"{"test-vector":"4-F-2"}"#,
        None,
    ),
    Vector(
        "4-F-3",
        "v3.local.23e_2PiqpQBPvRFKzB0zHhjmxK3sKo2grFZRRLM-U7L0a8uHxuF9RlVz3Ic6WmdUUWTxCaY\
            ycwWV1yM8gKbZB2JhygDMKvHQ7eBf8GtF0r3K0Q_gF1PXOxcOgztak1eD1dPe9rLVMSgR0nHJXeIGYVu\
            VrVoLWQ.YXJiaXRyYXJ5LXN0cmluZy10aGF0LWlzbid0LWpzb24",
        "arbitrary-string-that-isn't-json",
        r#"{"test-vector":"4-F-3"}"#,
        None,
    ),
    Vector(
        "4-F-4",
        "v4.local.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAQAr68PS4AXe7If_ZgesdkUMvSwsc\
            FlAl1pk5HC0e8kApeaqMfGo_7OpBnwJOAbY9V7WU6abu74MmcUE8YWAiaArVI8XJ5hOb_4v9RmDkneN0\
            S92dx0OW4pgy7omxgf3S8c3LlQh",
        "",
        "",
        None,
    ),
    Vector(
        "4-F-5",
        "v4.local.32VIErrEkmY4JVILovbmfPXKW9wT1OdQepjMTC_MOtjA4kiqw7_tcaOM5GNEcnTxl60WkwM\
            sYXw6FSNb_UdJPXjpzm0KW9ojM5f4O2mRvE2IcweP-PRdoHjd5-RHCiExR1IK6t4x-RMNXtQNbz7FvFZ\
            _G-lFpk5RG3EOrwDL6CgDqcerSQ==.eyJraWQiOiJ6VmhNaVBCUDlmUmYyc25FY1Q3Z0ZUaW9lQTlDT2\
            NOeTlEZmdMMVc2MGhhTiJ9",
        r#"{"kid":"zVhMiPBP9fRf2snEcT7gFTioeA9COcNy9DfgL1W60haN"}"#,
        "",
        None,
    ),
];

const PUBLIC_VECTORS: [Vector; 4] = [
    Vector(
        "4-S-1",
        "v4.public.eyJkYXRhIjoidGhpcyBpcyBhIHNpZ25lZCBtZXNzYWdlIiwiZXhwIjoiMjAyMi0wMS0wMV\
            QwMDowMDowMCswMDowMCJ9bg_XBBzds8lTZShVlwwKSgeKpLT3yukTw6JUz3W4h_ExsQV-P0V54zemZD\
            cAxFaSeef1QlXEFtkqxT1ciiQEDA",
        "",
        "",
        Some(r#"{"data":"this is a signed message","exp":"2022-01-01T00:00:00+00:00"}"#),
    ),
    Vector(
        "4-S-2",
        "v4.public.eyJkYXRhIjoidGhpcyBpcyBhIHNpZ25lZCBtZXNzYWdlIiwiZXhwIjoiMjAyMi0wMS0wMV\
            QwMDowMDowMCswMDowMCJ9v3Jt8mx_TdM2ceTGoqwrh4yDFn0XsHvvV_D0DtwQxVrJEBMl0F2caAdgnp\
            Klt4p7xBnx1HcO-SPo8FPp214HDw.eyJraWQiOiJ6VmhNaVBCUDlmUmYyc25FY1Q3Z0ZUaW9lQTlDT2N\
            OeTlEZmdMMVc2MGhhTiJ9",
        r#"{"kid":"zVhMiPBP9fRf2snEcT7gFTioeA9COcNy9DfgL1W60haN"}"#,
        "",
        Some(r#"{"data":"this is a signed message","exp":"2022-01-01T00:00:00+00:00"}"#),
    ),
    Vector(
        "4-S-3",
        "v4.public.eyJkYXRhIjoidGhpcyBpcyBhIHNpZ25lZCBtZXNzYWdlIiwiZXhwIjoiMjAyMi0wMS0wMV\
            QwMDowMDowMCswMDowMCJ9NPWciuD3d0o5eXJXG5pJy-DiVEoyPYWs1YSTwWHNJq6DZD3je5gf-0M4JR\
            9ipdUSJbIovzmBECeaWmaqcaP0DQ.eyJraWQiOiJ6VmhNaVBCUDlmUmYyc25FY1Q3Z0ZUaW9lQTlDT2N\
            OeTlEZmdMMVc2MGhhTiJ9",
        r#"{"kid":"zVhMiPBP9fRf2snEcT7gFTioeA9COcNy9DfgL1W60haN"}"#,
        r#"{"test-vector":"4-S-3"}"#,
        Some(r#"{"data":"this is a signed message","exp":"2022-01-01T00:00:00+00:00"}"#),
    ),
    Vector(
        "4-F-1",
        "v4.local.vngXfCISbnKgiP6VWGuOSlYrFYU300fy9ijW33rznDYgxHNPwWluAY2Bgb0z54CUs6aYYkI\
            J-bOOOmJHPuX_34Agt_IPlNdGDpRdGNnBz2MpWJvB3cttheEc1uyCEYltj7wBQQYX.YXJiaXRyYXJ5LX\
            N0cmluZy10aGF0LWlzbid0LWpzb24",
        "arbitrary-string-that-isn't-json",
        r#"{"test-vector":"4-F-1"}"#,
        None,
    ),
];
