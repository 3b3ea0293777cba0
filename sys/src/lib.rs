//! The ioctls that read SMART data from Linux block devices, behind safe functions over slices.
