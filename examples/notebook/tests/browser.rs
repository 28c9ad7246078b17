//! The whole story in a real browser: headless Chromium, driven through `WebDriver`.
//!
//! Every page is left as a screenshot in `target/tmp/screenshots`. Without `chromedriver` and
//! Chromium the test says that it was skipped; under CI it fails.

#![cfg(test)]
#![expect(
    clippy::cognitive_complexity,
    reason = "a story is told in order, and every await and assertion counts as a branch"
)]

#[path = "browser/driver.rs"]
mod driver;

use core::time::Duration;

use bartizan::core::{Clock as _, SystemClock};
use driver::{App, Attacker, Browser, Driver};
use fantoccini::Locator;
use serde_json::json;
use totp_rs::{Secret, Totp};

const PASSWORD: &str = "a long walk by the harbour";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_whole_story() {
    let Some(driver) = Driver::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut app = App::start(&folder.path().join("data"));
    let browser = Browser::open(&driver, &app).await;

    browser.visitor().await;
    browser.sign_up().await;
    browser.log_in().await;
    let authenticator = browser.enrol().await;
    let recovery_codes = browser.keep_recovery_codes().await;
    browser.verify_address(&mut app).await;
    browser.write_notes().await;
    let token = browser.issue_token().await;
    browser.rotate_all_keyrings(&token).await;
    browser.log_out().await;

    browser.log_in_with_recovery_code(&recovery_codes[3]).await;
    browser.log_in_with_code(&authenticator).await;
    browser.notes_are_still_there().await;
    browser.attacks_fail().await;
    browser.errors_look_like_the_rest().await;
    browser.close().await;
}

impl Browser {
    async fn visitor(&self) {
        self.goto("/").await;
        self.page("01-home").await;
        self.goto("/login").await;
        self.page("02-log-in").await;
        self.goto("/notes").await;
        assert_eq!(self.path().await, "/login", "a visitor is asked to log in");
    }

    async fn sign_up(&self) {
        self.goto("/signup").await;
        self.page("03-sign-up").await;
        self.fill("username", "alice").await;
        self.fill("email", "alice@example.com").await;
        self.fill("password", "short").await;
        self.press("sign-up").await;
        assert_eq!(self.path().await, "/signup");
        let error = self.text("password-error").await;
        assert!(error.contains("15 characters"), "{error}");
        assert_eq!(self.value("username").await, "alice", "what was typed is kept");
        assert_eq!(self.value("password").await, "", "but for the password");
        self.page("04-sign-up-refused").await;

        self.fill("password", PASSWORD).await;
        self.press("sign-up").await;
        self.page("05-signed-up").await;
    }

    async fn log_in(&self) {
        self.goto("/login").await;
        self.fill("username", "alice").await;
        self.fill("password", "not the right password").await;
        self.press("log-in").await;
        assert_eq!(self.path().await, "/login");
        self.page("06-log-in-refused").await;
        self.fill("username", "alice").await;
        self.fill("password", PASSWORD).await;
        self.press("log-in").await;
        assert_eq!(self.path().await, "/notes");
        self.page("07-no-notes-yet").await;
        self.cookie_is_guarded().await;
    }

    async fn cookie_is_guarded(&self) {
        let cookie = self.client.get_named_cookie("__Host-notebook").await.unwrap();
        assert_eq!(cookie.http_only(), Some(true));
        assert_eq!(cookie.secure(), Some(true));
        assert_eq!(cookie.path(), Some("/"));
        let same_site = cookie.same_site().map(|same_site| same_site.to_string());
        assert!(matches!(same_site.as_deref(), Some("Strict" | "Lax")), "{same_site:?}");
        let seen = self.client.execute("return document.cookie", vec![]).await.unwrap();
        assert_eq!(seen, json!(""), "scripts see no cookie");
    }

