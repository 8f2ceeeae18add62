//! What identifies a plan: what it does, and in which order.

use core::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use crate::transition::PlanDocument;

/// Identifies the steps of a plan, whatever its file looks like.
///
/// Two plan files have the same digest where they have the same direction and do the same things in the same order.
#[must_use]
pub fn digest(plan: &PlanDocument<'_>) -> String {
    let mut hash = Sha256::new();
    let mut add = |json: Result<Vec<u8>, serde_json::Error>| {
        // Each part is JSON on a line of its own, so that no two plans can look alike.
        hash.update(json.unwrap_or_default());
        hash.update(b"\n");
    };
    add(serde_json::to_vec(&plan.direction));
    plan.steps.iter().for_each(|step| add(serde_json::to_vec(&step.action)));
    let mut text = String::from("sha256:");
    for byte in hash.finalize() {
        let _ = write!(text, "{byte:02x}");
    }
    text
}
