//! The loop between the driver and the hands.

use sesam_transport::run::{Demand, Driver, End, Record};

use super::hands::Hands;
use crate::failure::Failure;

/// What happens to a step, for whoever watches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// It is about to be carried out.
    Begins(usize),
    /// It was carried out, and its effect was seen.
    Done(usize),
    /// It was not carried out after all.
    Undone(usize),
}

/// Drives a run to its end.
///
/// # Errors
///
/// Where the journal cannot be written: nothing goes on without it.
pub(crate) fn work(
    driver: &mut Driver<'_>,
    hands: &mut Hands<'_>,
    mut watch: impl FnMut(&Driver<'_>, Event),
) -> Result<End, Failure> {
    loop {
        let event = match driver.demand() {
            Demand::Nothing(end) => return Ok(end.clone()),
            Demand::Carry(deed) => {
                watch(driver, Event::Begins(deed.step));
                None
            }
            Demand::Record(Record::Done(step)) => Some(Event::Done(step)),
            Demand::Record(Record::Undone(step)) => Some(Event::Undone(step)),
            _ => None,
        };
        let outcome = hands.comply(driver)?;
        driver.give(outcome).map_err(|misuse| Failure::Refused(misuse.to_string()))?;
        if let Some(event) = event {
            watch(driver, event);
        }
    }
}