    async fn enrol(&self) -> Totp {
        self.goto("/security").await;
        self.page("08-security").await;
        self.fill("password", PASSWORD).await;
        self.press("enrol").await;
        self.page("09-enrolment").await;
        let size = self.find("qr-code").await.rectangle().await.unwrap();
        assert!(size.2 >= 120.0 && size.3 >= 120.0, "a camera reads the QR code: {size:?}");
        let secret = self.text("totp-secret").await.replace(' ', "").to_uppercase();
        let secret = Secret::try_from_base32(secret).unwrap();
        let authenticator = totp_rs::Builder::new().with_secret(secret).build().unwrap();

        self.fill("code", "000000").await;
        self.press("confirm").await;
        self.page("10-enrolment-refused").await;
        self.fill("code", &code(&authenticator)).await;
        self.press("confirm").await;
        authenticator
    }

    async fn keep_recovery_codes(&self) -> Vec<String> {
        self.page("11-recovery-codes").await;
        let codes = self.client.find_all(Locator::Css("#recovery-codes code")).await.unwrap();
        let mut texts = Vec::new();
        for code in codes {
            texts.push(code.text().await.unwrap());
        }
        assert_eq!(texts.len(), 10);
        self.press("recovery-codes-kept").await;
        texts
    }

    async fn verify_address(&self, app: &mut App) {
        self.goto("/security").await;
        assert_eq!(self.text("address").await, "alice@example.com");
        self.press("send-address-code").await;
        let code = app.sent_code();
        self.fill("address-code", "000000x").await;
        self.press("verify-address").await;
        self.page("11a-address-refused").await;
        self.fill("address-code", &code).await;
        self.press("verify-address").await;
        assert_eq!(self.text("address-state").await, "verified");
        self.page("11b-address-verified").await;
    }

    async fn write_notes(&self) {
        self.goto("/notes/new").await;
        self.page("12-new-note").await;
        self.fill("title", "Groceries & <b>more</b>").await;
        let hostile = "<p>Buy <b>milk</b>, <a href='https://example.com/'>here</a>.</p>\
                       <img src=x onerror=\"document.title='owned'\">\
                       <script>document.title='owned'</script>\
                       <a href=\"javascript:document.title='owned'\">click</a>";
        self.fill("body", hostile).await;
        self.press("save-note").await;
        assert_eq!(self.text("note-title").await, "Groceries & <b>more</b>");
        let body = self.find("note-body").await.html(true).await.unwrap();
        assert!(body.contains("<b>milk</b>") && !body.contains("onerror"), "{body}");
        assert!(!body.contains("script"), "{body}");
        assert!(!self.client.title().await.unwrap().contains("owned"));
        self.page("13-rich-note").await;

        self.goto("/notes/new").await;
        self.press_only("kind-private").await;
        self.fill("title", "Diary").await;
        self.fill("body", "Nobody reads <this>.").await;
        self.press("save-note").await;
        assert_eq!(self.text("note-body").await, "Nobody reads <this>.");
        self.page("14-private-note").await;
        self.press("edit-note").await;
        self.fill("body", "Nobody reads <this>, ever.").await;
        self.press("save-note").await;
        self.goto("/notes").await;
        self.page("15-notes").await;
    }

    async fn issue_token(&self) -> String {
        self.goto("/security").await;
        self.page("16-security-with-second-factor").await;
        self.fill("program-name", "Phone").await;
        self.press("connect").await;
        self.page("17-program").await;
        let (first, refresh) =
            (self.value("access-token").await, self.value("refresh-token").await);
        assert_eq!(self.api_status(&first).await, 200);
        assert_eq!(self.api_status("nonsense").await, 401);
        self.press("exchange").await;
        self.page("18-program-exchanged").await;
        let token = self.value("access-token").await;
        assert_ne!(self.value("refresh-token").await, refresh);
        assert_eq!(self.api_status(&token).await, 200);
        self.press("use-spent").await;
        assert!(self.text("story").await.contains("the same answer"));
        token
    }

