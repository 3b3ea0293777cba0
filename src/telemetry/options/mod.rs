//! The options of the module: what there is, what values they take, and where they are kept.
//!
//! A [`Store`] keeps them: here one small file of this host ([`FileStore`]); a cluster's own store is to be another.

mod file_store;
mod settings;
mod table;
mod value;

pub use file_store::FileStore;
pub use settings::{OptIn, Settings, Store, StoreError};
pub use table::{Kind, OptionError, Spec, spec, specs};
pub use value::Setting;
