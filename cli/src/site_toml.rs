//! A site as a TOML file that a person can go on editing: one table for each host and task, everything in it inline.

use serde::Serialize;
use sesam_transport::site::SiteDraft;
use toml::{Table, ser::Error};

/// The site file of a draft.
pub(crate) fn site_toml(draft: &SiteDraft<'_>) -> Result<String, Error> {
    let SiteDraft { format_version, assumptions, policy, hosts, tasks, globals, settings, waivers } =
        draft;
    let default = SiteDraft::default();
    let mut file = File::default();
    file.line("format_version", &toml::Value::String(format_version.to_string()));
    if *assumptions != default.assumptions {
        file.table("[assumptions]", assumptions)?;
    }
    if *policy != default.policy {
        file.table("[policy]", policy)?;
    }
    file.tables("[[hosts]]", hosts)?;
    file.tables("[[tasks]]", tasks)?;
    file.tables("[[globals]]", globals)?;
    file.tables("[[settings]]", settings)?;
    file.tables("[[waivers]]", waivers)?;
    Ok(file.0)
}

#[derive(Debug, Default)]
struct File(String);

impl File {
    fn tables(&mut self, header: &str, tables: &[impl Serialize]) -> Result<(), Error> {
        tables.iter().try_for_each(|table| self.table(header, table))
    }

    fn table(&mut self, header: &str, table: &impl Serialize) -> Result<(), Error> {
        self.0.push('\n');
        self.0.push_str(header);
        self.0.push('\n');
        for (key, value) in &Table::try_from(table)? {
            self.line(key, value);
        }
        Ok(())
    }

    fn line(&mut self, key: &str, value: &toml::Value) {
        self.0.push_str(key);
        self.0.push_str(" = ");
        self.0.push_str(&value.to_string());
        self.0.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use sesam_transport::site::{Format, Site, SiteDraft, Source};

    use super::site_toml;

    #[test]
    fn the_file_reads_as_people_write_it() {
        let text = r#"
            format_version = "1.0"
            [policy]
            retire = ["ftp"]
            [[hosts]]
            name = "s\"ü"
            role = "server"
            os = "linux"
            configured = { ftp = 11001, http = "unknown" }
            interfaces = ["http://s:11000", { url = "https://nat:8443", listener = 11443 }]
            [[tasks]]
            id = "t"
            kind = "migration"
            source_host = "s\"ü"
            [[globals]]
            key = "k"
            user = "u"
            value = "v"
        "#;
        let source = Source::new(text.as_bytes(), Format::Toml).unwrap();
        let site = Site::try_from(&SiteDraft::read(&source).unwrap()).unwrap();
        let file = site_toml(&site.to_draft()).unwrap();
        expect![[r#"
            format_version = "1.0"

            [policy]
            reassign = "secure"
            retire = ["ftp"]
            except_hosts = []

            [[hosts]]
            name = 's"ü'
            role = "server"
            os = "linux"
            avx = "yes"
            configured = { ftp = 11001, http = "unknown", https = "off" }
            running = { ftp = 11001, http = "unknown", https = "off" }
            https_port = 11443
            interfaces = ["http://s:11000", { url = "https://nat:8443", listener = 11443 }]

            [[tasks]]
            id = "t"
            kind = "migration"
            source_host = 's"ü'

            [[globals]]
            key = "k"
            user = "u"
            value = "v"
        "#]]
        .assert_eq(&file);
        let source = Source::new(file.as_bytes(), Format::Toml).unwrap();
        let again = Site::try_from(&SiteDraft::read(&source).unwrap()).unwrap();
        assert_eq!(site.fingerprint(), again.fingerprint());
    }
}
