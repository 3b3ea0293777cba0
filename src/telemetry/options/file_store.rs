//! The settings of one host: a small file in the state folder.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::settings::Settings;
use super::store::{Note, Store, StoreError};
use crate::anonymise::Secret;
use crate::channel::durable::{self, Lock};
use crate::own_file;

/// How the file is laid out.
const FORMAT: u32 = 1;
/// The largest file that is read, in bytes.
const LARGEST: u64 = 1 << 20;
/// How long another process is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// Keeps settings in `telemetry.json` of the state folder, readable by its owner alone, for a proxy may have a password.
///
/// On a full disk no new file can be written, but that one can be renamed: as `telemetry.json.off` it holds the same options, and
/// no opt-in, whatever it says.
#[derive(Debug, Clone)]
pub struct FileStore {
    folder: PathBuf,
    path: PathBuf,
}

#[derive(Serialize, Deserialize)]
struct Content {
    format: u32,
    #[serde(flatten)]
    settings: Settings,
}

impl FileStore {
    /// In this state folder. It is made when something is set.
    pub fn new(state_dir: &Path) -> Self {
        Self { folder: state_dir.to_owned(), path: state_dir.join("telemetry.json") }
    }

    fn error(&self, action: &'static str) -> impl FnOnce(io::Error) -> StoreError {
        let path = self.path.clone();
        move |source| StoreError::Io { action, path, source }
    }

    fn off_path(&self) -> PathBuf {
        self.folder.join("telemetry.json.off")
    }

    fn path_of(&self, note: Note) -> PathBuf {
        self.folder.join(format!("telemetry.{}", note.name()))
    }

    /// Makes the folder, and waits for the lock.
    fn lock(&self) -> Result<Lock, StoreError> {
        own_file::make_folder(&self.folder).map_err(self.error("make the folder of"))?;
        let lock = Lock::take(&self.folder.join("telemetry.lock"), PATIENCE).map_err(self.error("lock"))?;
        lock.ok_or_else(|| StoreError::Busy { path: self.path.clone() })
    }

    /// With the lock.
    fn write(&self, path: &Path, write: impl FnOnce(&mut File) -> io::Result<()>) -> Result<(), StoreError> {
        durable::put(&self.folder.join("telemetry.json.aside"), path, write).map_err(self.error("write"))
    }

    /// `None`: there is no file.
    fn read(&self, path: &Path) -> Result<Option<Settings>, StoreError> {
        let damaged = |what: String| StoreError::Damaged { path: path.to_owned(), what };
        match fs::metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(self.error("read")(error)),
            Ok(facts) if facts.len() > LARGEST => return Err(damaged("it is far too large".to_owned())),
            Ok(_) => {}
        }
        let text = fs::read(path).map_err(self.error("read"))?;
        // The words of the parser may hold a value, and a value a password.
        let content: Content = serde_json::from_slice(&text)
            .map_err(|error| damaged(format!("line {}, column {}", error.line(), error.column())))?;
        if content.format != FORMAT {
            return Err(damaged("it was written by a later version of this program".to_owned()));
        }
        match content.settings.first_wrong() {
            Some(name) => Err(damaged(format!("the option {:?}", name.chars().take(80).collect::<String>()))),
            None => Ok(Some(content.settings)),
        }
    }
}

impl Store for FileStore {
    fn load(&self) -> Result<Settings, StoreError> {
        if let Some(settings) = self.read(&self.path)? {
            return Ok(settings);
        }
        let mut settings = self.read(&self.off_path())?.unwrap_or_default();
        settings.opt_in = None;
        Ok(settings)
    }

    fn change(&self, change: &mut dyn FnMut(&mut Settings)) -> Result<(), StoreError> {
        let _lock = self.lock()?;
        let mut settings = self.load()?;
        change(&mut settings);
        let content = Content { format: FORMAT, settings };
        self.write(&self.path, |file| {
            serde_json::to_writer_pretty(&mut *file, &content)?;
            file.write_all(b"\n")
        })?;
        // From here on it says nothing any more.
        _ = durable::remove(&self.off_path());
        Ok(())
    }

    fn switch_off(&self) -> Result<(), StoreError> {
        let error = match self.change(&mut |settings| settings.opt_in = None) {
            Err(error @ StoreError::Io { action: "write", .. }) => error,
            other => return other,
        };
        let _lock = self.lock()?;
        match durable::rename(&self.path, &self.off_path()) {
            // Nothing was ever set.
            Err(missing) if missing.kind() == io::ErrorKind::NotFound => Ok(()),
            renamed => renamed.map_err(|_| error),
        }
    }

    fn secret(&self) -> Result<Secret, StoreError> {
        Ok(Secret::load_or_create(&self.folder)?)
    }

    fn rotate_secret(&self) -> Result<(), StoreError> {
        Ok(Secret::rotate(&self.folder)?)
    }

