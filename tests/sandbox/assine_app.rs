//! assine.online's application tokens: may this account have them, create, list, revoke.

use std::time::{Duration, SystemTime};

use serde_json::{json, Value};

use super::assine::{is_business, problem, problem_answer, problem_fields};
use super::check::{self, complaint, Checked};
use super::http::{Request, Response};
use super::state::{State, Verdict};
use super::tokens::{random_hex, Grant, Order};
use super::utc;
use super::vendor::{self, Provider};

const PAGE_SIZE: usize = 25;
const HAL: &str = "application/hal+json";
/// The vendor's own links leave out the `/v1` that its endpoints need; a client must not follow them, and here it
/// cannot.
const LINKS: &str = "https://api-v1.assine.invalid";

/// Answers one of the four operations; each wants a session's bearer.
pub fn answer(operation: &str, request: &Request, state: &mut State) -> Checked<Response> {
    let method = match operation {
        "assine.app_create" => "POST",
        "assine.app_revoke" => "DELETE",
        _ => "GET",
    };
    check::method(request, method)?;
    let Some(session) = vendor::bearer_of(Provider::Assine, request, state)? else {
        return Ok(vendor::dead_token(Provider::Assine));
    };
    match operation {
        "assine.app_check" => user(request, state, &session),
        "assine.app_create" => create(request, state, &session),
        "assine.app_revoke" => revoke(request, state, &session),
        _ => list(request, state, &session),
    }
}

fn user(request: &Request, state: &State, session: &Grant) -> Checked<Response> {
    let wanted = [("filter[0][field]", "id"), ("filter[0][type]", "eq"), ("filter[0][value]", "$USER_ID")];
    let sent = check::pairs(&request.query).map_err(|text| complaint(400, text))?;
    let has = |name: &str, value: &str| sent.iter().any(|(n, v)| n == name && v == value);
    if sent.len() != wanted.len() || !wanted.iter().all(|(name, value)| has(name, value)) {
        let text = format!("the filter is `{}`", request.query);
        return Err(complaint(400, text));
    }
    let mut user = user_fields(session);
    user["status"] = json!("1");
    user["dateCreated"] = php_date("2020-02-20 13:28:28");
    if is_business(state, &session.username) {
        user["_embedded"] = json!({ "businessUnit": {
            "id": 24, "name": "Empresa de Exemplo", "document": "cnpj", "status": null,
            "_links": { "self": { "href": format!("{LINKS}/v1/business-unit/24") } },
        } });
    }
    Ok(collection("user", vec![user], 1, 1, 1))
}

fn create(request: &Request, state: &mut State, session: &Grant) -> Checked<Response> {
    check::no_query(request)?;
    let fields = check::json_fields(request, &["password", "expires"], &[])?;
    let password = check::text(&fields, "password")?;
    let expires = check::text(&fields, "expires")?;
    if !is_business(state, &session.username) {
        return Ok(problem(403, "Forbidden", "The account is not a company's"));
    }
    let verdict = state.check_password(Provider::Assine, &session.username, &password);
    if !matches!(verdict, Verdict::Right(_)) {
        return Ok(problem(401, "invalid_grant", "Invalid password"));
    }
    let Some(end) = utc::parse(&expires) else {
        let text = format!("expires is `{expires}`, not YYYY-MM-DD HH:MM:SS");
        return Err(complaint(422, text));
    };
    let Ok(life) = end.duration_since(SystemTime::now()) else {
        let mut body = problem_fields(422, "Unprocessable Entity", "Failed Validation");
        body["validation_messages"] = json!({ "expires": { "past": "The date is in the past" } });
        return Ok(problem_answer(422, &body));
    };
    let grant = state.tokens.issue(&Order {
        provider: Provider::Assine,
        username: &session.username,
        scope: "",
        family: None,
        life: Some(life),
        refreshable: false,
    });
    let mut body = problem_fields(201, "Token created", "Access Token data");
    body["accessToken"] = json!(grant.access_token);
    body["expires"] = php_date(&expires);
    // Only the digits in front are the id; the vendor glues a query to it.
    let session_index = random_hex(40);
    body["id"] = json!(format!("{}?q=verify&sessionIndex={session_index}", grant.id));
    Ok(problem_answer(201, &body))
}

fn list(request: &Request, state: &State, session: &Grant) -> Checked<Response> {
    let page = match request.query.strip_prefix("page=") {
        Some(number) => number.parse().ok().filter(|page| *page > 0),
        None if request.query.is_empty() => Some(1),
        None => None,
    };
    let Some(page) = page else {
        let text = format!("the query is `{}`, not `page=N`", request.query);
        return Err(complaint(400, text));
    };
    let grants = state.tokens.live_of(Provider::Assine, &session.username);
    let pages = grants.len().div_ceil(PAGE_SIZE);
    if page > pages {
        return Ok(problem(409, "Conflict", "Invalid page provided"));
    }
    let items = grants.iter().skip((page - 1) * PAGE_SIZE).take(PAGE_SIZE);
    let items = items.map(token_item).collect();
    Ok(collection("access_token", items, page, pages, grants.len()))
}

fn revoke(request: &Request, state: &mut State, session: &Grant) -> Checked<Response> {
    check::no_query(request)?;
    let id = request.path.rsplit('/').next().unwrap_or("");
    if id.is_empty() || !id.bytes().all(|b| b.is_ascii_digit()) {
        return Err(complaint(404, format!("the token's id is `{id}`, not digits")));
    }
    let mine = state.tokens.live_of(Provider::Assine, &session.username);
    Ok(match mine.iter().find(|g| g.id.to_string() == id) {
        Some(grant) => {
            state.tokens.revoke(&grant.access_token);
            Response::empty(204)
        }
        None => problem(404, "Not Found", "Entity not found."),
    })
}

fn token_item(grant: &Grant) -> Value {
    // Half a second more, so that the end of a token with whole seconds is not cut to the second before.
    let left = grant.left().unwrap_or(Duration::from_secs(86_400));
    let end = SystemTime::now() + left + Duration::from_millis(500);
    json!({
        "accessToken": "***** HIDDEN *****",
        "expires": php_date(&utc::format(end)),
        "id": grant.id.to_string(),
        "scope": {},
        "_embedded": { "user": user_fields(grant) },
        "_links": { "self": { "href": format!("{LINKS}/access-token/{}", grant.id) } },
    })
}

fn user_fields(grant: &Grant) -> Value {
    json!({
        "id": 474,
        "name": "Fulano de Tal",
        "username": grant.username,
        "email": grant.username,
        "_links": { "self": { "href": format!("{LINKS}/user/474") } },
    })
}

/// A date as PHP dumps it.
fn php_date(text: &str) -> Value {
    json!({ "date": format!("{text}.000000"), "timezone_type": 3, "timezone": "UTC" })
}

fn collection(name: &str, items: Vec<Value>, page: usize, pages: usize, total: usize) -> Response {
    let path = name.replace('_', "-");
    let link = |page: usize| json!({ "href": format!("{LINKS}/{path}?page={page}") });
    let mut links = json!({
        "self": link(page), "first": { "href": format!("{LINKS}/{path}") }, "last": link(pages),
    });
    if page < pages {
        links["next"] = link(page + 1);
    }
    let body = json!({
        "_links": links,
        "_embedded": { name: items },
        "page_count": pages,
        "page_size": PAGE_SIZE,
        "total_items": total,
        "page": page,
    });
    Response::new(200, HAL, body.to_string())
}
