// Output of bindgen, not written by hand: see lib.rs.

pub const SG_DXFER_NONE: i32 = -1;
pub const SG_DXFER_TO_DEV: i32 = -2;
pub const SG_DXFER_FROM_DEV: i32 = -3;
pub const SG_IO: u32 = 8837;
#[repr(C)]
#[derive(Copy, Clone)]
pub struct sg_io_hdr {
    pub interface_id: ::core::ffi::c_int,
    pub dxfer_direction: ::core::ffi::c_int,
    pub cmd_len: ::core::ffi::c_uchar,
    pub mx_sb_len: ::core::ffi::c_uchar,
    pub iovec_count: ::core::ffi::c_ushort,
    pub dxfer_len: ::core::ffi::c_uint,
    pub dxferp: *mut ::core::ffi::c_void,
    pub cmdp: *mut ::core::ffi::c_uchar,
    pub sbp: *mut ::core::ffi::c_uchar,
    pub timeout: ::core::ffi::c_uint,
    pub flags: ::core::ffi::c_uint,
    pub pack_id: ::core::ffi::c_int,
    pub usr_ptr: *mut ::core::ffi::c_void,
    pub status: ::core::ffi::c_uchar,
    pub masked_status: ::core::ffi::c_uchar,
    pub msg_status: ::core::ffi::c_uchar,
    pub sb_len_wr: ::core::ffi::c_uchar,
    pub host_status: ::core::ffi::c_ushort,
    pub driver_status: ::core::ffi::c_ushort,
    pub resid: ::core::ffi::c_int,
    pub duration: ::core::ffi::c_uint,
    pub info: ::core::ffi::c_uint,
}
pub type __u8 = ::core::ffi::c_uchar;
pub type __u16 = ::core::ffi::c_ushort;
pub type __u32 = ::core::ffi::c_uint;
pub type __u64 = ::core::ffi::c_ulonglong;
#[repr(C)]
#[derive(Copy, Clone)]
pub struct nvme_passthru_cmd {
    pub opcode: __u8,
    pub flags: __u8,
    pub rsvd1: __u16,
    pub nsid: __u32,
    pub cdw2: __u32,
    pub cdw3: __u32,
    pub metadata: __u64,
    pub addr: __u64,
    pub metadata_len: __u32,
    pub data_len: __u32,
    pub cdw10: __u32,
    pub cdw11: __u32,
    pub cdw12: __u32,
    pub cdw13: __u32,
    pub cdw14: __u32,
    pub cdw15: __u32,
    pub timeout_ms: __u32,
    pub result: __u32,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct nvme_passthru_cmd64 {
    pub opcode: __u8,
    pub flags: __u8,
    pub rsvd1: __u16,
    pub nsid: __u32,
    pub cdw2: __u32,
    pub cdw3: __u32,
    pub metadata: __u64,
    pub addr: __u64,
    pub metadata_len: __u32,
    pub __bindgen_anon_1: nvme_passthru_cmd64__bindgen_ty_1,
    pub cdw10: __u32,
    pub cdw11: __u32,
    pub cdw12: __u32,
    pub cdw13: __u32,
    pub cdw14: __u32,
    pub cdw15: __u32,
    pub timeout_ms: __u32,
    pub rsvd2: __u32,
    pub result: __u64,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub union nvme_passthru_cmd64__bindgen_ty_1 {
    pub data_len: __u32,
    pub vec_cnt: __u32,
}
