use bytes::{Bytes, BytesMut};

use super::connection::Connection;
use super::error::ReplayError;
use super::player::Player;
use crate::conversation::{ClientStep, ServerEvent, Shape};
use crate::wire::{Frame, encode_request};

impl Player<'_> {
    /// Connects and logs in, for a step.
    pub(super) async fn connect(
        &self,
        client_step: &ClientStep,
    ) -> Result<Connection, ReplayError> {
        let server = &self.replay.server;
        let mut connection =
            Connection::connect(server, self.replay.deadline).await.map_err(|reason| {
                ReplayError::Connect {
                    place: client_step.place.clone(),
                    connection: client_step.connection.clone(),
                    server: server.clone(),
                    reason,
                }
            })?;
        if let Some(login) = &self.replay.login {
            self.log_in(&mut connection, login).await.map_err(|answer| ReplayError::Login {
                place: client_step.place.clone(),
                connection: client_step.connection.clone(),
                server: server.clone(),
                answer,
            })?;
        }
        Ok(connection)
    }

    async fn log_in(&self, connection: &mut Connection, login: &[Bytes]) -> Result<(), String> {
        let mut request = BytesMut::new();
        encode_request(login, &mut request);
        connection.send(&request).await;
        match connection.next().await {
            Some(ServerEvent::Frame(Shape::Exact(Frame::Simple(text)))) if text == "OK" => Ok(()),
            Some(ServerEvent::Frame(Shape::Exact(Frame::Error(text)))) => {
                Err(String::from_utf8_lossy(&text).into_owned())
            }
            Some(other) => Err(format!("{other:?}")),
            None => Err("no answer".to_owned()),
        }
    }
}
