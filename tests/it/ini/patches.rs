//! An edit as a value.

use sesam_transport::ini::{
    Dialect, Document, Edit, Outcome, Patch, PatchMismatch, Planned, Target, Which, plan_all,
};

fn target(key: &str) -> Target<'_> {
    Target::exact(b"S", key.as_bytes())
}

#[track_caller]
fn patch<'e>(text: &'e [u8], edit: &Edit<'e>) -> Patch<'e> {
    match Document::parse(text, Dialect::stpd()).plan(edit) {
        Ok(Outcome::Changed(patch)) => patch,
        other => panic!("no change: {other:?}"),
    }
}

#[track_caller]
fn diff(text: &str, edit: &Edit<'_>, expected: &str) {
    let patch = patch(text.as_bytes(), edit);
    let diff = patch.unified_diff(text.as_bytes(), "f.ini").unwrap();
    assert_eq!(String::from_utf8(diff).unwrap(), expected);
}

#[test]
fn hunks_have_ranges_with_old_and_new_content() {
    let patch = patch(b"[S]\nK=10\n", &Edit::set(target("K"), b"2"));
    let [hunk] = patch.hunks() else { panic!("one hunk is meant") };
    assert_eq!((hunk.span().start, hunk.span().end), (6, 8));
    assert_eq!((hunk.before(), hunk.after()), (&b"10"[..], &b"2"[..]));
}

#[test]
fn a_patch_refuses_bytes_that_differ() {
    let text = b"[S]\nK=1\nL=2\n";
    let patch = patch(text, &Edit::set(target("K"), b"2"));
    let owned = patch.clone().into_owned();
    for other in [&b"[S]\nK=1\nL=3\n"[..], b"[S]\nK=1\nL=2", b"", b"[S]\nK=2\nL=2\n"] {
        for patch in [&patch, &owned] {
            assert_eq!(patch.apply(other), Err(PatchMismatch));
            assert!(patch.slices(other).is_err());
            assert_eq!(patch.unified_diff(other, "f"), Err(PatchMismatch));
        }
    }
    let elsewhere = text.to_vec();
    assert_eq!(patch.apply(&elsewhere).unwrap(), owned.apply(text).unwrap());
}

#[test]
fn the_inverse_takes_back_exactly() {
    let text = b"[S]\r\nK=1\nK=2\r[T]\nx\n[S]\n K=3";
    for edit in [Edit::disable(target("K")), Edit::remove(target("K"))] {
        let patch = patch(text, &edit);
        let after = patch.apply(text).unwrap();
        let inverse = patch.inverse();
        assert_eq!(inverse.apply(&after).unwrap(), text);
        assert_eq!(inverse.apply(text), Err(PatchMismatch));
        assert_eq!(inverse.inverse(), patch.into_owned());
    }
}

#[test]
fn patches_compose() {
    let text = b"[S]\nK=1\nL=2\nM=3\n";
    let first = patch(text, &Edit::disable(target("L")));
    let between = first.apply(text).unwrap();
    let second = patch(&between, &Edit::remove(target("K")));
    let both = first.then(&second).unwrap();
    let after = second.apply(&between).unwrap();
    assert_eq!(both.apply(text).unwrap(), after);
    assert_eq!(both.inverse().apply(&after).unwrap(), text);
    assert_eq!(second.then(&first), Err(PatchMismatch));
    let nothing = first.then(&first.inverse()).unwrap();
    assert!(nothing.is_empty());
    assert_eq!(nothing.apply(text).unwrap(), text);
    assert_eq!(both.then(&second.inverse()).unwrap().apply(text).unwrap(), between);
}

