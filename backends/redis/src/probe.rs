//! Just enough of the protocol to find out whether a server answers. The decoder of the contract is
//! not used here, because the code that judges servers must not be the code that starts them.

use std::io::{self, BufRead, BufReader, Read, Write};

/// Sends one command and returns the first line of the reply, without CRLF.
pub(crate) fn command(
    stream: &mut (impl Read + Write + ?Sized),
    words: &[&str],
) -> io::Result<String> {
    let mut request = format!("*{}\r\n", words.len());
    for word in words {
        request += &format!("${}\r\n{word}\r\n", word.len());
    }
    stream.write_all(request.as_bytes())?;

    // A peer that sends no line end within this many bytes is no Redis server.
    let mut line = Vec::new();
    BufReader::new(stream.take(512)).read_until(b'\n', &mut line)?;
    if line.is_empty() {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(String::from_utf8_lossy(&line).trim_end().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Canned(&'static [u8], Vec<u8>);

    impl Read for Canned {
        fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
            self.0.read(buf)
        }
    }

    impl Write for Canned {
        fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
            self.1.write(buf)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn should_send_a_command_and_return_the_first_line() {
        let mut server = Canned(b"+PONG\r\n", Vec::new());
        assert_eq!(command(&mut server, &["PING"]).unwrap(), "+PONG");
        assert_eq!(server.1, b"*1\r\n$4\r\nPING\r\n");
    }

    #[test]
    fn should_report_an_end_without_an_answer() {
        let error = command(&mut Canned(b"", Vec::new()), &["PING"]).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
    }
}
