//! What must hold between the ways to plan an edit: they are told apart by what they cost, never by what they do.

use sesam_transport::ini::{Dialect, Document, Edit, Outcome, Planned, Refusal, plan, plan_all};

use super::input::Input;

/// Beyond this texts only take time: it is more than what a search or an index treats as short.
const LONGEST: usize = 20 * 1024;

/// An input of `ini_routes`: as one of `ini_edit`, but two bytes stand for each piece of the text.
///
/// Of the first byte the five low bits pick the piece and the next two its end (LF, CRLF, CR or nothing); with the
/// high bit set the piece is repeated as often as the second byte says, and one time more. So a short input is a long
/// text in which a key lies far behind its header, among lines that look like it.
pub(crate) fn routes_input(input: &[u8]) {
    let Some(input) = Input::read(input, 3) else { return };
    let text = text(&input);
    let mut text_now = text.clone();
    for edit in &input.edits {
        text_now = routes_agree(&text_now, input.dialect, edit);
    }
    all_is_one_by_one(&text, input.dialect, &input.edits);
}

/// Writes out the text that the rest of an input stands for.
fn text(input: &Input<'_>) -> Vec<u8> {
    let (key, value) = (input.edits[0].target.key, b"1".as_slice());
    let (other, section) = (input.edits[input.edits.len() - 1].target.key, input.section);
    let mut text = Vec::new();
    let mut rest = input.rest;
    while let Some((&[piece, count], behind)) = rest.split_first_chunk() {
        rest = behind;
        let end: &[u8] = [&b"\n"[..], b"\r\n", b"\r", b""][usize::from(piece >> 5 & 3)];
        let parts: &[&[u8]] = match piece & 31 {
            0 => &[key, b"=", value],
            1 => &[b"[", section, b"]"],
            2 => &[b"[T]"],
            3 => &[b"# ", key, b"=", value],
            4 => &[b"  ", key, b" = \"2\" ; ", key, b"=3"],
            5 => &[b"L=", key, b"=", value],
            6 => &[b"# prose about ", key, b" and how it is used"],
            7 => &[other, b" = 2"],
            8 => &[key],
            9 => &[b"x", key, b"=", value],
            10 => &[key, b"x=", value],
            11 => &[b"\0", key, b"=", value],
            12 => &[key, b"\0=", value],
            13 => &[key, b" : ", value],
            14 => &[b"M = a long enough line without any look-alike in it"],
            15 => &[b"  continued by ", key, b"=", value],
            16 => &[b"M=joined\\"],
            17 => &[key, b"=", value, b" \\"],
            18 => &[b"## ", key, b"=", value],
            19 => &[b"\t; ", key, b" = ", value, b" # c"],
            20 => &[b"[", key, b"]"],
            21 => &[b"[", section, b"] ", key, b"=", value],
            22 => &[b"[", section],
            23 => &[b"  [ ", section, b" ] ; ", key],
            24 => &[b""],
            25 => &[b"[]"],
            26 => &[b"\xEF\xBB\xBF"],
            27 => &[b"#"],
            28 => &[b"# "],
            29 => &[b"L"],
            30 => &[b"Q = '", key, b"'"],
            // The bytes themselves.
            _ => &[],
        };
        let line = if piece & 31 == 31 {
            let (bytes, behind) = rest.split_at(rest.len().min(usize::from(count)));
            rest = behind;
            [bytes, end].concat()
        } else {
            [&parts.concat(), end].concat()
        };
        let times = if piece & 31 != 31 && piece & 0x80 != 0 { usize::from(count) + 1 } else { 1 };
        for _ in 0..times {
            if text.len() + line.len() <= LONGEST {
                text.extend_from_slice(&line);
            }
        }
    }
    text
}

/// The route for one edit, the one by an index, several edits, and the model agree; yields the text after the edit.
pub(crate) fn routes_agree(text: &[u8], dialect: Dialect, edit: &Edit<'_>) -> Vec<u8> {
    let document = Document::parse(text, dialect);
    let one_shot = plan(text, dialect, edit);
    let indexed = document.plan(edit);
    assert_eq!(hunks(&one_shot), hunks(&indexed), "the same hunks, or the same reason");
    assert_eq!(one_shot, indexed);
    assert_eq!(indexed, document.plan(edit), "a document that was asked before answers alike");
    let several = plan_all(text, dialect, std::slice::from_ref(edit));
    match (&one_shot, several) {
        (Ok(Outcome::Changed(one)), Ok(Planned::Changed(all))) => {
            assert_eq!(one.apply(text), all.apply(text));
        }
        (Ok(Outcome::Unchanged(_)), Ok(Planned::Unchanged)) => {}
        (Ok(Outcome::NotFound(one)), Ok(Planned::NotFound { index, missing })) => {
            assert_eq!((0, *one), (index, missing));
        }
        (Err(one), Err(all)) => assert_eq!((0, one), (all.index, &all.refusal)),
        (one, all) => panic!("{one:?}, but among several {all:?}"),
    }
    super::decided_as_in_the_model(text, dialect, edit, &one_shot);
    match one_shot {
        Ok(Outcome::Changed(patch)) => patch.apply(text).expect("it applies"),
        _ => text.to_vec(),
    }
}

/// A hunk as a place and what was and will be there.
type Hunks<'p> = Vec<(usize, &'p [u8], &'p [u8])>;

fn hunks<'p>(outcome: &'p Result<Outcome<'_>, Refusal>) -> Hunks<'p> {
    let Ok(Outcome::Changed(patch)) = outcome else { return Vec::new() };
    patch.hunks().iter().map(|hunk| (hunk.span().start, hunk.before(), hunk.after())).collect()
}

/// Several edits come to what they come to one after the other, to the same refusal in the same place.
pub(crate) fn all_is_one_by_one(text: &[u8], dialect: Dialect, edits: &[Edit<'_>]) {
    let all = plan_all(text, dialect, edits);
    let mut now = text.to_vec();
    for (index, edit) in edits.iter().enumerate() {
        let outcome = Document::parse(&now, dialect).plan(edit);
        now = match outcome {
            Ok(Outcome::Changed(patch)) => patch.apply(&now).expect("it applies"),
            Ok(Outcome::Unchanged(_)) => continue,
            Ok(Outcome::NotFound(missing)) => {
                assert_eq!(all, Ok(Planned::NotFound { index, missing }));
                return;
            }
            Err(refusal) => {
                let refused = all.expect_err("one of them is refused");
                assert_eq!((refused.index, refused.refusal), (index, refusal));
                return;
            }
        };
    }
    match all {
        Ok(Planned::Changed(patch)) => assert_eq!(patch.apply(text), Ok(now)),
        Ok(Planned::Unchanged) => assert_eq!(now, text),
        other => panic!("each can be done alone, but all come to {other:?}"),
    }
}
