use super::*;

/// The problem of the small profile with this in it.
fn problem(more: &str) -> String {
    problem_of(&small(more))
}

fn problem_of(text: &str) -> String {
    problems_of(text).join("\n")
}

#[test]
fn the_built_in_profiles_are_valid() {
    assert_eq!(builtin_names(), ["senior", "invoisys", "assine"]);
    for name in builtin_names() {
        let profile = builtin(name).expect(name);
        assert_eq!(profile.name(), *name);
        assert!(!profile.title().is_empty() && !profile.sources().is_empty());
        let (_, environment) = profile.environment(Some("test")).expect(name);
        assert!(environment.test);
    }
    assert!(builtin("Senior").is_none() && builtin("./senior.json").is_none());
    assert_eq!(Profile::parse(small("")).unwrap().title(), "small");
}

/// The one problem, with its position.
fn told(text: &str) -> String {
    let problems = Profile::parse(text).expect_err(text);
    let [one] = &problems[..] else { panic!("{text}: {problems:#?}") };
    one.told(Language::English)
}

#[test]
fn what_cannot_be_read_names_line_and_column() {
    let typo = Profile::parse("{\n  \"erptoken_profile\": 1,\n  \"nane\": \"x\" }").unwrap_err();
    let typo: Vec<_> = typo.iter().map(|problem| problem.told(Language::English)).collect();
    assert!(
        typo[2].starts_with(
            "line 3, column 3: nane: `nane` is not a key that is known here; did you mean `name`?"
        ),
        "{typo:?}"
    );
    for (more, expected) in [
        (
            r#","life":{"defaults_s":1}"#,
            "life.defaults_s: `defaults_s` is not a key that is known here; did you mean `default_s`?",
        ),
        (
            r#","life":{"default_s":-1}"#,
            "life.default_s: what must stand here is a whole number from 1 to 4294967295",
        ),
        (
            r#","refresh":{"url":"{base}/x","means":[{"status":400,"is":"credential"}]}"#,
            "refresh.means[0].is: this word is not known here; did you mean `credentials`?",
        ),
        (
            r#","refresh":{"url":"{base}/x","method":"post"}"#,
            "refresh.method: this word is not known here; did you mean `POST`?",
        ),
        (r#","refresh":{"url":"{base}/{"}"#, "refresh.url: a `{` without its `}`"),
        (r#","refresh":{"url":"{base}/}"}"#, "refresh.url: a `}` without its `{`"),
        (r#","refresh":{"url":"{base}/{Name}"}"#, "refresh.url: a `{` that no name"),
        (r#","refresh":{"url":"{base}/{}"}"#, "refresh.url: a `{` that no name"),
        (r#","refresh":{"url":"{base}/${scope}"}"#, "refresh.url: a `$` before a `{`"),
        (r#","refresh":{"url":"{base}/{{scope}}"}"#, "refresh.url: a brace written twice"),
        (
            r#","refresh":{"url":"{base}/x","json":{"a":["{id:hex}"]}}"#,
            "refresh.json.a[0]: what follows the `:`",
        ),
        (r#","take":{"access_token":"/a","id":["id"]}"#, "take.id[0]: a path is empty or begins with `/`"),
        (r#","take":{"access_token":["/a"],"id":["/a~2"]}"#, "take.id[0]: a `~` in a path"),
        (r#","urls":{"api":"{base}","api":"{base}"}"#, "`api` stands here twice"),
        (
            r#","app":{"creat":null}"#,
            "app.creat: `creat` is not a key that is known here; did you mean `create`?",
        ),
        (r#","title":7"#, "title: found a number; what must stand here is a text"),
        (r#","kept":{}"#, "kept: found an object `{...}`; what must stand here is a list `[...]`"),
    ] {
        let told = told(&small(more));
        assert!(told.starts_with("line 2, column ") && told.contains(expected), "{more}: {told}");
    }
    assert!(problem(r#","environments":{}"#).starts_with(": `environments` stands here twice"));
}

#[test]
fn another_format_is_said_before_its_unknown_keys() {
    let problem = problem_of(r#"{"erptoken_profile":2,"news":true}"#);
    assert_eq!(problem, "erptoken_profile: this library reads format 1 of profiles, not 2");
    assert!(problem_of("{}").contains("erptoken_profile: the key `erptoken_profile` is missing"));
    assert_eq!(problem_of(""), ": the file is empty");
}

#[test]
fn what_does_not_fit_names_its_place() {
    for (more, expected) in [
        (r#","sources":["docs"]"#, "sources[0]: "),
        (r#","urls":{"a b":"{base}"}"#, "urls.?: not a name"),
        (r#","urls":{"scope":"{base}"}"#, "urls.scope: "),
        (r#","urls":{"a":"{base}","b":"{a}/x"}"#, "urls.b: "),
        (r#","urls":{"a":"{base}/{access_token}"}"#, "urls.a: "),
        (r#","urls":{"a":"{base}x"}"#, "urls.a: the host of a URL"),
        (r#","options":{"Key":null}"#, "options.Key: "),
        (r#","options":{"proxy":null}"#, "options.proxy: "),
        (r#","options":{"page":null}"#, "options.page: "),
        (r#","options":{"password":"hunter2"}"#, "options.password: a credential"),
        (r#","authorize":{}"#, "authorize: nothing carries"),
        (
            r#","authorize":{"A":"{access_token}","B":"{access_token}"}"#,
            "authorize: `{access_token}` is in two headers",
        ),
        (r#","authorize":{"A":"{access_token?}"}"#, "authorize.A: "),
        (r#","authorize":{"A":"{access_token}{access_token}"}"#, "authorize.A: "),
        (r#","authorize":{"A":"{access_token}","B":"{base}"}"#, "authorize.B: "),
        (r#","authorize":{"A B":"{access_token}"}"#, "authorize.?: not the name of a header"),
        (r#","authorize":{"host":"{access_token}"}"#, "authorize.host: "),
        (r#","dead":[{"status":401},{}]"#, "dead[1]: "),
        (r#","dead":[{"status":401,"is":"server"}]"#, "dead[0]: "),
        (r#","life":{"default_s":0}"#, "life.default_s: "),
        (r#","life":{"use_at_most_s":0}"#, "life.use_at_most_s: "),
        (r#","life":{"renew_after_s":0}"#, "life.renew_after_s: "),
        (r#","take":{"id":["/id"]}"#, "take.access_token: "),
        (r#","mfa":{"url":"{base}/m","take":{}}"#, "mfa.take.access_token: "),
        (r#","app":{"check":{"url":"{base}/c"}}"#, "take.allowed: "),
        (r#","app":{"create":{"url":"{base}/c"}}"#, "take.id: "),
        (r#","app":{"list":{"url":"{base}/c","take":{"id":["/id"]}}}"#, "app.list.items: "),
        (r#","app":{"revoke":{"url":"{base}/c","items":"/x"}}"#, "app.revoke: "),
    ] {
        let problem = problem(more);
        assert!(problem.starts_with(expected) && !problem.contains('\n'), "{more}: {problem}");
        assert!(!problem.contains("hunter2"));
    }
}

#[test]
fn environments_and_logins() {
    let with = |from: &str, to: &str| problem_of(&small("").replace(from, to));
    for base in [
        "h.example",
        "ftp://h",
        "https://",
        "https://u@h",
        "https://h/?a",
        "https://h/#a",
        "https://h b",
        "https://h:99999",
        "https://h:",
        "https://{id}",
        "https://[::g]",
    ] {
        let problem = with("https://h.example", base);
        assert!(problem.starts_with("environments.production.base: "), "{base}: {problem}");
    }
    let production = r#""production":{"base":"https://h.example"}"#;
    assert_eq!(with(production, ""), "environments: there must be one environment at least");
    let two = r#""a":{"base":"https://h","test":true},"b":{"base":"https://h","test":true}"#;
    assert_eq!(with(production, two), "environments: two environments are marked `test`");
    assert!(with(production, r#""test":{"base":"https://h"}"#).starts_with("environments.test: "));
    let host = r#""p":{"base":"https://h","hosts":["a.b","https://c"]}"#;
    assert!(with(production, host).starts_with("environments.p.hosts[1]: "));
    let login = r#"[{"url":"{base}/t","json":{"u":"{username}"}}]"#;
    assert_eq!(with(login, "[]"), "login: there must be one alternative at least");
    let next = r#"[{"url":"{base}/t","means":[{"status":200,"is":"mfa","next":"mfa"}]}]"#;
    assert_eq!(with(login, next), "login[0].means[0].next: the profile has no such step");
    let kept = r#"[{"url":"{base}/t","means":[{"status":200,"is":"mfa","next":"mfa","keep":{"id":"/a"}}]}],"mfa":{"url":"{base}/m"}"#;
    assert!(with(login, kept).starts_with("login[0].means[0].keep.id: "));
    assert!(with("\"small\"", "\"Sm all\"").starts_with("name: "));

    let several = r#""z":{"base":"http://[::1]:8080/x/"},"a":{"base":"https://h:8443"}"#;
    let profile = Profile::parse(small("").replace(production, several)).unwrap();
    assert_eq!(profile.environment(None).unwrap_err(), ["z", "a"]);
    assert!(profile.environment(Some("test")).is_err());
    assert_eq!(profile.environment(Some("z")).unwrap().0, "z");
}

#[test]
fn a_misplaced_secret_is_not_quoted() {
    for more in [
        r#","life":"hunter2""#,
        r#","life":{"default_s":"hunter2, expected x"}"#,
        r#","refresh":{"url":"{base}/hunter2{"}"#,
        r#","take":{"id":["hunter2"]}"#,
        r#","refresh":{"url":"{base}/x","json":{"a":"hunter2}"}}"#,
    ] {
        let problem = problem(more);
        assert!(!problem.contains("hunter2"), "{problem}");
    }
}
