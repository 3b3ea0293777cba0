//! The options of the module: what there is, what values they take, and where they are kept.
//!
//! A [`Store`] keeps them: one small file of this host ([`FileStore`]), or the cluster's own store ([`ClusterStore`]).

#[cfg(feature = "cluster")]
mod cluster_store;
mod file_store;
mod settings;
mod store;
mod table;
mod value;

#[cfg(feature = "cluster")]
pub use cluster_store::ClusterStore;
pub use file_store::FileStore;
pub use settings::{OptIn, Settings};
pub use store::{Note, Store, StoreError};
pub use table::{Kind, OptionError, Spec, spec, specs};
pub use value::Setting;
