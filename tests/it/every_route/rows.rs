//! What a minimal right request to each operation is, and whose the thing is that it names.

use serde_json::{Value, json};

use super::scenes::Scene::{self, *};

/// One operation.
pub struct Row {
    pub method: &'static str,
    /// As the description has it. What is in braces, and `$words` in the body, come from the scene.
    pub path: &'static str,
    pub query: &'static str,
    /// Null: none.
    pub body: Value,
    /// A file as the body, instead.
    pub file: Option<&'static [u8]>,
    /// What must be there first.
    pub scene: Scene,
    /// Whether the refresh cookie comes with the request.
    pub cookie: bool,
    /// What a right request is answered with.
    pub status: u16,
    /// What of a path or body belongs to somebody, and what everybody else is told.
    pub belongs: Option<(&'static str, u16, &'static str)>,
}

fn row(method: &'static str, path: &'static str, scene: Scene, body: Value, status: u16) -> Row {
    Row { method, path, query: "", body, file: None, scene, cookie: false, status, belongs: None }
}

/// Every operation there is.
pub fn rows() -> Vec<Row> {
    let mut rows = of_nobody();
    rows.extend(of_members());
    rows.extend(of_rooms_and_matches());
    rows
}

fn of_nobody() -> Vec<Row> {
    let code = json!({"login": "$username", "code": "$code"});
    let name = json!({"login": "$username"});
    vec![
        row("GET", "/api/v1/client-settings", Nothing, Value::Null, 200),
        row("POST", "/api/v1/auth/email-codes", Nothing, json!({"email": "$new_email"}), 200),
        row(
            "POST",
            "/api/v1/auth/email-proofs",
            EmailCode,
            json!({"email": "$new_email", "code": "$code"}),
            200,
        ),
        row("POST", "/api/v1/members", EmailProof, json!("$sign_up"), 201),
        row(
            "POST",
            "/api/v1/auth/sessions",
            Nothing,
            json!({"login": "$username", "password": "$password"}),
            200,
        ),
        Row { cookie: true, ..row("POST", "/api/v1/auth/refresh", Nothing, Value::Null, 200) },
        Row {
            cookie: true,
            ..row("DELETE", "/api/v1/auth/sessions/current", Nothing, Value::Null, 204)
        },
        row("POST", "/api/v1/auth/unlock-codes", Nothing, name.clone(), 200),
        row("POST", "/api/v1/auth/unlocks", UnlockCode, code.clone(), 204),
        row(
            "POST",
            "/api/v1/auth/username-reminders",
            Nothing,
            json!({"email": "$email", "language": "ko"}),
            200,
        ),
        row("POST", "/api/v1/auth/password-reset-codes", Nothing, name, 200),
        row("POST", "/api/v1/auth/password-reset-proofs", ResetCode, code, 200),
        row(
            "POST",
            "/api/v1/auth/password-resets",
            ResetProof,
            json!({"proof": "$proof", "password": "another horse battery"}),
            204,
        ),
        Row { query: "$link", ..row("GET", "/api/v1/files/{name}", File, Value::Null, 200) },
    ]
}

fn of_members() -> Vec<Row> {
    let me = "/api/v1/members/me";
    vec![
        row("GET", me, Nothing, Value::Null, 200),
        row("PATCH", me, Nothing, json!({"introduction": "안녕하세요"}), 200),
        row(
            "PUT",
            "/api/v1/members/me/password",
            Nothing,
            json!({"current_password": "$password", "new_password": "another horse battery"}),
            200,
        ),
        row(
            "POST",
            "/api/v1/members/me/email-codes",
            Nothing,
            json!({"email": "$new_email", "password": "$password"}),
            200,
        ),
        row(
            "PUT",
            "/api/v1/members/me/email",
            ChangeCode,
            json!({"email": "$new_email", "code": "$code"}),
            200,
        ),
        row(
            "PUT",
            "/api/v1/members/me/consents",
            Nothing,
            json!({"terms_version": "2026-11", "privacy_version": "2026-11"}),
            200,
        ),
        row(
            "PUT",
            "/api/v1/members/me/place",
            Nothing,
            json!({"latitude": 37.5665, "longitude": 126.978}),
            200,
        ),
        Row {
            file: Some(include_bytes!("../../fixtures/images/lossy.webp")),
            ..row("PUT", "/api/v1/members/me/image", Nothing, Value::Null, 200)
        },
        row("DELETE", "/api/v1/members/me/image", Nothing, Value::Null, 200),
        row("GET", "/api/v1/members/me/export", Nothing, Value::Null, 200),
        row("GET", "/api/v1/members/me/sessions", Nothing, Value::Null, 200),
        Row {
            belongs: Some(("session", 404, "session_not_found")),
            ..row(
                "DELETE",
                "/api/v1/members/me/sessions/{session}",
                SecondSession,
                Value::Null,
                204,
            )
        },
        row("DELETE", "/api/v1/members/me/sessions", Nothing, Value::Null, 204),
        row("GET", "/api/v1/members/me/blocks", Nothing, Value::Null, 200),
        Row {
            belongs: Some(("member", 404, "member_not_found")),
            ..row("PUT", "/api/v1/members/me/blocks/{member}", Room, Value::Null, 200)
        },
        row("DELETE", "/api/v1/members/me/blocks/{member}", Room, Value::Null, 204),
        row("GET", "/api/v1/members/me/reports", Nothing, Value::Null, 200),
        row(
            "POST",
            "/api/v1/members/me/withdrawal",
            Nothing,
            json!({"password": "$password"}),
            204,
        ),
    ]
}

fn of_rooms_and_matches() -> Vec<Row> {
    let of_room = Some(("room", 404, "room_not_found"));
    let ticket = "/api/v1/match/ticket";
    vec![
        row("PUT", ticket, Placed, json!({"max_distance_km": 10}), 200),
        row("GET", ticket, Ticket, Value::Null, 200),
        row("DELETE", ticket, Ticket, Value::Null, 204),
        Row {
            belongs: Some(("proposal", 403, "match_token_invalid")),
            ..row(
                "POST",
                "/api/v1/match/proposals/{proposal}/answer",
                Proposal,
                json!({"token": "$token", "answer": "accept"}),
                200,
            )
        },
        row("GET", "/api/v1/rooms", Room, Value::Null, 200),
        Row { belongs: of_room, ..row("GET", "/api/v1/rooms/{room}", Room, Value::Null, 200) },
        Row {
            belongs: of_room,
            ..row("GET", "/api/v1/rooms/{room}/messages", Room, Value::Null, 200)
        },
        Row {
            belongs: of_room,
            file: Some(include_bytes!("../../fixtures/images/lossy.webp")),
            ..row("POST", "/api/v1/rooms/{room}/images", OpenRoom, Value::Null, 201)
        },
        Row {
            belongs: of_room,
            ..row("GET", "/api/v1/rooms/{room}/images/{image}", Image, Value::Null, 200)
        },
        Row {
            belongs: of_room,
            ..row("POST", "/api/v1/rooms/{room}/leave", Room, Value::Null, 204)
        },
        Row {
            belongs: of_room,
            ..row("POST", "/api/v1/rooms/{room}/reports", Room, json!({"reason": "spam"}), 201)
        },
    ]
}
