//! A mail server that repeats what it was told in every answer, as some do.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// The mails that came, as they came.
#[derive(Clone, Default)]
pub struct Taken(Arc<Mutex<Vec<String>>>);

impl Taken {
    pub fn mails(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

/// Takes mails on the port that comes back, until the test ends.
pub async fn take_mails() -> (u16, Taken) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (port, taken) = (listener.local_addr().unwrap().port(), Taken::default());
    let keep = taken.clone();
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            tokio::spawn(serve(socket, keep.clone()));
        }
    });
    (port, taken)
}

async fn serve(socket: TcpStream, taken: Taken) {
    let (read, mut write) = socket.into_split();
    let mut lines = BufReader::new(read).lines();
    if write.write_all(b"220 test\r\n").await.is_err() {
        return;
    }
    let (mut mail, mut is_body) = (String::new(), false);
    while let Ok(Some(line)) = lines.next_line().await {
        let answer = if is_body {
            if line != "." {
                mail.push_str(&line);
                mail.push('\n');
                continue;
            }
            is_body = false;
            let whole = std::mem::take(&mut mail);
            let answer = format!("250 2.0.0 taken: {}", whole.lines().last().unwrap_or_default());
            taken.0.lock().unwrap().push(whole);
            answer
        } else {
            let command = line.to_uppercase();
            match () {
                () if command.starts_with("DATA") => {
                    is_body = true;
                    "354 go on".to_owned()
                }
                () if command.starts_with("RCPT TO:<NOBODY") => {
                    format!("550 5.1.1 {line}: no such user")
                }
                () if command.starts_with("RCPT TO:<LATER") => {
                    format!("450 4.2.1 {line}: try again later")
                }
                () if command.starts_with("QUIT") => "221 bye".to_owned(),
                () => format!("250 2.1.0 {line}"),
            }
        };
        if write.write_all(format!("{answer}\r\n").as_bytes()).await.is_err() {
            return;
        }
    }
}
