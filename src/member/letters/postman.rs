//! The worker that sends what is in the outbox. Every `member` runs one; of two each takes other letters. One that
//! dies on its way leaves its letters to the others, so a letter may come twice, with the same `Message-ID`.

use std::time::Duration;

use tokio::time::timeout;
use tracing::warn;
use uuid::Uuid;

use crate::base::Timestamp;
use crate::infra::Mail;
use crate::infra::mail::MailError;
use crate::member::due::{BATCH, TAKEN_FOR, pause_after, work_on_each, work_on_what_is_due};
use crate::member::store::{self, TakenLetter};
use crate::member::{MemberError, Members};
use crate::runtime::{Stop, Worker};

use super::Letter;
use super::compose::compose;

/// How long one letter may take.
const WITHIN: Duration = Duration::from_mins(1);

/// The worker of this process.
pub(in crate::member) fn worker(members: Members) -> Worker {
    Worker::new("postman", async move |stop| {
        let (bell, poll) = (&members.post, members.rules.letters_poll());
        let batch = || send_what_is_due(&members, &stop);
        work_on_what_is_due("letters", bell, poll, &stop, batch).await;
        Ok(())
    })
}

async fn send_what_is_due(members: &Members, stop: &Stop) -> Result<usize, MemberError> {
    let now = members.clock.now();
    let taken = members
        .infra
        .db
        .write("member.take_letters", move |conn| {
            store::take_letters(conn, now, now + TAKEN_FOR, BATCH)
        })
        .await?;
    work_on_each(taken, async |taken| {
        if stop.is_finishing() {
            // Another may have it at once.
            settle(members, taken, Outcome::Later("the process stops".to_owned()), Some(now)).await
        } else {
            send_letter(members, taken).await
        }
    })
    .await
}

/// What came of a letter.
enum Outcome {
    Sent,
    /// There is nobody to write to.
    Void,
    Refused(String),
    Later(String),
}

async fn send_letter(members: &Members, taken: TakenLetter) -> Result<(), MemberError> {
    let outcome = timeout(WITHIN, hand_over(members, &taken)).await;
    let outcome = outcome.unwrap_or_else(|_| Outcome::Later("it took too long".to_owned()));
    settle(members, taken, outcome, None).await
}

/// Takes a letter out of the outbox, or says when it is due again: at `due`, else after a pause.
async fn settle(
    members: &Members,
    taken: TakenLetter,
    outcome: Outcome,
    due: Option<Timestamp>,
) -> Result<(), MemberError> {
    let now = members.clock.now();
    let is_old = now.since(taken.asked_at) > members.rules.letters_keep();
    let name = match &outcome {
        Outcome::Sent => "sent",
        Outcome::Void => "void",
        Outcome::Refused(_) => "refused",
        Outcome::Later(_) if is_old => "given_up",
        Outcome::Later(_) => "put_off",
    };
    metrics::counter!("letters_total", "outcome" => name).increment(1);
    if let Outcome::Refused(error) | Outcome::Later(error) = &outcome {
        warn!(letter.id = %taken.id, letter.tries = taken.tries, %error, outcome = name, "a letter did not leave");
    }
    let db = &members.infra.db;
    if matches!(outcome, Outcome::Later(_)) && !is_old {
        let due =
            due.unwrap_or_else(|| now + pause_after(taken.tries, members.rules.letters_retry()));
        db.write("member.put_off_letter", move |conn| store::put_off_letter(conn, &taken, due))
            .await?;
    } else {
        db.write("member.delete_letter", move |conn| store::delete_letter(conn, &taken)).await?;
    }
    Ok(())
}

async fn hand_over(members: &Members, taken: &TakenLetter) -> Outcome {
    let Ok(letter) = serde_json::from_str::<Letter>(&taken.about) else {
        // A newer release wrote it.
        return Outcome::Later("it cannot be read here".to_owned());
    };
    // Two mails with the same code are one; with different codes the second counts.
    let id = if letter.has_code() { Uuid::now_v7() } else { taken.id.as_uuid() };
    let words = match compose(members, letter).await {
        Ok(Some(words)) => words,
        Ok(None) => return Outcome::Void,
        Err(error) => return Outcome::Later(error.to_string()),
    };
    let mail = Mail {
        id,
        to: words.to,
        subject: words.subject,
        text: words.text.into(),
        html: words.html.into(),
    };
    match members.infra.mailer.send(mail).await {
        Ok(()) => Outcome::Sent,
        Err(error) => later_or_never(&error),
    }
}

fn later_or_never(error: &MailError) -> Outcome {
    if error.is_passing() {
        Outcome::Later(error.to_string())
    } else {
        Outcome::Refused(error.to_string())
    }
}