    async fn rotate_all_keyrings(&self, token: &str) {
        self.goto("/operator").await;
        self.page("19-operator").await;
        for keyring in ["token", "sealing", "pepper", "code-digest"] {
            let generation = self.text(&format!("{keyring}-generation")).await;
            self.press(&format!("rotate-{keyring}")).await;
            assert_ne!(self.text(&format!("{keyring}-generation")).await, generation);
        }
        self.page("20-rotated").await;
        assert_eq!(self.api_status(token).await, 200, "a token of the former key still works");
        self.notes_are_still_there().await;
    }

    async fn notes_are_still_there(&self) {
        self.goto("/notes").await;
        let link = Locator::XPath("//a[contains(., 'Diary')]");
        self.client.find(link).await.unwrap().click().await.unwrap();
        assert_eq!(self.text("note-body").await, "Nobody reads <this>, ever.");
    }

    async fn log_out(&self) {
        self.goto("/notes").await;
        self.press("log-out").await;
        self.goto("/notes").await;
        assert_eq!(self.path().await, "/login");
    }

    async fn password_first(&self) {
        self.goto("/login").await;
        self.fill("username", "Alice").await;
        self.fill("password", PASSWORD).await;
        self.press("log-in").await;
        assert_eq!(self.path().await, "/login/code");
    }

    async fn log_in_with_recovery_code(&self, recovery_code: &str) {
        self.password_first().await;
        self.page("21-second-factor").await;
        self.press("codes-are-refused").await;
        self.fill("first", "000000").await;
        self.fill("second", "000001").await;
        self.press("resynchronize").await;
        self.page("21a-resynchronize").await;
        self.goto("/notes").await;
        assert_ne!(self.path().await, "/notes", "a password alone opens nothing now");
        self.goto("/login/code").await;
        self.fill_recovery_code(recovery_code).await;
        self.press("submit-recovery-code").await;
        assert_eq!(self.path().await, "/notes");
        self.goto("/security").await;
        assert_eq!(self.text("recovery-codes-left").await, "9");

        self.log_out().await;
        self.password_first().await;
        self.fill_recovery_code(recovery_code).await;
        self.press("submit-recovery-code").await;
        assert_ne!(self.path().await, "/notes", "a recovery code works once");
        self.page("22-second-factor-refused").await;
        self.press("log-out").await;
    }

    async fn fill_recovery_code(&self, recovery_code: &str) {
        let closed = self.client.find(Locator::Css("details:not([open]) summary")).await;
        if let Ok(summary) = closed {
            summary.click().await.unwrap();
        }
        self.fill("recovery-code", recovery_code).await;
    }

    async fn log_in_with_code(&self, authenticator: &Totp) {
        self.password_first().await;
        // The step of the code that confirmed the enrolment is used up: take the next.
        let step = |now: u64| now / 30;
        let confirmed = step(SystemClock::new().now().as_secs());
        while step(SystemClock::new().now().as_secs()) == confirmed {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        self.fill("code", &code(authenticator)).await;
        self.press("submit-code").await;
        assert_eq!(self.path().await, "/notes");
    }

    /// From another site, a form to the notebook arrives without a session, or not at all.
    async fn attacks_fail(&self) {
        let form = format!(
            "<form id=f method=post action='{}/notes'><input name=title value=forged>\
             <input name=kind value=rich><input name=body value=forged>\
             <button id=go>go</button></form>",
            self.origin
        );
        let attacker = Attacker::serve(form);
        self.client.goto(&attacker.url).await.unwrap();
        self.press("go").await;
        self.page("23-cross-site-refused").await;
        self.goto("/notes").await;
        assert!(!self.client.source().await.unwrap().contains("forged"));
    }

    async fn errors_look_like_the_rest(&self) {
        self.goto("/nowhere").await;
        self.page("24-not-found").await;
        self.client.set_window_size(400, 800).await.unwrap();
        self.goto("/notes").await;
        self.page("25-notes-on-a-phone").await;
        self.goto("/operator").await;
        self.page("26-operator-on-a-phone").await;
    }
}

/// What an authenticator shows now.
fn code(authenticator: &Totp) -> String {
    authenticator.generate(SystemClock::new().now().as_secs()).to_string()
}
