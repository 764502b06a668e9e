//! Problem details, for the OpenAPI document. `problem.rs` writes them.

use utoipa::ToSchema;

/// What went wrong (RFC 9457). Some types add members of their own: `/problems/chat-already-open` has `chat_id`,
/// `/problems/assigned-meanwhile` has `assigned_to` and `assigned_seq`.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct ProblemDetails {
    /// What sort of problem, such as `/problems/chat-closed`. It never changes.
    r#type: String,
    /// The sort of problem, for people.
    title: String,
    /// The HTTP status.
    status: u16,
    /// This problem, for people.
    detail: String,
}