    fn note(&self, note: Note) -> Result<Option<String>, StoreError> {
        let path = self.path_of(note);
        let mut text = String::new();
        match File::open(&path).and_then(|file| file.take(LARGEST).read_to_string(&mut text)) {
            Ok(_) => Ok(Some(text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            // Not text: nobody can have written it.
            Err(error) if error.kind() == io::ErrorKind::InvalidData => Ok(Some(String::new())),
            Err(source) => Err(StoreError::Io { action: "read", path, source }),
        }
    }

    fn put_note(&self, note: Note, text: &str) -> Result<(), StoreError> {
        let _lock = self.lock()?;
        self.write(&self.path_of(note), |file| file.write_all(text.as_bytes()))
    }

    fn claim_note(&self, note: Note, was: Option<&str>, text: &str) -> Result<bool, StoreError> {
        let _lock = self.lock()?;
        if self.note(note)?.as_deref() != was {
            return Ok(false);
        }
        self.write(&self.path_of(note), |file| file.write_all(text.as_bytes()))?;
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::super::table::spec;
    use super::super::value::Setting;
    use super::*;

    #[test]
    fn what_is_set_is_read_again_and_closed_to_others() {
        let folder = tempfile::tempdir().unwrap();
        let store = FileStore::new(&folder.path().join("state"));
        assert_eq!(store.load().unwrap(), Settings::default());
        let proxy = spec("proxy").unwrap();
        store.change(&mut |settings| settings.set(proxy, "http://a:b@c:1").unwrap()).unwrap();
        assert_eq!(store.load().unwrap().value(proxy), Some(Setting::Text("http://a:b@c:1".into())));
        let mode = fs::metadata(&store.path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        store.change(&mut |settings| settings.remove(proxy).unwrap()).unwrap();
        assert_eq!(store.load().unwrap().value(proxy), None);
    }

    #[test]
    fn the_opt_in_is_taken_back_where_nothing_can_be_written() {
        let folder = tempfile::tempdir().unwrap();
        let store = FileStore::new(folder.path());
        let proxy = spec("proxy").unwrap();
        let agree = |settings: &mut Settings| {
            settings.opt_in = Some(crate::telemetry::opt_in(Some(crate::telemetry::LICENSE), 7).unwrap());
            settings.set(proxy, "http://c:1").unwrap();
        };
        store.change(&mut { agree }).unwrap();
        // What is in the way of a new file: a folder that cannot be removed as a file.
        let aside = folder.path().join("telemetry.json.aside");
        fs::create_dir(&aside).unwrap();
        assert!(store.change(&mut |_| ()).is_err());
        store.switch_off().unwrap();
        let settings = store.load().unwrap();
        assert_eq!((settings.on_since(), settings.text("proxy")), (None, Some("http://c:1".to_owned())));
        store.switch_off().unwrap();
        // Written again, it is as always.
        fs::remove_dir(&aside).unwrap();
        store.change(&mut { agree }).unwrap();
        assert_eq!(store.load().unwrap().on_since(), Some(7));
        assert!(!store.off_path().exists());
    }

    #[test]
    fn many_at_once_lose_no_change() {
        let folder = tempfile::tempdir().unwrap();
        let names = ["contact", "description", "organization", "url", "device_url"];
        std::thread::scope(|scope| {
            for name in names {
                let store = FileStore::new(folder.path());
                let spec = spec(name).unwrap();
                scope.spawn(move || {
                    store.change(&mut |settings| settings.set(spec, "https://a/").unwrap()).unwrap();
                });
            }
        });
        let settings = FileStore::new(folder.path()).load().unwrap();
        assert!(names.iter().all(|name| settings.set_value(spec(name).unwrap()).is_some()), "{settings:?}");
    }

    #[test]
    fn a_damaged_file_sends_nothing_and_tells_no_password() {
        let folder = tempfile::tempdir().unwrap();
        let store = FileStore::new(folder.path());
        for text in [
            "",
            "{",
            "[]",
            r#"{"format":2,"options":{}}"#,
            r#"{"format":1,"options":{"proxy":"s3cret s3cret"}}"#,
            r#"{"format":1,"options":{"proxy":{"s3cret":1}}}"#,
            r#"{"format":1,"options":{"interval":1}}"#,
            r#"{"format":1,"options":{"unheard_of":true}}"#,
            r#"{"format":1,"options":{"enabled":true}}"#,
            r#"{"format":1,"opt_in":{"revision":"s3cret"},"options":{}}"#,
        ] {
            fs::write(&store.path, text).unwrap();
            let error = store.load().unwrap_err();
            assert!(matches!(error, StoreError::Damaged { .. }), "{text}");
            assert!(!error.to_string().contains("s3cret"), "{error}");
            assert!(store.change(&mut |_| ()).is_err());
            assert_eq!(fs::read_to_string(&store.path).unwrap(), text);
        }
    }
}
