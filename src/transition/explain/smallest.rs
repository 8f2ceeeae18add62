//! Making a cause as small as it gets.

/// A limit of work ended the search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LimitReached;

/// Takes elements out of `whole`, which suffices, until no single one can be left out any more; the last go first.
///
/// The answer comes with an error where the limit ended that too early: then it suffices, but may be too large.
/// Nothing is assumed of `suffices`: what was needed beside others is tried again once they are gone.
pub(super) fn smallest<T: Clone>(
    whole: Vec<T>,
    mut suffices: impl FnMut(&[T]) -> Result<bool, LimitReached>,
) -> (Vec<T>, Result<(), LimitReached>) {
    let mut kept = whole;
    loop {
        let before = kept.len();
        for at in (0..before).rev() {
            if kept.len() == 1 {
                break;
            }
            let mut fewer = kept.clone();
            fewer.remove(at);
            match suffices(&fewer) {
                Ok(true) => kept = fewer,
                Ok(false) => {}
                Err(limit) => return (kept, Err(limit)),
            }
        }
        if kept.len() == before {
            return (kept, Ok(()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{LimitReached, smallest};

    fn contains(needed: &'static [u8]) -> impl FnMut(&[u8]) -> Result<bool, LimitReached> {
        move |some| Ok(needed.iter().all(|it| some.contains(it)))
    }

    #[test]
    fn what_is_not_needed_goes() {
        assert_eq!(smallest(vec![1, 2, 3, 4], contains(&[2, 4])), (vec![2, 4], Ok(())));
        assert_eq!(smallest(vec![1, 2], contains(&[1, 2])), (vec![1, 2], Ok(())));
        assert_eq!(smallest(vec![7], contains(&[7])), (vec![7], Ok(())));
    }

    #[test]
    fn one_of_two_ways_is_found() {
        let either = |some: &[u8]| Ok(some.contains(&1) || some.contains(&2));
        assert_eq!(smallest(vec![1, 2, 3], either), (vec![1], Ok(())));
    }

    #[test]
    fn what_was_needed_only_beside_another_goes_too() {
        // 3 is needed as long as 2 is there, and 2 is not needed at all.
        let odd = |some: &[u8]| Ok(some.contains(&1) && (some.contains(&3) || !some.contains(&2)));
        assert_eq!(smallest(vec![1, 2, 3], odd), (vec![1], Ok(())));
    }

    #[test]
    fn the_limit_leaves_what_suffices() {
        let mut left = 2;
        let limited = |some: &[u8]| {
            left -= 1;
            if left < 0 { Err(LimitReached) } else { Ok(some.contains(&4)) }
        };
        assert_eq!(smallest(vec![1, 2, 3, 4], limited), (vec![1, 2, 4], Err(LimitReached)));
    }
}
