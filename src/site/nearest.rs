//! "Did you mean": the known name that a mistyped one is nearest to.

/// The candidate that `name` was probably meant to be; `None` where nothing is near.
pub(crate) fn nearest<'c>(
    name: &str,
    candidates: impl IntoIterator<Item = &'c str>,
) -> Option<&'c str> {
    // Two thirds of the letters in place: fewer, and the guess is noise.
    const LIKENESS_MIN: f64 = 0.7;
    // Distances cost the product of the lengths; nobody mistypes a name this long.
    const LENGTH_MAX: usize = 200;
    if name.len() > LENGTH_MAX {
        return None;
    }
    let lower = name.to_lowercase();
    let mut best: Option<(f64, &str)> = None;
    for candidate in candidates.into_iter().filter(|candidate| candidate.len() <= LENGTH_MAX) {
        let likeness = strsim::jaro_winkler(&lower, &candidate.to_lowercase());
        if likeness >= LIKENESS_MIN && best.is_none_or(|(most, _)| likeness > most) {
            best = Some((likeness, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}
