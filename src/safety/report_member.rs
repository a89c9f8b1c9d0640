//! Use case: a member reports the other of a room. What it is about is copied: it stays, whatever the two do afterwards.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tracing::warn;

use crate::base::{ImageId, MemberId, ReportId, RoomId, Timestamp};
use crate::chat::{ChatError, Range, history, hold_rooms, images_said, partner_of};
use crate::config::SafetyConfig;
use crate::http::FieldProblem;
use crate::infra::objects::{ImageSize, Object, image_name, withdraw_deletions};
use crate::infra::shared::Rate;
use crate::infra::{DbError, Freshness, Infra, WriteConn};
use crate::protocol::{Message, MessageKind, ReportReason, ReportState, ReportView};

use super::{SafetyError, store};

/// What a member reports.
#[derive(Clone, Debug)]
pub struct NewReport {
    /// About what was said in this room.
    pub room: RoomId,
    /// Who reports.
    pub member: MemberId,
    /// Why.
    pub reason: ReportReason,
    /// What the member says about it; needed for [`ReportReason::Other`].
    pub text: Option<String>,
}

/// Reports the other member of a room.
pub async fn report_member(
    infra: &Infra,
    rules: &SafetyConfig,
    new: NewReport,
    now: Timestamp,
) -> Result<ReportView, SafetyError> {
    let NewReport { room, member, reason, text } = new;
    let text = checked_text(reason, text, rules.report_chars_max)?;
    let rate = Rate::per_hour(rules.reports_per_hour);
    infra.shared.limits.check("report", &member.to_string(), rate).await??;
    let (db, shared, limit) = (&infra.db, &infra.shared, rules.evidence_messages);
    let mut said = history(db, shared, room, member, Range::Newest, limit).await?.messages;
    let shown = db.read("safety.reported", Freshness::Latest, move |conn| {
        let other = partner_of(conn, room, member)?;
        let other = other.ok_or(ChatError::RoomNotFound(room))?;
        Ok::<_, SafetyError>((other, store::profile(conn, other, now.date())?))
    });
    let (other, (image, mut profile)) = shown.await?;
    profile["picture"] = picture(infra, image).await;
    let (id, state) = (ReportId::fresh(), ReportState::Open);
    let view = ReportView { id, room, reason, state, created_at: now, decided_at: None };
    let report = view.clone();
    let write = db.write("safety.report_member", move |conn| {
        // Who left meanwhile reports no more.
        partner_of(&mut conn.as_read(), room, member)?.ok_or(ChatError::RoomNotFound(room))?;
        let images = hold_images(conn, room, &mut said)?;
        let evidence = json!({"profile": profile, "messages": said}).to_string();
        let done = store::insert_report(conn, &report, [member, other], &text, &evidence);
        done.map_err(|error| match error {
            DbError::Taken { .. } => SafetyError::AlreadyReported,
            error => error.into(),
        })?;
        Ok::<_, SafetyError>(store::insert_report_images(conn, report.id, &images)?)
    });
    write.await?;
    db.show_to(vec![member]).await;
    metrics::counter!("reports_total").increment(1);
    Ok(view)
}

/// Keeps the pictures of what was said, whoever takes them back from now on. Those that are being deleted were taken back
/// since it was read, and so it then says.
fn hold_images(
    conn: &mut WriteConn<'_>,
    room: RoomId,
    said: &mut [Message],
) -> Result<Vec<ImageId>, DbError> {
    let shown = |message: &Message| message.image.map(|image| image.id);
    let mut images: Vec<ImageId> = said.iter().filter_map(shown).collect();
    images.sort_unstable();
    images.dedup();
    if images.is_empty() {
        return Ok(images);
    }
    hold_rooms(conn, &[room])?;
    let mut kept = images_said(&mut conn.as_read(), &images)?;
    kept.extend(store::images_kept(&mut conn.as_read(), &images)?);
    // Of a message that is not stored yet, or was taken back a moment ago.
    images.retain(|image| !kept.contains(image));
    kept.extend(withdraw_deletions(conn, &images)?);
    for message in said {
        if shown(message).is_some_and(|image| !kept.contains(&image)) {
            (message.kind, message.image) = (MessageKind::Retracted, None);
        }
    }
    Ok(kept.into_iter().collect())
}

/// The text of a report: not too long, and there if it is all that the report says.
fn checked_text(
    reason: ReportReason,
    text: Option<String>,
    max: usize,
) -> Result<String, SafetyError> {
    let text = text.unwrap_or_default().trim().to_owned();
    let wrong = |code, detail: String| {
        Err(SafetyError::Fields(vec![FieldProblem { field: "text", code, detail }]))
    };
    if text.chars().count() > max {
        return wrong("length", format!("at most {max} characters"));
    }
    if text.is_empty() && reason == ReportReason::Other {
        return wrong("length", "what it is about, for this reason".to_owned());
    }
    // No text of PostgreSQL can hold it.
    if text.contains('\0') {
        return wrong("format", "no character U+0000".to_owned());
    }
    Ok(text)
}

/// The picture as others see it, for it may be what the report is about. A report is not refused for the want of it.
async fn picture(infra: &Infra, image: Option<ImageId>) -> Value {
    let Some(image) = image else { return Value::Null };
    match infra.objects.store.get(&image_name(image, ImageSize::Small)).await {
        Ok(Some(Object { content_type, bytes })) => {
            json!({"content_type": content_type, "base64": STANDARD.encode(bytes)})
        }
        Ok(None) => Value::Null,
        Err(error) => {
            warn!(%error, "a picture could not be kept with a report");
            Value::Null
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(reason: ReportReason, text: &str) -> Result<String, String> {
        checked_text(reason, Some(text.to_owned()), 5).map_err(|error| match error {
            SafetyError::Fields(fields) => format!("{} {}", fields[0].field, fields[0].code),
            error => error.to_string(),
        })
    }

    #[test]
    fn a_text_has_an_end_and_is_there_when_it_is_all_there_is() {
        assert_eq!(check(ReportReason::Spam, ""), Ok(String::new()));
        assert_eq!(check(ReportReason::Other, " 안녕하세요 "), Ok("안녕하세요".to_owned()));
        for (reason, text) in [
            (ReportReason::Spam, "안녕하세요!"),
            (ReportReason::Other, ""),
            (ReportReason::Other, " \n"),
        ] {
            assert_eq!(check(reason, text), Err("text length".to_owned()), "{text:?}");
        }
        assert_eq!(check(ReportReason::Hate, "a\0b"), Err("text format".to_owned()));
        assert_eq!(checked_text(ReportReason::Spam, None, 5).unwrap(), "");
    }
}
