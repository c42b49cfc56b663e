//! How servers differ in the commands of geo positions.

use crate::wire::ErrorReply;

/// How a server's commands work on geo positions.
#[derive(Clone, Copy, Debug)]
pub(crate) struct GeoBehaviour {
    /// Units may be written in capital letters, and the error for an unknown unit names them so.
    pub(crate) units_have_any_case: bool,
    /// A coordinate is shown with as few digits as tell it from all others; otherwise with 17 digits
    /// behind the point.
    pub(crate) coordinates_are_short: bool,
    /// The error for the member in the centre of a search, if the key does not have it.
    pub(crate) no_member: fn(member: &[u8]) -> ErrorReply,
    /// Searches accept `BYPOLYGON`.
    pub(crate) searches_polygons: bool,
    /// The error for a search that is stored, and that asks for details; `{}` is the command.
    pub(crate) stores_no_details: fn(command: &str) -> ErrorReply,
    /// The area of a search is as wide at its middle as at its edges; otherwise its width in degrees
    /// is taken at the edge that is nearer to a pole.
    pub(crate) measures_width_at_centre: bool,
}
