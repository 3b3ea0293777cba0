//! The id of a device by the cluster's rules, so that a report can be joined with what the cluster knows.

use super::udev::Properties;

/// The id, made of udev's properties; where they give none, of `model` and `serial` of sysfs. Blanks become `_`.
///
/// * vendor, model and SCSI serial number: `VENDOR_MODEL_SERIAL`;
/// * else model and short serial number: `MODEL_SERIAL`;
/// * else udev's own `ID_SERIAL`, which lacks the vendor for Micron's NVMe disks.
pub(super) fn device_id(udev: &Properties, model: Option<&str>, serial: Option<&str>) -> Option<String> {
    let vendor = udev.get("ID_VENDOR");
    let udev_model = udev_model(udev);
    let id = match (
        vendor,
        &udev_model,
        udev.get("ID_SCSI_SERIAL"),
        udev.get("ID_SERIAL_SHORT"),
        udev.get("ID_SERIAL"),
    ) {
        (Some(vendor), Some(model), Some(serial), ..) => format!("{vendor}_{model}_{serial}"),
        (_, Some(model), _, Some(serial), _) => format!("{model}_{serial}"),
        (.., Some(serial)) if serial.starts_with("MTFD") => format!("Micron_{serial}"),
        (.., Some(serial)) => serial.to_owned(),
        _ => format!("{}_{}", model?, serial?),
    };
    Some(id.replace(' ', "_"))
}

/// A whole disk that is a physical volume of LVM has its model overwritten (`LVM PV ...`) but for the encoded one.
fn udev_model(udev: &Properties) -> Option<String> {
    let model = udev.get("ID_MODEL")?;
    if !model.starts_with("LVM PV ") {
        return Some(model.to_owned());
    }
    let mut model = udev.get("ID_MODEL_ENC")?.replace("\\x20", " ").trim_end().replace(' ', "_");
    while model.contains("__") {
        model = model.replace("__", "_");
    }
    (!model.is_empty()).then_some(model)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn id(facts: &[(&'static str, &str)]) -> Option<String> {
        device_id(&Properties::of(facts), None, None)
    }

    #[test]
    fn the_rules_of_the_cluster() {
        const LVM: (&str, &str) = ("ID_MODEL", "LVM PV abc");
        type Facts<'a> = &'a [(&'static str, &'a str)];
        let cases: &[(Facts<'_>, Option<&str>)] = &[
            (
                &[
                    ("ID_VENDOR", "SEAGATE"),
                    ("ID_MODEL", "ST8000NM0075"),
                    ("ID_SCSI_SERIAL", "ZA1ABC"),
                    ("ID_SERIAL", "35000c50084a1b2c3"),
                    ("ID_SERIAL_SHORT", "5000c50084a1b2c3"),
                ],
                Some("SEAGATE_ST8000NM0075_ZA1ABC"),
            ),
            (
                &[
                    ("ID_VENDOR", "ATA"),
                    ("ID_MODEL", "ST4000NM0035"),
                    ("ID_SERIAL_SHORT", "ZC1X"),
                    ("ID_SERIAL", "ST4000NM0035_ZC1X"),
                ],
                Some("ST4000NM0035_ZC1X"),
            ),
            (
                &[("ID_MODEL", "ST8000"), ("ID_SCSI_SERIAL", "ZA1ABC"), ("ID_SERIAL", "35000c500")],
                Some("35000c500"),
            ),
            (&[("ID_SERIAL", "QEMU_HARDDISK_drive-scsi0")], Some("QEMU_HARDDISK_drive-scsi0")),
            (&[("ID_SERIAL", "MTFDHAL3T8TCT_18391F")], Some("Micron_MTFDHAL3T8TCT_18391F")),
            (&[("ID_SERIAL", "0123456789abcdef")], Some("0123456789abcdef")),
            (
                &[("ID_MODEL", "INTEL SSDPE2KX040T8"), ("ID_SERIAL_SHORT", "PHLJ 9123")],
                Some("INTEL_SSDPE2KX040T8_PHLJ_9123"),
            ),
            (
                &[LVM, ("ID_MODEL_ENC", r"Samsung\x20SSD\x20970\x20EVO"), ("ID_SERIAL_SHORT", "S5H9")],
                Some("Samsung_SSD_970_EVO_S5H9"),
            ),
            (
                &[
                    LVM,
                    ("ID_MODEL_ENC", r"LVM\x20PV\x20Q2nZ\x20on\x20/dev/nvme0n1"),
                    ("ID_SERIAL_SHORT", "S5H9"),
                    ("ID_SERIAL", "X_S5H9"),
                ],
                Some("LVM_PV_Q2nZ_on_/dev/nvme0n1_S5H9"),
            ),
            (&[("ID_MODEL", "ST4000")], None),
            (&[("ID_MODEL", "Model"), ("ID_SERIAL_SHORT", "AB_CD_EF")], Some("Model_AB_CD_EF")),
            (&[("ID_MODEL", "Mo/del"), ("ID_SERIAL_SHORT", "AB/CD")], Some("Mo/del_AB/CD")),
            (
                &[("ID_MODEL", "SAMSUNG MZQLB1T9HAJR-00007"), ("ID_SERIAL_SHORT", "S439")],
                Some("SAMSUNG_MZQLB1T9HAJR-00007_S439"),
            ),
            (&[], None),
        ];
        for (facts, expected) in cases {
            assert_eq!(id(facts).as_deref(), *expected, "{facts:?}");
        }
    }

    #[test]
    fn an_encoded_model_is_trimmed_and_one_that_is_missing_is_none() {
        assert_eq!(
            id(&[
                ("ID_MODEL", "LVM PV x"),
                ("ID_MODEL_ENC", r"A\x20\x20\x20B\x20\x20"),
                ("ID_SERIAL_SHORT", "S")
            ])
            .as_deref(),
            Some("A_B_S"),
        );
        assert_eq!(
            id(&[("ID_MODEL", "LVM PV x"), ("ID_SERIAL_SHORT", "S"), ("ID_SERIAL", "M_S")]).as_deref(),
            Some("M_S")
        );
    }

    #[test]
    fn sysfs_answers_where_udev_has_nothing() {
        let nothing = Properties::default();
        assert_eq!(device_id(&nothing, Some("KXG6 1T"), Some("Z 9")).as_deref(), Some("KXG6_1T_Z_9"));
        assert_eq!(device_id(&nothing, Some("KXG6"), None), None);
        assert_eq!(device_id(&nothing, None, Some("Z9")), None);
    }

    proptest! {
        #[test]
        fn never_a_blank(model in "(LVM PV )?.{0,20}", encoded in r"(\\x20|.){0,10}", serial in ".{0,20}") {
            let facts = [("ID_MODEL", &*model), ("ID_MODEL_ENC", &*encoded), ("ID_SERIAL_SHORT", &*serial), ("ID_SERIAL", &*serial)];
            prop_assert!(!id(&facts).is_some_and(|id| id.contains(' ') || id.is_empty()));
        }
    }
}
