//! Small named sites with the results that the model implies.

use sesam_transport::{
    site::{Site, SiteDraft},
    transition::plan,
};

#[test]
fn plans_come_out_as_stated() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/worked-examples");
    let expected = std::fs::read_to_string(format!("{folder}/expected.json")).unwrap();
    let expected: serde_json::Value = serde_json::from_str(&expected).unwrap();
    let mut bad = 0;
    for example in expected["plans"].as_array().unwrap() {
        let name = example["site"].as_str().unwrap();
        let text = std::fs::read_to_string(format!("{folder}/{name}")).unwrap();
        let draft: SiteDraft<'_> = serde_json::from_str(&text).unwrap();
        let site = Site::try_from(&draft).unwrap();
        let plan = plan(&site);
        let found = serde_json::to_value(plan.summary()).unwrap();
        let outcome = serde_json::to_value(plan.outcome()).unwrap();
        let wanted = &example["plan"];
        let same = ["steps", "restarts", "exposures_before", "exposures_after"]
            .iter()
            .all(|key| found[key] == wanted[key])
            && outcome == wanted["outcome"];
        if !same {
            bad += 1;
            println!("{name}: {} found {found} {outcome}, wanted {wanted}", example["says"]);
        }
    }
    assert_eq!(bad, 0);
}
