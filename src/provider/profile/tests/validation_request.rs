use super::*;

#[test]
fn a_request_that_does_not_fit_names_its_place() {
    for (inside, expected) in [
        (r#""url":"{base}/x","needs":["user"]"#, "refresh.needs[0]: "),
        (r#""url":"{base}/{usr}""#, "refresh.url: the name `usr` in braces"),
        (r#""url":"/x""#, "refresh.url: the host"),
        (r#""url":"""#, "refresh.url: the host"),
        (r#""url":"{base}{scope}""#, "refresh.url: the host"),
        (r#""url":"{base}.evil.example/x""#, "refresh.url: the host"),
        (r#""url":"https://{scope}.example/x""#, "refresh.url: the host"),
        (r#""url":"https://h{scope}/x""#, "refresh.url: the host"),
        (r#""url":"https://u:p@h/x""#, "refresh.url: the host"),
        (r#""url":"{base?}/x""#, "refresh.url: an address"),
        (r#""url":"{base}/{base}""#, "refresh.url: an address"),
        (r#""url":"{base}/{scope?}""#, "refresh.url: a URL has no field"),
        (r#""url":"{base}/a b""#, "refresh.url: characters"),
        (r#""url":"{base}/x","headers":{"X-A":"ã"}"#, "refresh.headers.X-A: "),
        (r#""url":"{base}/x","headers":{"X-A":"a "}"#, "refresh.headers.X-A: "),
        (r#""url":"{base}/x","headers":{"X-A":"{usr}"}"#, "refresh.headers.X-A: the name `usr`"),
        (r#""url":"{base}/x","headers":{"X":"1","x":"2"}"#, "refresh.headers.x: `x` stands here twice"),
        (r#""url":"{base}/x","form":{},"json":{}"#, "refresh: a body is"),
        (r#""url":"{base}/x","method":"GET","form":{}"#, "refresh: this method"),
        (r#""url":"{base}/x","form":{"{id}":"1"}"#, "refresh.form.?: the name of a field"),
        (r#""url":"{base}/x","form":{"a":"{usr}"}"#, "refresh.form.a: the name `usr`"),
        (r#""url":"{base}/x","json":{"a":[1,{"b":"{usr}"}]}"#, "refresh.json.a[1].b: the name `usr`"),
        (r#""url":"{base}/x","json":{"a":"n{id:integer}"}"#, "refresh.json.a: "),
        (r#""url":"{base}/x","cut":{"id":""}"#, "refresh.cut.id: "),
        (r#""url":"{base}/x","pages":"/p""#, "refresh: `items`"),
        (
            r#""url":"{base}/x","means":[{"status":400,"is":"server"},{"status":400}]"#,
            "refresh.means[1].is: ",
        ),
        (r#""url":"{base}/x","means":[{"is":"server"}]"#, "refresh.means[0]: a rule needs"),
        (r#""url":"{base}/x","means":[{"status":99,"is":"server"}]"#, "refresh.means[0].status: "),
        (r#""url":"{base}/x","means":[{"at":"/a","is":"server"}]"#, "refresh.means[0]: `at`"),
        (r#""url":"{base}/x","means":[{"at":"/a","equals":[],"is":"server"}]"#, "refresh.means[0].equals: "),
        (
            r#""url":"{base}/x","means":[{"status":400,"is":"server","keep":{"a":"/a"}}]"#,
            "refresh.means[0].keep: ",
        ),
        (
            r#""url":"{base}/x","means":[{"status":400,"is":"mfa","next":"mfa"}]"#,
            "refresh.means[0].next: the profile has no such step",
        ),
    ] {
        let text = small(&format!(r#","refresh":{{{inside}}}"#));
        let problems = problems_of(&text);
        assert!(matches!(&problems[..], [one] if one.starts_with(expected)), "{inside}: {problems:?}");
    }
}