/// Bytes that go and come back could meet others like them in one grouping and not in the other.
#[test]
fn grouping_makes_no_difference() {
    let text = b"[S]\n# K=1\n";
    let edits = [
        Edit::enable(target("K"), None),
        Edit::insert(target("L"), b"1"),
        Edit::disable(target("K")),
        Edit::remove(target("L")),
        Edit::insert(target("L"), b"1"),
        Edit::enable(target("K"), None),
        Edit::set(target("K"), b"11"),
        Edit::set(target("K"), b"1"),
    ];
    let (mut at, mut chain) = (text.to_vec(), Vec::new());
    for edit in &edits {
        let patch = patch(&at, edit).into_owned();
        at = patch.apply(&at).unwrap();
        chain.push(patch);
    }
    chain.extend(chain.clone().iter().rev().map(Patch::inverse));
    for chain in chain.windows(3) {
        let [a, b, c] = chain else { panic!("three are meant") };
        let one = a.then(b).unwrap().then(c).unwrap();
        assert_eq!(one, a.then(&b.then(c).unwrap()).unwrap());
    }
    for middle in 1..chain.len() {
        let joined = |part: &[Patch<'static>]| {
            let (first, rest) = part.split_first().unwrap();
            rest.iter().fold(first.clone(), |done, next| done.then(next).unwrap())
        };
        let (head, tail) = chain.split_at(middle);
        let nothing = joined(head).then(&joined(tail)).unwrap();
        assert!(nothing.is_empty(), "{nothing:?}");
        assert_eq!(nothing, chain[0].then(&chain[0].inverse()).unwrap());
    }
}

/// No byte survives in its place, and yet the text is the same.
#[test]
fn a_patch_that_ends_where_it_began_is_empty() {
    let text = b"[S]\nK=1\nK=1\n";
    let removed = patch(text, &Edit::remove(target("K")).choosing(Which::First));
    let between = removed.apply(text).unwrap();
    let last = Edit::remove(target("K")).choosing(Which::Last);
    let shifted = patch(text, &last).inverse();
    let moved = removed.then(&shifted).unwrap();
    assert!(moved.is_empty(), "{moved:?}");
    assert_eq!(moved.unified_diff(text, "f").unwrap(), b"");
    assert_eq!(moved.then(&removed).unwrap().apply(text).unwrap(), between);
}

#[test]
fn slices_are_the_output_without_a_copy() {
    let text = b"[S]\nK=1\nL=2\n";
    let patch = patch(text, &Edit::set(target("K"), b"99"));
    let slices: Vec<&[u8]> = patch.slices(text).unwrap().collect();
    assert_eq!(slices, [&b"[S]\nK="[..], b"99", b"\nL=2\n"]);
    assert!(std::ptr::eq(slices[0].as_ptr(), text.as_ptr()));
    assert_eq!(slices.concat(), patch.apply(text).unwrap());
}

#[test]
fn a_diff_of_one_line() {
    diff(
        "[S]\nK=1\nL=2\n",
        &Edit::disable(target("K")),
        "--- f.ini\n+++ f.ini\n@@ -1,3 +1,3 @@\n [S]\n-K=1\n+# K=1\n L=2\n",
    );
}

#[test]
fn a_diff_of_a_line_taken_out_or_put_in() {
    diff(
        "[S]\nK=1\n",
        &Edit::remove(target("K")),
        "--- f.ini\n+++ f.ini\n@@ -1,2 +1 @@\n [S]\n-K=1\n",
    );
    diff(
        "[S]\n",
        &Edit::insert(target("K"), b"1"),
        "--- f.ini\n+++ f.ini\n@@ -1 +1,2 @@\n [S]\n+K=1\n",
    );
    let first = Edit::insert(Target::exact(b"", b"K"), b"1");
    diff("", &first, "--- f.ini\n+++ f.ini\n@@ -0,0 +1 @@\n+K=1\n");
    let only = Edit::remove(Target::exact(b"", b"K"));
    diff("K=1\n", &only, "--- f.ini\n+++ f.ini\n@@ -1 +0,0 @@\n-K=1\n");
}

