//! The example site with something that answers on its ports, to try everything out.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use toml_edit::{Array, DocumentMut, value};

use crate::{
    bench,
    product::{Daemon, Data, Product},
};

/// A copy of the example site whose hosts are stand-ins.
pub(crate) struct Playground {
    pub(crate) folder: PathBuf,
    pub(crate) product: Arc<Product>,
}

impl Playground {
    /// Copies the example to a folder that is not there yet, or empty, and starts a stand-in for each host.
    pub(crate) fn new(folder: &Path) -> io::Result<Self> {
        let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/site");
        fs::create_dir_all(folder)?;
        if fs::read_dir(folder)?.next().is_some() {
            return Err(io::Error::other("it is not empty"));
        }
        // Names of files stay valid wherever the stand-ins are started from.
        let folder = fs::canonicalize(folder)?;
        let text = fs::read_to_string(example.join("site.toml"))?;
        let mut site: DocumentMut = text.parse().map_err(io::Error::other)?;
        let net = bench::net();
        let hosts = site["hosts"].as_array_of_tables_mut().unwrap();
        let mut daemons = BTreeMap::new();
        let mut addresses = Vec::new();
        for (host, number) in hosts.iter_mut().zip(2..) {
            let ini = host["stpd_ini"].as_str().unwrap();
            let path = folder.join(ini);
            fs::create_dir_all(path.parent().unwrap())?;
            fs::copy(example.join(ini), &path)?;
            let address = format!("{net}{number}");
            host["address"] = value(&address);
            addresses.push(address.clone());
            let name = host["name"].as_str().unwrap().to_owned();
            daemons.insert(name, Daemon::new(address, path));
        }
        bench::write_certificate(&folder, addresses);
        let product = Arc::new(Product::new(Data::default(), daemons, folder.clone()));
        let place = product.listen(&format!("{net}1"));
        for host in site["hosts"].as_array_of_tables_mut().unwrap().iter_mut() {
            for (key, question) in
                [("restart_command", "restart"), ("active_transfers_command", "transfers")]
            {
                let words = bench::ask(&place, &[question, "{host}"]);
                host[key] = value(words.into_iter().collect::<Array>());
            }
        }
        fs::write(folder.join("site.toml"), site.to_string())?;
        Ok(Self { folder, product })
    }
}

/// `play FOLDER`: the example site, to be tried out until Enter is pressed.
pub(crate) fn main(words: &[String]) -> ExitCode {
    let [folder] = words else {
        eprintln!("usage: play FOLDER");
        return ExitCode::FAILURE;
    };
    let playground = match Playground::new(Path::new(folder)) {
        Ok(playground) => playground,
        Err(error) => {
            eprintln!("`{folder}`: {error}: name a new folder");
            return ExitCode::FAILURE;
        }
    };
    println!(
        "The example site is in {}. Something answers on its ports.",
        playground.folder.display()
    );
    println!("Go there in another terminal. To end it, press Enter here.");
    let _ = io::stdin().read_line(&mut String::new());
    ExitCode::SUCCESS
}
