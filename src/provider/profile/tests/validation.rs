use super::*;

/// The problem of the small profile with this in it.
fn problem(more: &str) -> String {
    problem_of(&small(more))
}

fn problem_of(text: &str) -> String {
    Profile::parse(text).expect_err(text).to_string()
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
    assert_eq!(Profile::parse(&small("")).unwrap().title(), "small");
}

#[test]
fn what_serde_finds_names_line_and_column() {
    let typo = problem_of("{\n  \"erptoken_profile\": 1,\n  \"nane\": \"x\" }");
    assert!(typo.contains("unknown field `nane`") && typo.contains("line 3"), "{typo}");
    for (more, expected) in [
        (r#","life":{"defaults_s":1}"#, "unknown field `defaults_s`"),
        (r#","life":{"default_s":-1}"#, "invalid value: integer, expected u32 at line"),
        (r#","refresh":{"url":"{base}/x","means":[{"is":"credential"}]}"#, "unknown variant `credential`"),
        (r#","refresh":{"url":"{base}/x","method":"post"}"#, "unknown variant `post`"),
        (r#","refresh":{"url":"{base}/{"}"#, "a `{` without its `}` at line"),
        (r#","refresh":{"url":"{base}/}"}"#, "a `}` without its `{` at line"),
        (r#","refresh":{"url":"{base}/{Name}"}"#, "a `{` that no name"),
        (r#","refresh":{"url":"{base}/{}"}"#, "a `{` that no name"),
        (r#","refresh":{"url":"{base}/x","json":{"a":["{id:hex}"]}}"#, "only `integer` and `utc`"),
        (r#","take":{"id":["id"]}"#, "begins with `/`"),
        (r#","take":{"id":["/a~2"]}"#, "`~0`"),
        (r#","urls":{"a":"{base}","a":"{base}"}"#, "`a` stands here twice"),
        (r#","app":{"creat":null}"#, "unknown field `creat`"),
        (r#","environments":{}"#, "duplicate field"),
    ] {
        let problem = problem(more);
        assert!(problem.contains(expected) && problem.contains("line"), "{more}: {problem}");
    }
}

#[test]
fn another_format_is_said_before_its_unknown_keys() {
    let problem = problem_of(r#"{"erptoken_profile":2,"news":true}"#);
    assert_eq!(problem, "erptoken_profile: this library reads format 1, not 2");
    assert!(problem_of("{}").contains("missing field `erptoken_profile`"));
    assert!(problem_of("").contains("EOF"));
}

#[test]
fn what_does_not_fit_names_its_place() {
    for (more, expected) in [
        (r#","sources":["docs"]"#, "sources[0]: "),
        (r#","urls":{"a b":"{base}"}"#, "urls.a b: "),
        (r#","urls":{"scope":"{base}"}"#, "urls.scope: "),
        (r#","urls":{"a":"{base}","b":"{a}/x"}"#, "urls.b: "),
        (r#","urls":{"a":"{base}/{access_token}"}"#, "urls.a: "),
        (r#","urls":{"a":"{base}x"}"#, "urls.a: begins with"),
        (r#","options":{"Key":null}"#, "options.Key: "),
        (r#","options":{"proxy":null}"#, "options.proxy: "),
        (r#","options":{"page":null}"#, "options.page: "),
        (r#","options":{"password":"hunter2"}"#, "options.password: a credential"),
        (r#","authorize":{}"#, "authorize: one header"),
        (r#","authorize":{"A":"{access_token}","B":"{access_token}"}"#, "authorize: one header"),
        (r#","authorize":{"A":"{access_token?}"}"#, "authorize.A: "),
        (r#","authorize":{"A":"{access_token}{scope}"}"#, "authorize.A: "),
        (r#","authorize":{"A":"{access_token}","B":"{base}"}"#, "authorize.B: "),
        (r#","authorize":{"A B":"{access_token}"}"#, "authorize.A B: not the name of a header"),
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
        assert!(problem.starts_with(expected), "{more}: {problem}");
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
    assert_eq!(with(production, ""), "environments: there must be one at least");
    let two = r#""a":{"base":"https://h","test":true},"b":{"base":"https://h","test":true}"#;
    assert_eq!(with(production, two), "environments: two are marked `test`");
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
    let profile = Profile::parse(&small("").replace(production, several)).unwrap();
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

#[test]
fn the_example_of_the_readme_is_valid() {
    let text = include_str!("../README.md");
    let example = text.split("```json").nth(1).and_then(|rest| rest.split("```").next());
    let profile = Profile::parse(example.expect("an example")).unwrap();
    assert_eq!(profile.environment(None).unwrap().0, "production");
    assert!(profile.refresh().is_some());
}
