//! The C compiler's word on every size, offset and number that `stone-smart-sys` relies on.

use std::fmt::Write as _;
use std::io::Write as _;
use std::mem::offset_of;
use std::process::Command;

use stone_smart_sys::bindings::{self, nvme_passthru_cmd, nvme_passthru_cmd64, sg_io_hdr};
use stone_smart_sys::{block, nvme};

/// One C expression, and the value of its counterpart in Rust.
type Claim = (String, i128);

macro_rules! layout {
    ($type:ident { $($field:ident),+ $(,)? }) => {
        vec![
            (format!("sizeof(struct {})", stringify!($type)), size_of::<$type>() as i128),
            (format!("_Alignof(struct {})", stringify!($type)), align_of::<$type>() as i128),
            $((
                format!("offsetof(struct {}, {})", stringify!($type), stringify!($field)),
                offset_of!($type, $field) as i128,
            ),)+
        ]
    };
}

macro_rules! numbers {
    ($($module:ident::$name:ident),+ $(,)?) => { vec![$((stringify!($name).to_owned(), $module::$name as i128)),+] };
}

fn claims() -> Vec<Claim> {
    let mut claims = layout!(sg_io_hdr {
        interface_id,
        dxfer_direction,
        cmd_len,
        mx_sb_len,
        iovec_count,
        dxfer_len,
        dxferp,
        cmdp,
        sbp,
        timeout,
        flags,
        pack_id,
        usr_ptr,
        status,
        masked_status,
        msg_status,
        sb_len_wr,
        host_status,
        driver_status,
        resid,
        duration,
        info,
    });
    claims.extend(layout!(nvme_passthru_cmd {
        opcode,
        flags,
        rsvd1,
        nsid,
        cdw2,
        cdw3,
        metadata,
        addr,
        metadata_len,
        data_len,
        cdw10,
        cdw11,
        cdw12,
        cdw13,
        cdw14,
        cdw15,
        timeout_ms,
        result,
    }));
    claims.extend(layout!(nvme_passthru_cmd64 {
        opcode,
        flags,
        rsvd1,
        nsid,
        cdw2,
        cdw3,
        metadata,
        addr,
        metadata_len,
        cdw10,
        cdw11,
        cdw12,
        cdw13,
        cdw14,
        cdw15,
        timeout_ms,
        rsvd2,
        result,
    }));
    // In an anonymous union, which Rust has no name for.
    claims.push((
        "offsetof(struct nvme_passthru_cmd64, data_len)".to_owned(),
        offset_of!(nvme_passthru_cmd64, __bindgen_anon_1) as i128,
    ));
    claims.extend(numbers![
        bindings::SG_IO,
        bindings::SG_DXFER_NONE,
        bindings::SG_DXFER_TO_DEV,
        bindings::SG_DXFER_FROM_DEV,
        nvme::NVME_IOCTL_ADMIN_CMD,
        nvme::NVME_IOCTL_ADMIN64_CMD,
        block::BLKSSZGET,
        block::BLKGETSIZE64,
        block::BLKPBSZGET,
    ]);
    claims
}

#[test]
fn sizes_offsets_and_numbers_are_those_of_the_c_headers() {
    let compiler = std::env::var("CC").unwrap_or_else(|_| "cc".to_owned());
    if Command::new(&compiler).arg("--version").output().is_err() {
        // Not by a macro: the test harness would capture it.
        _ = writeln!(std::io::stderr(), "SKIPPED: no C compiler ({compiler}) to compare with the C headers");
        return;
    }
    let claims = claims();
    let mut source = String::from(
        "#include <stddef.h>\n#include <stdio.h>\n#include <scsi/sg.h>\n#include <linux/fs.h>\n\
         #include <linux/nvme_ioctl.h>\nint main(void) {\n",
    );
    for (expression, _) in &claims {
        writeln!(source, "printf(\"%lld\\n\", (long long)({expression}));").unwrap();
    }
    source.push_str("return 0;\n}\n");

    let folder = tempfile::tempdir().unwrap();
    let (program, file) = (folder.path().join("headers"), folder.path().join("headers.c"));
    std::fs::write(&file, source).unwrap();
    let compiled = Command::new(&compiler).arg("-o").arg(&program).arg(&file).output().unwrap();
    assert!(compiled.status.success(), "{}", String::from_utf8_lossy(&compiled.stderr));
    let said = String::from_utf8(Command::new(&program).output().unwrap().stdout).unwrap();

    let said: Vec<i128> = said.lines().map(|line| line.parse().unwrap()).collect();
    assert_eq!(said.len(), claims.len());
    for ((expression, rust), c) in claims.iter().zip(said) {
        assert_eq!(*rust, c, "{expression}");
    }
}