#[test]
fn a_diff_at_an_unterminated_end() {
    diff(
        "[S]\nA=1",
        &Edit::insert(target("K"), b"2"),
        "--- f.ini\n+++ f.ini\n@@ -1,2 +1,3 @@\n [S]\n-A=1\n\\ No newline at end of file\n+A=1\n+K=2\n\\ No newline at end of file\n",
    );
    diff(
        "[S]\nA=1\nK=2",
        &Edit::remove(target("K")),
        "--- f.ini\n+++ f.ini\n@@ -1,3 +1,2 @@\n [S]\n A=1\n-K=2\n\\ No newline at end of file\n",
    );
}

#[test]
fn a_diff_has_three_lines_of_context() {
    let far = "a=1\nb=1\nc=1\nd=1\n[S]\nK=1\n1\n2\n3\n4\n5\n6\n7\nK=2\n8\n9\n10\n11\n";
    diff(
        far,
        &Edit::disable(target("K")),
        "--- f.ini\n+++ f.ini\n@@ -3,7 +3,7 @@\n c=1\n d=1\n [S]\n-K=1\n+# K=1\n 1\n 2\n 3\n@@ -11,7 +11,7 @@\n 5\n 6\n 7\n-K=2\n+# K=2\n 8\n 9\n 10\n",
    );
    let near = "[S]\nK=1\n1\n2\n3\n4\n5\n6\nK=2\n";
    diff(
        near,
        &Edit::remove(target("K")),
        "--- f.ini\n+++ f.ini\n@@ -1,9 +1,7 @@\n [S]\n-K=1\n 1\n 2\n 3\n 4\n 5\n 6\n-K=2\n",
    );
}

#[test]
fn a_diff_of_neighbouring_lines_is_one_run() {
    diff(
        "[S]\nK=1\nK=2\nL=3\n",
        &Edit::set(target("K"), b"9").choosing(Which::Every),
        "--- f.ini\n+++ f.ini\n@@ -1,4 +1,4 @@\n [S]\n-K=1\n-K=2\n+K=9\n+K=9\n L=3\n",
    );
}

#[test]
fn a_diff_keeps_bytes_that_are_not_utf8() {
    let text = b"[S]\n; \xE4\nK=1\r\n";
    let patch = patch(text, &Edit::set(target("K"), b"\xFC"));
    let diff = patch.unified_diff(text, "f").unwrap();
    assert_eq!(diff, b"--- f\n+++ f\n@@ -1,3 +1,3 @@\n [S]\n ; \xE4\n-K=1\r\n+K=\xFC\r\n");
}

#[test]
fn no_change_is_no_diff() {
    let text = b"[S]\nK=1\n";
    let there = patch(text, &Edit::disable(target("K")));
    let nothing = there.then(&there.inverse()).unwrap();
    assert_eq!(nothing.unified_diff(text, "f").unwrap(), b"");
}

/// Work that grows with the square of the hunks would take minutes here.
#[test]
fn many_hunks_compose_in_reasonable_time() {
    let text = [&b"[S]\n"[..], &b"K=1\n".repeat(50_000)].concat();
    let edits = [
        Edit::set(target("K"), b"22").choosing(Which::Every),
        Edit::disable(target("K")),
        Edit::enable(Target::exact(b"S", b"L"), Some(b"3")),
    ];
    let planned = plan_all(&text, Dialect::stpd(), &edits);
    let Ok(Planned::Changed(patch)) = planned else { panic!("no change") };
    let after = patch.apply(&text).unwrap();
    assert_eq!(after.len(), text.len() + 3 * 50_000 + 4);
    let removed = Document::parse(&text, Dialect::stpd()).plan(&Edit::remove(target("K")));
    let Ok(Outcome::Changed(removed)) = removed else { panic!("no change") };
    let gone = patch.inverse().then(&removed).unwrap();
    assert_eq!(gone.apply(&after).unwrap(), b"[S]\n");
    assert_eq!(gone.inverse().apply(b"[S]\n").unwrap(), after);
}
